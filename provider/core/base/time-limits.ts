/** How long one call may take, in milliseconds. */
export interface TimeLimits {
  /** For making a connection. */
  readonly connectMs: number;
  /** For one attempt, from the first byte sent to the last byte read. */
  readonly attemptMs: number;
  /** For what a vendor's rate limit makes one call wait, in all. */
  readonly maxWaitMs: number;
}

/** Bounds that suit management calls: most answer within a second, a rate limit may ask for a minute at a time. */
export const TIME_LIMITS: TimeLimits = { connectMs: 10_000, attemptMs: 30_000, maxWaitMs: 600_000 };
