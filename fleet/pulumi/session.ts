import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Rounds in which processes that have begun meanwhile are looked for. */
const ROUNDS = 5;

/**
 * Kills a process and all that it has started, at once. Plugins of Pulumi are in groups of their own, and go on for a while
 * without it, but are in the session of their command.
 *
 * @param leader a process that was started with a session of its own; it is killed last
 */
export function killSession(leader: number): void {
  for (let round = 0; round < ROUNDS; round++) {
    const members = membersOf(leader).filter((pid) => pid !== leader);
    if (members.length === 0) break;
    for (const pid of members) kill(pid);
  }
  kill(leader);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The processes of a session, the oldest first: a CLI that outlives its plugins would save a failure. */
function membersOf(session: number): number[] {
  return process.platform === "linux" ? sessionOf(session) : familyOf(session);
}

function sessionOf(session: number): number[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.filter((pid) => sessionIdOf(pid) === session).sort((one, other) => one - other);
}

function sessionIdOf(pid: number): number | undefined {
  try {
    // The second field, the program's name, may hold blanks and brackets.
    const [state, , , session] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return state === "Z" ? undefined : Number(session);
  } catch {
    return undefined;
  }
}

function familyOf(root: number): number[] {
  const { stdout } = spawnSync("ps", ["-Ao", "pid=,ppid="], { encoding: "utf8" });
  const rows = (stdout ?? "").trim().split("\n");
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const family = [root];
  for (const member of family)
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}
