import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

/** Tenants from files; `now` is the clock of the program alone. */
const program = (now?: string) => `
${now === undefined ? "" : `Date.now = () => Date.parse("${now}");`}
const tiers = loadTiers("tiers.yaml");
const tenants = loadTenants("tenants/*.yaml", { tiers }).map((args) => new Tenant(args.externalId, args));
export const { accounts, apiKeys } = directory(tenants);
`;
const TIERS = `gold:
  zavu: { creditLimit: 5000 }
  bctrl: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 20000 } }
  bolna: { minConcurrency: 1, maxConcurrency: 4, deletionPolicy: delete }
`;
const acme = (line = "", externalId = "tenant-acme") =>
  `externalId: ${externalId}\nname: Acme Corp\ntier: gold\nvendors: { zavu: {}, bctrl: {}, bolna: {} }\n${line}\n`;

describe("a tenant's life through the real engine", () => {
  let bench: Bench;
  afterEach(() => bench?.close());

  const open = async (file: string) => {
    bench = await openBench(program());
    bench.emulator.bolna.switches.generation = "minimum";
    bench.project.write("tiers.yaml", TIERS);
    write(file);
  };
  const write = (file: string) => bench.project.write("tenants/acme.yaml", file);
  const keys = async () => {
    const { apiKeys } = (await bench.project.outputs({ showSecrets: true })) as {
      apiKeys: Record<string, Record<string, string>>;
    };
    return Object.values(apiKeys).map(({ zavu = "", bctrl = "" }) => [zavu, bctrl])[0] ?? [];
  };
  const works = ([zavu = "", bctrl = ""]: readonly string[]) => [
    bench.emulator.zavu.keyWorks(zavu),
    bench.emulator.bctrl.keyWorks(bctrl),
  ];
  const revoked = () => bench.writes().filter(({ call }) => /^DELETE .*api-keys/.test(call)).length;
  const shown = () => [
    bench.emulator.zavu.accounts(),
    bench.emulator.bctrl.accounts(),
    bench.emulator.bolna.accounts(),
  ];
  const running = [
    [{ status: "active", creditLimit: 5000 }],
    [{ status: "active", limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 } }],
    [{ min_concurrency: 1, max_concurrency: 4 }],
  ];

  it("is suspended and resumed by a line, with three writes each, and its keys as they were", async () => {
    // From its beginning: Zavu makes no key for an inactive account.
    await open(acme("suspended: true"));
    await bench.project.up();
    expect(await keys()).toEqual(["", expect.any(String)]);
    await bench.project.preview("--expect-no-changes");
    write(acme());
    await bench.project.up();
    const before = await keys();
    expect([shown(), works(before)]).toMatchObject([running, [true, true]]);

    write(acme("suspended: true"));
    const { output } = await bench.project.preview("--diff");
    expect(output).toMatch(/status: "active" => "inactive"|\+ status\s*: "inactive"/);
    expect(output).toMatch(/monthlyCreditLimit: 20000 => 0/);
    expect(output).toMatch(/3 to update/);
    bench.emulator.clearRequests();
    await bench.project.up();
    expect(bench.writes()).toHaveLength(3);
    expect(shown()).toMatchObject([
      [{ status: "inactive", creditLimit: 5000 }],
      [{ limits: { maxActiveRuns: 5, monthlyCreditLimit: 0 } }],
      [{ min_concurrency: 1, max_concurrency: 0 }],
    ]);

    write(acme());
    bench.emulator.clearRequests();
    await bench.project.up();
    expect(bench.writes()).toHaveLength(3);
    expect(shown()).toMatchObject(running);
    expect([await keys(), works(before)]).toEqual([before, [true, true]]);
    await bench.project.preview("--expect-no-changes");
  });

  it("ends by its dates: the keys first, then the accounts, and a refresh knows no date", async () => {
    await open(acme());
    await bench.project.up();
    write(acme("ended: { keysAt: 2026-12-31, deleteAfter: 2027-12-31 }"));
    bench.program(program("2026-12-31T20:00:00Z"));
    await bench.project.up();
    expect(shown()).toMatchObject([[{ status: "inactive" }], [{ limits: { monthlyCreditLimit: 0 } }], [{}]]);

    bench.program(program("2027-01-01T00:00:00Z"));
    await bench.project.run(["refresh", "--yes", "--run-program", "--expect-no-changes"]);
    expect(revoked()).toBe(0);
    const { output } = await bench.project.preview();
    expect(output).toMatch(/Tenant "tenant-acme": keysAt 2026-12-31 is over, so `up` revokes the keys/);
    expect(output).toMatch(/3 to delete/);
    await bench.project.up();
    expect(revoked()).toBe(2);
    expect(shown()).toMatchObject([[{}], [{ status: "active" }], [{}]]);

    bench.program(program("2028-01-01T00:00:00Z"));
    const last = await bench.project.preview();
    expect(last.output).toMatch(/deleteAfter 2027-12-31 is over, so `up` deletes the accounts/);
    // The stack's owner goes with the last account.
    expect(last.output).toMatch(/4 to delete/);
    await bench.project.up();
    expect(shown()).toMatchObject([[{ status: "inactive" }], [{ status: "archived" }], []]);
    expect(await bench.project.outputs()).toMatchObject({ accounts: { "tenant-acme": {} } });
    await bench.project.preview("--expect-no-changes");
  });

  it("keeps accounts and keys when its externalId is corrected, by `formerly` alone", async () => {
    await open(acme("", "tenant-amce"));
    await bench.project.up();
    const before = await keys();
    const ids = shown().map((accounts) => accounts.map(({ id }) => id));

    write(acme());
    const refused = await bench.project.up({ expectFailure: true });
    expect(refused.output).toMatch(/add {2}formerly: "tenant-amce" {2}to the Tenant or its file/);
    expect([shown(), works(before)]).toMatchObject([running, [true, true]]);

    write(acme("formerly: tenant-amce"));
    bench.emulator.clearRequests();
    const { output } = await bench.project.up();
    // The refused run has left the tenant of the new name in the state, without anything in it.
    expect(output).not.toMatch(/(SubAccount|ApiKey) .*(creat|delet|replac)/);
    expect(bench.writes().map(({ call }) => call.split(" ")[0])).toEqual(["PATCH", "PATCH"]);
    expect(shown()).toMatchObject([[{ externalId: "tenant-acme" }], [{ externalId: "tenant-acme" }], [{}]]);
    expect(shown().map((accounts) => accounts.map(({ id }) => id))).toEqual(ids);
    expect([await keys(), works(before)]).toEqual([before, [true, true]]);

    write(acme());
    await bench.project.preview("--expect-no-changes");
  });

  it("is not ended where `formerly` is mistyped, and its name is corrected in the same change", async () => {
    await open(acme("", "tenant-amce"));
    await bench.project.up();
    const before = await keys();
    write(acme("formerly: tenant-amec").replace("name: Acme Corp", "name: Acme Inc"));
    const { output } = await bench.project.up("--continue-on-error", { expectFailure: true });
    expect(output).toMatch(
      /was not revoked: this run made the account of "tenant-acme", and no state has it by a former name/,
    );
    expect(works(before)).toEqual([true, true]);
    for (const accounts of shown()) expect(accounts).toHaveLength(2);
  });
});
