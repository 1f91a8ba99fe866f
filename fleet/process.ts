import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { signalGroup } from "./pulumi/command";
import { killSession } from "./pulumi/session";

/** How long a process that got SIGINT may take to end, in ms: Pulumi waits for the calls under way. */
const GRACE_MS = 30_000;

/** A process, told from a later one with its number. */
export interface ProcessId {
  readonly host: string;
  readonly pid: number;
  /** When it started, as the system says it. */
  readonly started: string;
}

/** Identifies a process of this machine. */
export function identify(pid: number): ProcessId {
  return { host: hostname(), pid, started: startOf(pid) ?? "" };
}

/** Whether a process may still run. One of another machine cannot be looked at, and so may. */
export function mayRun({ host, pid, started }: ProcessId): boolean {
  return host !== hostname() || startOf(pid) === started;
}

/** Ends a process group that an earlier runner left on this machine: its leader does, and without one SIGINT. */
export async function endGroup({ host, pid, started }: ProcessId): Promise<void> {
  const now = startOf(pid);
  // Another process has the number, so the group is gone.
  const isOther = host !== hostname() || (now !== undefined && now !== started);
  if (isOther || !signalGroup(pid, now === undefined ? "SIGINT" : 0)) return;
  const endMs = Date.now() + GRACE_MS;
  while (Date.now() < endMs) {
    await sleep(100);
    if (!signalGroup(pid, 0)) return;
  }
  killSession(pid);
}

/** When a process started; undefined where there is no such process, or it has ended and nobody has asked how. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return stdout?.trim() || undefined;
  }
  try {
    // The second field, the program's name, may hold blanks and brackets.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return state === "Z" ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
