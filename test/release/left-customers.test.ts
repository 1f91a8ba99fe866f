import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench, subaccounts } from "../e2e/programs";

const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";

describe("a state that is lost again and again", () => {
  let bench: Bench;
  afterEach(() => bench?.close());

  const ids = () =>
    [bench.emulator.zavu, bench.emulator.bctrl].map((vendor) => vendor.accounts().map(({ id }) => id));
  const keys = async () => (await bench.project.outputs({ showSecrets: true }))["keys"] as string[];
  const working = (all: readonly string[]) =>
    all.filter((key) => bench.emulator.zavu.keyWorks(key) || bench.emulator.bctrl.keyWorks(key));

  it("a customer who has left ends by the dates, although the state was lost before each of them", async () => {
    const left = (now: string, adopt: Record<string, string | undefined> = {}) => `
      Date.now = () => Date.parse("${now}");
      const adopt = ${JSON.stringify(adopt)};
      const vendors = {
        zavu: { creditLimit: 5000, adopt: adopt.zavu },
        bctrl: { limits: { monthlyCreditLimit: 20_000 }, adopt: adopt.bctrl },
        bolna: { maxConcurrency: 4, minConcurrency: 1, deletionPolicy: "delete", adopt: adopt.bolna },
      };
      const ended = { keysAt: "2026-12-31", deleteAfter: "2027-12-31" };
      const acme = { externalId: "tenant-acme", formerly: "tenant-amce", name: "Acme", vendors, ended };
      const { apiKeys } = new Tenant(acme.externalId, acme);
      export const keys = pulumi.secret(apiKeys.apply(({ zavu, bctrl }) => [zavu, bctrl]));`;
    const before = left("2026-12-01").replace("vendors, ended }", "vendors }");
    bench = await openBench(before.replace('"tenant-acme", formerly: "tenant-amce"', '"tenant-amce"'), {
      bolna: { generation: "minimum" },
    });
    const { project, emulator } = bench;
    const env = { SUBACCOUNTS_RECOVER: FLEET };
    await project.config("subaccounts:fleet", FLEET);
    const lose = async () => {
      rmSync(project.stateFile);
      await project.run(["stack", "init", "dev"]);
      await project.config("subaccounts:fleet", FLEET);
    };
    const statuses = () =>
      [emulator.zavu, emulator.bctrl].map((vendor) => vendor.accounts().map(({ status }) => status));
    await project.up();
    const delivered = await keys();
    const [zavu, bctrl] = ids().map(([id]) => id ?? "");
    const bolna = emulator.bolna.accounts()[0]?.id ?? "";

    bench.program(left("2027-01-01", { bolna }));
    await lose();
    const recovered = await project.up("--continue-on-error", { env, expectFailure: true });
    expect(recovered.output).toMatch(/has working keys that have ended .*: "default" \(\S+\)/);
    expect((await project.up({ expectFailure: true })).output).toMatch(/has working keys that have ended/);
    const { unknown } = JSON.parse(await subaccounts(bench, "keys", "--unknown", "--json"));
    const ended: string[] = unknown.map(({ keyId }: { keyId: string }) => keyId);
    await subaccounts(bench, "keys", ...ended.flatMap((id) => ["--revoke", id]));
    await project.up();
    expect(working(delivered)).toEqual([]);
    await project.preview("--expect-no-changes");
    expect([ids(), statuses()]).toEqual([
      [[zavu], [bctrl]],
      [["inactive"], ["active"]],
    ]);

    await lose();
    bench.program(left("2028-01-01", { zavu, bctrl, bolna }));
    const { output } = await project.preview({ expectFailure: true });
    const told = output.match(/sub-account \S+ is still there and not in this state, so nothing ends it/g);
    expect(new Set(told).size).toBe(3);
    bench.program(left("2028-01-01"));
    expect((await project.preview({ env, expectFailure: true })).output).toMatch(
      new RegExp(`Bolna sub-account ${bolna} is still there, and nothing proves that it is of the fleet`),
    );

    bench.program(left("2028-01-01", { bolna }));
    await project.up({ env });
    expect(statuses()).toEqual([["inactive"], ["active"]]);
    await project.up();
    expect([statuses(), emulator.bolna.accounts()]).toEqual([[["inactive"], ["archived"]], []]);
    emulator.clearRequests();
    expect((await project.up({ env, expectFailure: true })).output).toMatch(
      /bctrl sub-account is still there cannot be told: bctrl shows no sub-account of the fleet .* take the tenant out/,
    );
    await project.up();
    expect(bench.writes()).toEqual([]);
  });

  it("a key left over fails each up after keysAt, which ends its own keys first, and recovers the other customers", async () => {
    const program = (now: string, ended = "") => `
      Date.now = () => Date.parse("${now}");
      const vendors = { bctrl: { limits: { monthlyCreditLimit: 20_000 } } };
      const tenants = [["acme", {${ended}}], ["beta", {}]].map(
        ([name, more]) => new Tenant(name, { externalId: \`tenant-\${name}\`, name, vendors, ...more }));
      export const keys = pulumi.secret(pulumi.all(tenants.map(({ apiKeys }) => apiKeys.apply(({ bctrl }) => bctrl))));`;
    const ENDED = 'ended: { keysAt: "2026-12-31" }';
    bench = await openBench(program("2026-12-01"));
    const { project } = bench;
    const env = { SUBACCOUNTS_RECOVER: FLEET };
    const lose = async () => {
      rmSync(project.stateFile);
      await project.run(["stack", "init", "dev"]);
      await project.config("subaccounts:fleet", FLEET);
    };
    await project.config("subaccounts:fleet", FLEET);
    await project.up();
    const delivered = await keys();
    await lose();
    bench.program(program("2026-12-01", ENDED));
    await project.up({ env });
    const [anew = "", beta = ""] = await keys();

    bench.program(program("2027-01-01", ENDED));
    expect((await project.up({ expectFailure: true })).output).toMatch(
      /has working keys that have ended .* Those of the state were revoked/,
    );
    expect(working([...delivered, anew, beta])).toEqual([...delivered, beta]);
    expect((await project.up({ expectFailure: true })).output).toMatch(/ended .* Nothing was revoked/);

    await lose();
    const recovered = await project.up("--continue-on-error", { env, expectFailure: true });
    expect(recovered.output).toMatch(/has working keys that have ended/);
    const urns = (project.state().resources ?? []).map(({ urn }) => urn);
    expect(urns.filter((urn) => /ApiKey::/.test(urn))).toEqual([expect.stringMatching(/ApiKey::beta$/)]);
    expect((await project.preview({ env: { SUBACCOUNTS_RECOVER: "" } })).output).toMatch(/1 to update/);
    const [, left = ""] = /"default" \((\S+)\)/.exec(recovered.output) ?? [];
    await subaccounts(bench, "keys", "--revoke", left);
    await project.up();
    expect((await keys()).filter((key) => typeof key === "string")).toHaveLength(1);
    expect(working(delivered)).toEqual([delivered[1]]);
    await project.preview("--expect-no-changes");
  });
});
