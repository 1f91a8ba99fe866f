import { hostname } from "node:os";
import type { ProcessId } from "../process";

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

/** The holder of a lock of a state, as Pulumi says it. */
export interface LockHolder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** When it was taken, in ms since the epoch. */
  readonly takenMs: number;
}

const HOLDER = /created by (.*)@(\S+) \(pid (\d+)\) at (\S+)/g;

/** The holders of the locks for which a command was refused; empty where it was not. */
export function lockHoldersIn(lines: readonly string[]): LockHolder[] {
  const text = lines.join("\n");
  if (!text.includes("the stack is currently locked by")) return [];
  return [...text.matchAll(HOLDER)].map(([, user = "", host = "", pid, at = ""]) => ({
    user,
    host,
    pid: Number(pid),
    takenMs: Date.parse(at),
  }));
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
