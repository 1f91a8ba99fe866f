/** How far the vendor's clock may be off and still count as ours, in milliseconds. */
const SAME_CLOCK_MS = 2_000;

/**
 * When an object was made: the vendor's time if it lies within the request by our clock, else our own, because ages count by
 * the clock of the machine that runs Pulumi.
 */
export function createdMs(vendorsMs: number | undefined, sentMs: number, doneMs: number): number {
  const isOfOurClock =
    vendorsMs !== undefined && vendorsMs >= sentMs - SAME_CLOCK_MS && vendorsMs <= doneMs + SAME_CLOCK_MS;
  return isOfOurClock ? vendorsMs : doneMs;
}
