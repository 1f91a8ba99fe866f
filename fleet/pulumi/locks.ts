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

/** A holder in words: `process 16 of root on worker-2, since 2026-11-27T12:00:00.000Z`. */
export function holderText({ user, host, pid, takenMs }: LockHolder): string {
  const since = Number.isNaN(takenMs) ? "" : `, since ${new Date(takenMs).toISOString()}`;
  return `process ${pid} of ${user} on ${host}${since}`;
}

/** Why a command was refused for a lock, and what to do; undefined where it was not. */
export function lockedBecause(lines: readonly string[], shard = "<shard>"): string | undefined {
  const holders = lockHoldersIn(lines).map(holderText);
  if (holders.length === 0) return undefined;
  return `the state is locked by ${holders.join(" and ")}: once that has ended, subaccounts fleet unlock ${shard} --yes releases it`;
}
