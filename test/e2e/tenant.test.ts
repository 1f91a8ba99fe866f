import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Project } from "../../engine/project.mts";
import { type Bench, openBench } from "./programs";

const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
const byName = (one: { name: string }, other: { name: string }) => byText(one.name, other.name);
const TIERS = `const tiers = {
  silver: { zavu: { creditLimit: 10_00 }, bctrl: { limits: { maxActiveRuns: 2, maxSpaces: 1 } }, bolna: { allowConcurrentCalls: 1, deletionPolicy: "retain" } },
  gold: { zavu: { creditLimit: 50_00 }, bctrl: { limits: { maxActiveRuns: 5, maxSpaces: 1 } }, bolna: { allowConcurrentCalls: 4, deletionPolicy: "retain" } },
};`;

const program = (tier: string, more = "") => `
${TIERS}
const acme = new Tenant("acme", {
  externalId: "tenant-acme", name: "Acme Corp", tier: "${tier}", tiers,
  vendors: { zavu: {}, bctrl: { limits: { maxSpaces: 3 } }, bolna: {} },
  keys: { bolna: false, bctrl: { name: "worker" } },
});
const solo = new Tenant("solo", { externalId: "tenant-solo", name: "Solo Ltd", vendors: { zavu: {} } });
export const { accounts, apiKeys } = directory([acme, solo]);
writeDirectory("out/directory.json", accounts);
${more}
`;

/** The stack's outputs as a program reads them that drives Pulumi, which looks for the CLI on its own PATH. */
async function outputsByAutomation({ dir, stack, env }: Project) {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  vi.stubEnv("PATH", env["PATH"]);
  const selected = await LocalWorkspace.selectStack({ stackName: stack, workDir: dir }, { envVars: env });
  return selected.outputs();
}

describe("a tenant through the real engine", () => {
  let bench: Bench;
  afterEach(() => {
    vi.unstubAllEnvs();
    return bench?.close();
  });
  const file = () => join(bench.project.dir, "out/directory.json");

  it("is an account at each of its vendors with its tier's limits, and a key from each that it wants", async () => {
    bench = await openBench(program("silver"));
    await bench.project.preview();
    expect(existsSync(file())).toBe(false);
    await bench.project.up();

    const { zavu, bctrl, bolna } = bench.emulator;
    const shown = await bench.project.outputs({ showSecrets: true });
    const accounts = shown["accounts"] as Record<string, Record<string, string>>;
    const keys = shown["apiKeys"] as Record<string, Record<string, string>>;
    expect([zavu.accounts().sort(byName), bctrl.accounts(), bolna.accounts()]).toMatchObject([
      [
        { name: "Acme Corp", externalId: "tenant-acme", creditLimit: 10_00 },
        { name: "Solo Ltd", externalId: "tenant-solo" },
      ],
      [{ name: "Acme Corp", externalId: "tenant-acme", limits: { maxActiveRuns: 2, maxSpaces: 3 } }],
      [{ name: "Acme Corp", allow_concurrent_calls: 1 }],
    ]);
    expect(Object.keys(accounts)).toEqual(["tenant-acme", "tenant-solo"]);
    expect(Object.keys(accounts["tenant-acme"] ?? {}).sort()).toEqual(["bctrl", "bolna", "zavu"]);
    expect(Object.keys(keys["tenant-acme"] ?? {}).sort()).toEqual(["bctrl", "zavu"]);
    expect(zavu.keyWorks(keys["tenant-acme"]?.["zavu"] ?? "")).toBe(true);
    expect(bctrl.keyWorks(keys["tenant-acme"]?.["bctrl"] ?? "")).toBe(true);
    expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual(accounts);
    expect(await bench.project.outputs()).toEqual({ accounts, apiKeys: "[secret]" });
    // The Automation API and Pulumi's GitHub action go by the mark of the whole output.
    const automated = await outputsByAutomation(bench.project);
    expect(automated["apiKeys"]).toEqual({ value: keys, secret: true });
    expect(automated["accounts"]).toEqual({ value: accounts, secret: false });

    // A changed tier is a change of its limits alone, and the keys stay known.
    bench.program(program("gold"));
    const { output } = await bench.project.preview("--diff");
    expect(output).toMatch(/creditLimit: 1000 => 5000[\s\S]*3 to update\n\s*8 unchanged/);
    expect(output).not.toMatch(/apiKeys|Outputs/);
    bench.emulator.clearRequests();
    await bench.project.up();
    expect(
      bench
        .writes()
        .map(({ body }) => body)
        .sort(byText),
    ).toEqual([{ allow_concurrent_calls: 4 }, { creditLimit: 50_00 }, { limits: { maxActiveRuns: 5 } }]);
    await bench.project.preview("--expect-no-changes");
    await bench.project.refresh("--expect-no-changes");

    // Another stack finds the customer by its external id, and the key stays secret there.
    bench.program(`
      const tenants = new pulumi.StackReference("organization/test/dev");
      export const account = tenants.getOutput("accounts").apply((all) => all["tenant-acme"].zavu);
      export const key = tenants.getOutput("apiKeys").apply((all) => all["tenant-acme"].zavu);`);
    await bench.project.run(["stack", "init", "reader"]);
    await bench.project.run(["up", "--yes", "--skip-preview"]);
    expect(await bench.project.outputs()).toEqual({
      account: accounts["tenant-acme"]?.["zavu"],
      key: "[secret]",
    });
    expect((await bench.project.outputs({ showSecrets: true }))["key"]).toBe(keys["tenant-acme"]?.["zavu"]);
  });

  it("takes over what was declared alone, without a write at the vendor", async () => {
    const alone = `
      const account = new zavu.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme", creditLimit: 50_00 });
      const key = new zavu.ApiKey("acme-backend", { subAccountId: account.id, name: "backend" });
      const voice = new bolna.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme", allowConcurrentCalls: 4, deletionPolicy: "retain" });
      export const ids = [account.id, voice.id];
      export const zavuKey = key.apiKey;`;
    const tenant = (movedFrom: string) => `
      const acme = new Tenant("acme", {
        externalId: "tenant-acme", name: "Acme Corp",
        vendors: { zavu: { creditLimit: 50_00 }, bolna: { allowConcurrentCalls: 4, deletionPolicy: "retain" } },
        keys: { zavu: { name: "backend" }, bolna: false },
        ${movedFrom}
      });
      export const ids = [acme.accounts.zavu, acme.accounts.bolna];
      export const zavuKey = acme.apiKeys.zavu;`;
    bench = await openBench(alone);
    await bench.project.up();
    const before = await bench.project.outputs({ showSecrets: true });

    bench.program(
      tenant(`movedFrom: { zavu: { account: "acme", key: "acme-backend" }, bolna: { account: "acme" } },`),
    );
    bench.emulator.clearRequests();
    const { output } = await bench.project.up();
    expect(output).not.toMatch(/\d+ (deleted|updated|replaced)/);
    expect(bench.writes()).toEqual([]);
    expect(await bench.project.outputs({ showSecrets: true })).toEqual(before);

    // Without the line, and under another logical name with an alias: the same accounts.
    bench.program(
      tenant("")
        .replace('new Tenant("acme"', 'new Tenant("acme-corp"')
        .replace("});", '}, { aliases: [{ name: "acme" }] });'),
    );
    await bench.project.preview("--expect-no-changes");
  });

  it("comes from files, and a wrong file stops the preview with everything that is wrong", async () => {
    bench = await openBench(`
      const tiers = loadTiers("tiers.yaml");
      const tenants = loadTenants("tenants/*.yaml", { tiers }).map((args) => new Tenant(args.externalId, args));
      export const { accounts } = directory(tenants);`);
    const { project, emulator } = bench;
    const tenant = (id: string, limit: number) =>
      `externalId: ${id}\nname: ${id}\ntier: gold\nvendors:\n  zavu:\n    creditLimit: ${limit}\n`;
    project.write("tiers.yaml", "gold:\n  zavu: { metadata: { tier: gold } }\n");
    project.write("tenants/a.yaml", tenant("a", 0));
    project.write("tenants/b.yaml", tenant("b", 100).replace("gold", "golden"));
    const failed = await project.preview({ expectFailure: true });
    expect(failed.output).toMatch(
      /loadTenants found 2 problems, and nothing is changed:\s*tenants\/a\.yaml:6:5 vendors\.zavu\.creditLimit must be .*; got zero\s*tenants\/b\.yaml:3:1 tier "golden" is none of the tiers: gold/,
    );
    expect(failed.output).not.toMatch(/node_modules|at Object|unhandled/i);

    project.write("tenants/a.yaml", tenant("a", 300));
    project.write("tenants/b.yaml", tenant("b", 100));
    await project.up();
    expect(emulator.zavu.accounts().sort(byName)).toMatchObject([
      { externalId: "a", creditLimit: 300, metadata: { tier: "gold" } },
      { externalId: "b", creditLimit: 100 },
    ]);
    // Another name, another order: no change.
    project.write("tenants/a.yaml", "");
    project.write("tenants/a.yaml", tenant("b", 100));
    project.write("tenants/b.yaml", tenant("a", 300));
    project.write("tenants/c.yml", tenant("c", 300));
    const { output } = await project.preview("--expect-no-changes");
    expect(output).toContain("warning: loadTenants: tenants/c.yml is not read");
  });
});

describe("a program with tenants that is wrong", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench("");
  });
  afterAll(() => bench?.close());

  it.each([
    [
      "a wrong tenant",
      `new Tenant("acme", { externalId: "tenant-acme", name: "Acme", vendors: { zavu: { creditLimit: 0 }, bctrl: { limit: {} } } });`,
      /Tenant "acme" \(tenant-acme\):\s*vendors\.bctrl\.limit is no argument.*\s*vendors\.zavu\.creditLimit must be/,
    ],
    [
      "two tenants with one external id",
      `directory(["one", "two"].map((name) => new Tenant(name, { externalId: "tenant-acme", name, vendors: { [name === "one" ? "zavu" : "bctrl"]: {} } })));`,
      /directory: two tenants have the externalId "tenant-acme"; each needs its own/,
    ],
    [
      "keys in a file",
      `const acme = new Tenant("acme", { externalId: "tenant-acme", name: "Acme", vendors: { zavu: {} } });
       writeDirectory("keys.json", directory([acme]).apiKeys);`,
      /writeDirectory: keys\.json would hold secrets in clear/,
    ],
  ])("is refused in the preview, without a call: %s", async (_, body, message) => {
    bench.program(body);
    const { output } = await bench.project.preview({ expectFailure: true });
    expect(output).toMatch(message);
    expect(output).not.toMatch(/at new |at Object|unhandled/i);
    expect(bench.emulator.requests).toEqual([]);
  });
});
