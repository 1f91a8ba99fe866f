import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import type { Emulator } from "../../emulator";
import { type Bench, openBench } from "./programs";

const PROGRAM =
  'export const key = new zavu.SubAccount("acme", { name: "Acme", externalId: "tenant-acme" }).apiKey;';
const CREATE = { vendor: "zavu", method: "POST", path: "/v1/sub-accounts" } as const;

describe("an up that is interrupted in the middle of a create", () => {
  let bench: Bench;
  afterEach(() => bench?.close());
  const expectOneWorkingAccount = async () => {
    expect(bench.emulator.zavu.accounts()).toHaveLength(1);
    const { key } = await bench.project.outputs({ showSecrets: true });
    expect(bench.emulator.zavu.keyWorks(String(key))).toBe(true);
    expect(
      bench.emulator.zavu.accounts()[0]?.keys.filter(({ revokedAt }) => revokedAt === null),
    ).toHaveLength(1);
  };

  it("by Ctrl-C lets the call under way finish and saves it", async () => {
    bench = await openBench(PROGRAM);
    bench.emulator.fault({ ...CREATE, fault: { kind: "delay", ms: 1_500 } });
    const up = bench.project.start(["up", "--yes", "--skip-preview"]);
    await arrival(bench.emulator);
    up.kill("SIGINT", { group: true });
    const { output } = await up.done;
    expect(output).toContain("update canceled");
    const state = bench.project.state();
    expect(state.resources?.some(({ id }) => id === bench.emulator.zavu.accounts()[0]?.id)).toBe(true);
    expect(state.pending_operations ?? []).toEqual([]);
    await bench.project.up();
    await expectOneWorkingAccount();
  });

  it("by kill -9 is repaired by cancel and up", async () => {
    bench = await openBench(PROGRAM);
    bench.emulator.fault({ ...CREATE, fault: { kind: "hang", when: "after" } });
    const up = bench.project.start(["up", "--yes", "--skip-preview"]);
    await arrival(bench.emulator);
    for (const pid of familyOf(up.pid)) process.kill(pid, "SIGKILL");
    await up.done;
    expect(bench.emulator.zavu.accounts()).toHaveLength(1);

    await bench.project.run(["cancel", "--yes"]);
    await bench.project.up();
    await expectOneWorkingAccount();
    await bench.project.refresh("--clear-pending-creates");
    await bench.project.preview("--expect-no-changes");
  });
});

/** Resolves when the create has arrived at the vendor. */
async function arrival(emulator: Emulator): Promise<void> {
  await expect
    .poll(() => emulator.requests.some(({ method }) => method === "POST"), { timeout: 60_000 })
    .toBe(true);
}

/** A process and all its descendants, the youngest first: Pulumi's plugins live in process groups of their own. */
function familyOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const parents = new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]));
  const family = [pid];
  for (const member of family)
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family.reverse();
}
