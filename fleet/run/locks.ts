import { hostname } from "node:os";
import type { ProcessId } from "../process";
import type { LockHolder } from "../pulumi/locks";

/** An attempt at a shard, as the engine has it before the attempt's command begins. */
export interface Attempt {
  readonly run: string;
  readonly stack: string;
  readonly host: string;
  /** The number of the CLI's process, which a lock of the state has. */
  readonly pid: number;
  readonly startedAt: string;
  /** The group that the command is in. */
  readonly group: ProcessId;
}

/** Whether a lock was taken by one of these attempts. Pulumi writes the time of a lock in whole seconds. */
export function isOfAttempt({ host, pid, takenMs }: LockHolder, attempts: readonly Attempt[]): boolean {
  return attempts.some(
    (attempt) =>
      attempt.host === host &&
      attempt.pid === pid &&
      takenMs >= Math.floor(Date.parse(attempt.startedAt) / 1000) * 1000,
  );
}

/** Whether a lock was taken by a process of this machine that has ended. */
export function hasEnded({ host, pid }: LockHolder, isThere: (pid: number) => boolean): boolean {
  return host === hostname() && !isThere(pid);
}
