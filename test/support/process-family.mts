import { execFileSync } from "node:child_process";

/** Kills these processes; those that have ended already are no failure. */
export function killAll(pids: readonly number[]): void {
  for (const member of pids) {
    try {
      process.kill(member, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
}

/**
 * The process and all its descendants, since Pulumi's plugins live in process groups of their own. Itself first: a CLI
 * that outlives its provider would save a failure.
 */
export function familyOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const parents = new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]));
  const family = [pid];
  for (const member of family)
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}
