import { ApiError, ConnectionError, ReplyError } from "../base/errors";

/** How often a call is tried that fails for another reason than a rate limit. */
export const MAX_ATTEMPTS = 4;

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/**
 * The wait before attempt `attempt + 1`, in milliseconds: doubling from 250 ms to 8 s, with up to half taken off at
 * random so that callers do not come back all at once.
 *
 * @param random a number from 0 (inclusive) to 1 (exclusive).
 */
export function delayMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return Math.round(full * (1 - random / 2));
}

/** Whether a failed call may simply be sent again: it certainly did nothing, or it only reads. */
export function isSafeToRepeat(method: string, error: unknown): boolean {
  if (error instanceof ConnectionError && error.isLasting) return false;
  if (error instanceof ConnectionError && error.effect === "none") return true;
  if (method !== "GET") return false;
  if (error instanceof ApiError) return error.status >= 500 || error.status === 408;
  return error instanceof ConnectionError || error instanceof ReplyError;
}
