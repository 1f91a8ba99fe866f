import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const heartbeatMs = 5_000;
/** A holder that has not touched its lock for so long is gone, or on a machine that has stopped. */
export const staleAfterMs = 60_000;

/** Clock and processes as a lock sees them; tests inject their own. */
export interface LockWorld {
  now(): number;
  sleep(ms: number): Promise<void>;
  isAlive(pid: number): boolean;
}

const realWorld: LockWorld = { now: Date.now, sleep: delay, isAlive };

/**
 * Runs `work` while no other process runs work under the same lock, a folder made at `path`. `onWait` is called once
 * with the holder's process id when another one has it. The lock of a killed process is taken over.
 *
 * Two processes that take over the same stale lock in the same instant may both run: the lock saves double work,
 * correctness must not rest on it.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  onWait: (pid: number | undefined) => void,
  world: LockWorld = realWorld,
): Promise<T> {
  let waiting = false;
  while (!take(path)) {
    const pid = holder(path);
    if (isStale(path, pid, world)) {
      // The rename makes one process the remover; the others find nothing and try again.
      const aside = `${path}.stale-${process.pid}`;
      if (attempt(() => renameSync(path, aside))) rmSync(aside, { recursive: true, force: true });
      continue;
    }
    if (!waiting) onWait(pid);
    waiting = true;
    await world.sleep(250);
  }
  const heartbeat = setInterval(() => touch(path, world.now()), heartbeatMs).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (holder(path) === process.pid) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether a process with that id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function take(path: string): boolean {
  try {
    mkdirSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(path, "pid"), `${process.pid}`);
  return true;
}

function holder(path: string): number | undefined {
  let pid = Number.NaN;
  attempt(() => {
    pid = Number.parseInt(readFileSync(join(path, "pid"), "utf8"), 10);
  });
  return Number.isNaN(pid) ? undefined : pid;
}

function isStale(path: string, pid: number | undefined, world: LockWorld): boolean {
  if (pid !== undefined && !world.isAlive(pid)) return true;
  let touched = world.now();
  attempt(() => {
    touched = statSync(path).mtimeMs;
  });
  return world.now() - touched > staleAfterMs;
}

function touch(path: string, now: number): void {
  attempt(() => utimesSync(path, now / 1000, now / 1000));
}

/** Whether it worked; between two looks at a lock another process may have removed it. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
