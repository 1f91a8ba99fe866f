import { ApiError, ConnectionError, ReplyError } from "./errors";

/** How long one call may take, in milliseconds. */
export interface TimeLimits {
  /** For making a connection. */
  readonly connectMs: number;
  /** For one attempt, from the first byte sent to the last byte read. */
  readonly attemptMs: number;
  /** For a call with all its attempts and waits. */
  readonly totalMs: number;
}

/** Bounds that suit management calls: most answer within a second, a rate limit may ask for a minute. */
export const TIME_LIMITS: TimeLimits = { connectMs: 10_000, attemptMs: 30_000, totalMs: 300_000 };

/** How often a call is tried when it fails without the vendor asking for patience. */
export const MAX_ATTEMPTS = 4;

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/**
 * The wait before attempt `attempt + 1`, in milliseconds: what the vendor asked for, else doubling from 250 ms to
 * 8 s, with up to half taken off at random so that callers do not come back all at once.
 *
 * @param random a number from 0 (inclusive) to 1 (exclusive).
 */
export function delayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const full = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return Math.round(full * (1 - random / 2));
}

/**
 * How long a reply asks to wait, in milliseconds, from `retry-after-ms` or `Retry-After` (seconds or an HTTP
 * date); undefined when it does not say.
 */
export function retryAfterMs(
  header: (name: string) => string | undefined,
  nowMs: number,
): number | undefined {
  const millis = header("retry-after-ms");
  if (millis !== undefined && /^\d+$/.test(millis.trim())) return Number(millis);
  const value = header("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Whether a failed call may simply be sent again: it certainly did nothing, or it only reads. */
export function isSafeToRepeat(method: string, error: unknown): boolean {
  if (error instanceof ConnectionError && error.effect === "none") return true;
  if (method !== "GET") return false;
  if (error instanceof ApiError) return error.status >= 500 || error.status === 408;
  return error instanceof ConnectionError || error instanceof ReplyError;
}
