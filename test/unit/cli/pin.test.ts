import { describe, expect, it } from "vitest";
import { emulate } from "../emulator/support";
import { doctor } from "./program";

const TEAM = "jt7emulator0001";
const OTHER_TEAM = "jt7emulator0002";
const ALLOWED = "subaccounts:allowedOrganizations";

/** What the doctor says of Zavu's key, with this pin. */
async function saidOfZavu(allowed?: unknown) {
  const emulator = await emulate();
  const env = { ZAVU_BASE_URL: emulator.zavu.url, ZAVUDEV_API_KEY: emulator.zavu.apiKey };
  const { code, output } = await doctor(["--vendor", "zavu"], {
    env,
    ...(allowed !== undefined && { config: { [ALLOWED]: allowed } }),
  });
  return { code, output };
}

describe("the organization that a key reaches", () => {
  it("is shown with the line that pins it, where nothing does", async () => {
    for (const allowed of [undefined, { bctrl: ["org_emulated0organization"] }]) {
      const { code, output } = await saidOfZavu(allowed);
      expect(output).toContain(
        `note  organization ${TEAM}, which is not pinned: a first \`up\` with another organization's key would create there\n` +
          `        → pulumi config set --path '${ALLOWED}.zavu[0]' ${TEAM}\n`,
      );
      expect(code).toBe(0);
    }
  });

  it("passes where the pin has it", async () => {
    const { code, output } = await saidOfZavu({ zavu: [OTHER_TEAM, TEAM] });
    expect(output).toContain(`ok    organization ${TEAM}, as ${ALLOWED} has it`);
    expect(code).toBe(0);
  });

  it("fails where the pin has another one, with both ways out", async () => {
    const { code, output } = await saidOfZavu({ zavu: [OTHER_TEAM] });
    expect(output).toContain(
      `FAIL  the key reaches the organization ${TEAM}, and ${ALLOWED} allows ${OTHER_TEAM}\n` +
        `        → export ZAVUDEV_API_KEY=<key>; or, if ${TEAM} is meant: pulumi config set --path '${ALLOWED}.zavu[1]' ${TEAM}\n`,
    );
    expect(code).toBe(1);
  });

  it.each(["x; touch /tmp/mine", "$(id)", "MZXW6YTBOI======MZXW6YTBOIMZXW6YTBOIMZXW6YTBOI"])(
    "is not shown where its id does not look like one, and no line with it is to be pasted: %s",
    async (id) => {
      const emulator = await emulate();
      emulator.fault({
        path: "/v1/me",
        times: 9,
        fault: {
          kind: "status",
          when: "before",
          status: 200,
          body: { project: { id: "p", name: `of ${id}` }, team: { id }, isTestMode: false },
        },
      });
      const env = { ZAVU_BASE_URL: emulator.zavu.url, ZAVUDEV_API_KEY: emulator.zavu.apiKey };
      const { code, output } = await doctor(["--vendor", "zavu"], { env });
      expect(output).toContain("the key reaches an organization whose id is no word of at most 40 letters");
      expect(output).not.toContain("pulumi config set");
      expect(output).not.toContain("MZXW6");
      expect(code).toBe(1);
    },
  );

  it("is compared for a named connection, too", async () => {
    const emulator = await emulate();
    const eu = { vendor: "zavu", apiKey: emulator.other.zavu.apiKey, baseUrl: emulator.zavu.url };
    const config = { "subaccounts:connections": { eu }, [ALLOWED]: { zavu: [TEAM] } };
    const { code, output } = await doctor([], { config });
    expect(output).toContain(
      `FAIL  the key reaches the organization ${OTHER_TEAM}, and ${ALLOWED} allows ${TEAM}`,
    );
    expect(code).toBe(1);
  });

  it("cannot be told at Bolna before there is an account, which a pin would refuse", async () => {
    const emulator = await emulate();
    const env = { BOLNA_BASE_URL: emulator.bolna.url, BOLNA_API_KEY: emulator.bolna.apiKey };
    const open = await doctor(["--vendor", "bolna"], { env });
    expect(open.output).toMatch(
      /note {2}which organization the key reaches cannot be told: Bolna shows it with/,
    );
    expect(open.code).toBe(0);
    const pinned = await doctor(["--vendor", "bolna"], { env, config: { [ALLOWED]: { bolna: ["b"] } } });
    expect(pinned.output).toMatch(/FAIL {2}.*allows b alone\n +→ pulumi config rm --path '.*\.bolna'/);
    emulator.bolna.seed({ name: "Acme" });
    const { output } = await doctor(["--vendor", "bolna"], { env });
    expect(output).toMatch(/note {2}organization [\w-]+, which is not pinned/);
  });
});
