import { SubaccountsError } from "./errors";

/** When, after a request was sent, an unclear mutation is read back, in milliseconds; the last is the lag bound. */
export const READ_BACK_MS = [0, 500, 2_000, 5_000, 10_000, 20_000, 30_000] as const;

/** How long reads of a vendor may lag behind writes, where nothing else is set, in milliseconds. */
export const LAG_BOUND_MS = 30_000;

/** The longest lag that can be set, in seconds. */
const LONGEST_LAG = 600;

const SETTING = "SUBACCOUNTS_READ_LAG_SECONDS";

/**
 * How long reads of a vendor may lag behind writes, in milliseconds: `SUBACCOUNTS_READ_LAG_SECONDS`, else 30 seconds.
 *
 * @throws SubaccountsError if the variable is no number of seconds from 1 to 600.
 */
export function lagBoundMs(env: Readonly<Record<string, string | undefined>>): number {
  const text = env[SETTING];
  if (text === undefined) return LAG_BOUND_MS;
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= LONGEST_LAG) return seconds * 1_000;
  throw new SubaccountsError(`${SETTING} is not a whole number of seconds from 1 to ${LONGEST_LAG}`);
}

/** Waits for the times of a schedule, which count from now, one by one. @throws InterruptedError */
export async function* along(
  run: { readonly world: { now(): number }; sleep(ms: number): Promise<void> },
  schedule: readonly number[],
): AsyncGenerator<number> {
  const startMs = run.world.now();
  for (const atMs of schedule) {
    const waitMs = startMs + atMs - run.world.now();
    if (waitMs > 0) await run.sleep(waitMs);
    yield atMs;
  }
}

/** When an unclear mutation is read back under a lag bound, in milliseconds after the request was sent. */
export function readBackMs(boundMs: number): number[] {
  return [...READ_BACK_MS.filter((ms) => ms < boundMs), boundMs];
}
