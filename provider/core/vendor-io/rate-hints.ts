/** The rate limit as a reply's headers describe it. */
export interface RateHints {
  /** How long to wait before the next call, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Requests per window. */
  readonly limit?: number | undefined;
  /** Requests that this window still allows. */
  readonly remaining?: number | undefined;
  /** When the window ends, in milliseconds since the epoch by our clock. */
  readonly resetAtMs?: number | undefined;
  /** The same by the vendor's clock, which tells windows apart; absent where it is not known. */
  readonly vendorResetAtMs?: number | undefined;
}

type Header = (name: string) => string | undefined;

// The longest window that is believed, in milliseconds: what claims to end later is no such time.
const LONGEST_WINDOW_MS = 24 * 3_600_000;

/**
 * Reads `Retry-After` (seconds or an HTTP date), `retry-after-ms` and `X-RateLimit-*` from a reply. Times count from the
 * reply's own `Date`, since the vendor's clock may differ from ours. What makes no sense is left out.
 *
 * @param windowMs the length of the vendor's documented window: no time of its clock is farther away.
 */
export function rateHints(
  header: Header,
  nowMs: number,
  windowMs: number = Number.POSITIVE_INFINITY,
): RateHints {
  const date = Date.parse(header("date") ?? "");
  const vendorNowMs = Number.isNaN(date) ? nowMs : date;
  const vendorResetAtMs = resetAtMs(header("x-ratelimit-reset"), vendorNowMs);
  return {
    retryAfterMs: retryAfterMs(header, vendorNowMs, windowMs),
    limit: count(header("x-ratelimit-limit")),
    remaining: count(header("x-ratelimit-remaining")),
    resetAtMs: vendorResetAtMs && nowMs + Math.min(vendorResetAtMs - vendorNowMs, windowMs),
    vendorResetAtMs,
  };
}

function retryAfterMs(header: Header, vendorNowMs: number, windowMs: number): number | undefined {
  const millis = count(header("retry-after-ms"));
  if (millis !== undefined) return millis;
  const value = header("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  // An HTTP date has a name of a day or a month; `Date.parse` would also make a date of "-5".
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - vendorNowMs), windowMs);
}

/** Vendors give the end of a window in seconds or milliseconds since the epoch, or in seconds from now. */
function resetAtMs(value: string | undefined, vendorNowMs: number): number | undefined {
  const reset = count(value);
  if (reset === undefined) return undefined;
  const atMs = reset < 1e8 ? vendorNowMs + reset * 1000 : reset < 1e11 ? reset * 1000 : reset;
  return atMs - vendorNowMs <= LONGEST_WINDOW_MS ? atMs : undefined;
}

function count(value: string | undefined): number | undefined {
  const text = value?.trim() ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
