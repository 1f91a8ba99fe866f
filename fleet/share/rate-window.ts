/** A rate: so many requests in any stretch of so many milliseconds. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/** The vendor's own count in a reply. */
export interface Count {
  readonly limit?: number | undefined;
  readonly remaining: number;
  /** From now on. */
  readonly resetInMs: number;
  /** The end of the window by the vendor's clock, which tells windows apart. */
  readonly vendorResetAtMs: number;
}

/** The vendor's window, as its replies have told it. */
export interface Window {
  readonly limit: number;
  /** Requests of it that nobody has a permit for. */
  readonly left: number;
  readonly openedAtMs: number;
  /** Undefined between the end of one window and the first reply of the next. */
  readonly endMs?: number | undefined;
  /** The same by the vendor's clock; that of the window before, as long as no reply has told. */
  readonly vendorEndMs: number;
}

/** Two times of a window's end that lie closer together are one window's: some vendors round to seconds. */
const SAME_WINDOW_MS = 1_000;
/** The length of a window that no reply and no document tells, in milliseconds. */
export const WINDOW_MS = 60_000;

/** The window now: when one has ended, the next is open. */
export function rolled(
  window: Window | undefined,
  documented: Rate | undefined,
  nowMs: number,
): Window | undefined {
  if (window === undefined) return undefined;
  const { limit, openedAtMs, vendorEndMs } = window;
  const endMs = window.endMs ?? openedAtMs + (documented?.perMs ?? WINDOW_MS);
  return endMs > nowMs ? window : { limit, left: limit, openedAtMs: nowMs, vendorEndMs };
}

/**
 * Takes the vendor's count over. Replies arrive in any order, so within a window the smallest figure holds.
 * @param count with the permits that were given before there was a window: the vendor need not have counted all calls yet
 */
export function counted(
  has: Window | undefined,
  { limit, remaining, resetInMs, vendorResetAtMs, given }: Count & { readonly given: number },
  documented: Rate | undefined,
  nowMs: number,
): Window | undefined {
  // A reply of a window that is over.
  if (resetInMs <= 0) return has;
  const most = Math.max(limit ?? has?.limit ?? documented?.requests ?? remaining, 1);
  const endMs = nowMs + resetInMs;
  const next = { limit: most, openedAtMs: nowMs, endMs, vendorEndMs: vendorResetAtMs };
  if (has === undefined) return { ...next, left: Math.max(0, Math.min(remaining, most - given)) };
  const isLater = vendorResetAtMs > has.vendorEndMs + SAME_WINDOW_MS;
  const isSame = !isLater && vendorResetAtMs >= has.vendorEndMs - SAME_WINDOW_MS;
  // The window that was opened by our clock, or else one that the vendor has opened before that.
  if (isLater) return { ...next, left: has.endMs === undefined ? Math.min(has.left, remaining) : remaining };
  if (!isSame || has.endMs === undefined) return has;
  // A reply that was long on its way makes the end look later than it is.
  return { ...has, limit: most, left: Math.min(has.left, remaining), endMs: Math.min(has.endMs, endMs) };
}
