import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
const TIERS = `const tiers = {
  silver: { zavu: { creditLimit: 10_00 }, bctrl: { limits: { maxActiveRuns: 2, maxSpaces: 1 } }, bolna: { allowConcurrentCalls: 1, deletionPolicy: "retain" } },
  gold: { zavu: { creditLimit: 50_00 }, bctrl: { limits: { maxActiveRuns: 5, maxSpaces: 1 } }, bolna: { allowConcurrentCalls: 4, deletionPolicy: "retain" } },
} as const;`;

const program = (tier: string, more = "") => `
${TIERS}
const acme = new Tenant("acme", {
  externalId: "tenant-acme", name: "Acme Corp", tier: "${tier}", tiers,
  vendors: { zavu: {}, bctrl: { limits: { maxSpaces: 3 } }, bolna: {} },
  keys: { bolna: false, bctrl: { name: "worker" } },
});
const solo = new Tenant("solo", { externalId: "tenant-solo", name: "Solo Ltd", vendors: { zavu: {} } });
export const { accounts, apiKeys } = directory([acme, solo]);
writeDirectory("directory.json", accounts);
${more}
`;

describe("a tenant through the real engine", () => {
  let bench: Bench;
  afterEach(() => bench?.close());
  const file = () => join(bench.project.dir, "directory.json");

  it("is an account at each of its vendors with its tier's limits, and a key from each that it wants", async () => {
    bench = await openBench(program("silver"));
    await bench.project.preview();
    expect(existsSync(file())).toBe(false);
    await bench.project.up();

    const { zavu, bctrl, bolna } = bench.emulator;
    const shown = await bench.project.outputs({ showSecrets: true });
    const accounts = shown["accounts"] as Record<string, Record<string, string>>;
    const keys = shown["apiKeys"] as Record<string, Record<string, string>>;
    expect([zavu.accounts(), bctrl.accounts(), bolna.accounts()]).toMatchObject([
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
    expect(JSON.stringify(await bench.project.outputs())).not.toContain(keys["tenant-acme"]?.["zavu"]);

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
  });
});
