import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { fleetCommand } from "../../../cli/fleet/command";
import { processHost } from "../../../cli/host";
import type { OwnersReport } from "../../../cli/list/report";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { type Around, list } from "./program";

const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";
const marker = (owner: string, more: object = {}, stack = "prod") => {
  const urn = `urn:pulumi:${stack}::tenants::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme`;
  return { metadata: { "pulumi-subaccounts": { v: 1, owner, urn, nonce: "n.tag.owner", ...more } } };
};

/** Two owners at Zavu and bctrl, one of them with a fleet, and accounts of nobody. */
async function estate() {
  const emulator = await emulate();
  const { zavu, bctrl, bolna } = emulator;
  zavu.seed({ name: "Acme", ...marker("owner-one", { fleet: FLEET }) });
  zavu.seed({ name: "Beta", ...marker("owner-one", { fleet: FLEET }) });
  zavu.seed({ name: "Gamma", ...marker("owner-two", {}, "dev") });
  zavu.seed({ name: "By hand" });
  zavu.seed({ name: "Later", metadata: { "pulumi-subaccounts": { v: 2 } } });
  zavu.seed({ name: "Suspended", status: "inactive", ...marker("owner-two", { suspended: true }, "dev") });
  zavu.seed({ name: "Ended", status: "inactive", ...marker("owner-two", {}, "dev") });
  bctrl.seed({
    name: "Acme",
    updatedAt: "2026-04-01T08:30:00.000Z",
    ...marker("owner-one", { fleet: FLEET }),
  });
  bolna.seed({ name: "Acme" });
  return { emulator, env: environmentOf(emulator) };
}

async function report(args: string[], around: Around): Promise<OwnersReport & { code: number }> {
  const { code, output } = await list(["--owners", "--json", ...args], around);
  return { code, ...JSON.parse(output) };
}

describe("subaccounts list --owners", () => {
  it("shows each owner with its accounts, its newest change, its fleet and its stack, and writes nothing", async () => {
    const { emulator, env } = await estate();
    expect(await list(["--owners"], { env })).toEqual({
      code: 0,
      output: [
        "OWNER      ACCOUNTS         NEWEST CHANGE     FLEET                                 STACK",
        `owner-one  1 bctrl, 2 zavu  2026-04-01 08:30  ${FLEET}  prod of tenants`,
        "owner-two  2 zavu           2026-03-10 12:00  none                                  dev of tenants",
        "",
        "note  Bolna: accounts have no place for a marker, so none has an owner here",
        "note  Zavu: 1 accounts carry no marker",
        "note  Zavu: 1 accounts carry a marker that this version cannot read",
        "The owner of a stack is the id of its resource pulumi-subaccounts: pulumi stack --show-ids",
        "",
      ].join("\n"),
    });
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(emulator.requests.filter(({ vendor }) => vendor === "bolna")).toEqual([]);
  });

  it("reads named connections too, and counts an account that two of them reach once", async () => {
    const { emulator, env } = await estate();
    const { apiKey, url } = emulator.other.zavu;
    emulator.other.zavu.seed({ name: "Acme", ...marker("owner-three") });
    const connections = {
      other: { vendor: "zavu", apiKey, baseUrl: url },
      same: { vendor: "zavu", apiKey: emulator.zavu.apiKey, baseUrl: url },
    };
    const { owners } = await report(["--vendor", "zavu"], {
      env,
      config: { "subaccounts:connections": connections },
    });
    expect(owners.map(({ owner, connections: at }) => [owner, at])).toEqual([
      ["owner-one", { zavu: 2 }],
      ["owner-two", { zavu: 2 }],
      ["owner-three", { other: 1 }],
    ]);
  });

  it("also looks where SUBACCOUNTS_RECOVER is set and the fleet id is still looked for", async () => {
    const { env } = await estate();
    expect(await report([], { env: { ...env, SUBACCOUNTS_RECOVER: FLEET } })).toMatchObject({
      code: 0,
      owners: [{ fleet: FLEET }, {}],
    });
  });

  it("exits with 1 where a vendor could not be asked, and shows no key", async () => {
    const { env } = await estate();
    const { code, output } = await list(["--owners"], {
      env: { ...env, ZAVUDEV_API_KEY: "mistyped-key-000" },
    });
    expect({ code, hasFailed: /FAIL {2}Zavu .*401/.test(output), hasBctrl: /1 bctrl/.test(output) }).toEqual({
      code: 1,
      hasFailed: true,
      hasBctrl: true,
    });
    expect(output).not.toContain("mistyped-key-000");
  });

  it.each([[], ["--json"]])("shows no key that stands in a marker %j", async (...args) => {
    const { emulator, env } = await estate();
    const [zavu, bctrl, bolna] = [emulator.zavu, emulator.bctrl, emulator.bolna].map(({ apiKey }) => apiKey);
    const planted = marker(`${zavu}`, { fleet: `${bctrl}` }, `${bolna}::${bctrl}`);
    emulator.zavu.seed({ name: "Planted", ...planted });
    const { output } = await list(["--owners", ...args], { env });
    expect(output).toMatch(/\[secret\] of \[secret\]/);
    for (const key of [zavu, bctrl, bolna]) expect(output).not.toContain(key);
  });

  it("says that there is none where no account has a marker", async () => {
    const { env } = { env: environmentOf(await emulate()) };
    expect((await list(["--owners"], { env })).output).toMatch(/No account has an owner\.\n$/);
  });
});

describe("subaccounts list", () => {
  it("says which vendor it did not ask", async () => {
    const { env } = await estate();
    const { output } = await list([], { env: { ...env, BOLNA_API_KEY: "" } });
    expect(output).toMatch(
      /^note {2}Bolna: it was not asked, since there is no key: export BOLNA_API_KEY=<key>$/m,
    );
  });

  it("lists every account with its external id, its status and its stack, and writes nothing", async () => {
    const { emulator, env } = await estate();
    const [id] = emulator.zavu.accounts().filter(({ name }) => name === "Acme");
    const { code, output } = await list(["--vendor", "zavu"], { env });
    expect(output.split("\n")[0]).toMatch(/^VENDOR +ACCOUNT +EXTERNAL ID +NAME +STATUS +STACK$/);
    expect(output).toMatch(new RegExp(`^zavu +${id?.id} +none +Acme +active +prod of tenants$`, "m"));
    expect(output).toMatch(/^zavu .* none +Suspended +suspended +dev of tenants$/m);
    expect(output).toMatch(/^zavu .* none +Ended +ended +dev of tenants$/m);
    expect(output).toMatch(/^zavu .* none +By hand +active +none$/m);
    expect(output).toMatch(/^7 accounts$/m);
    expect(code).toBe(0);
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("prints the same as JSON, of every vendor with a key", async () => {
    const { env } = await estate();
    const { code, output } = await list(["--json"], { env });
    const { accounts } = JSON.parse(output);
    expect({ code, vendors: accounts.map(({ vendor }: { vendor: string }) => vendor) }).toEqual({
      code: 0,
      vendors: ["bctrl", "bolna", ...Array.from({ length: 7 }, () => "zavu")],
    });
  });

  it("exits with 1 where a vendor could not be asked, and says which", async () => {
    const { env } = await estate();
    const { code, output } = await list([], { env: { ...env, ZAVUDEV_API_KEY: "mistyped-key-000" } });
    expect(output).toMatch(/FAIL {2}Zavu .*401/);
    expect(output).not.toContain("mistyped-key-000");
    expect(code).toBe(1);
  });

  it("says what is missing where there is no key at all", async () => {
    expect(await list([], { env: {} })).toEqual({
      code: 1,
      output: expect.stringMatching(/FAIL {2}there is no key to read with: export BCTRL_API_KEY=<key>/),
    });
  });
});

it("subaccounts fleet id prints a new UUID and nothing else, for a shell", async () => {
  const printed: string[] = [];
  const run = () =>
    new Command("subaccounts")
      .addCommand(fleetCommand({ ...processHost(), write: (text) => printed.push(text) }))
      .parseAsync(["fleet", "id"], { from: "user" });
  await run();
  await run();
  expect(printed).toEqual([
    expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\n$/),
    expect.any(String),
  ]);
  expect(printed[0]).not.toBe(printed[1]);
});
