import { z } from "zod";
import { Refusal } from "./refusal";
import { define, flag, type Mark, never, type SwitchesOf } from "./switches";

const unseen = never("replies say nothing of the limit, and reaching it would hold up other programs");

/** A vendor's rate limit: so many requests a minute, which the headers of its replies may tell. */
export const rateSwitches = (perMinute: number, mark: Mark = unseen) => ({
  /** Requests per fixed window of one minute, or of another length. */
  requestsPerMinute: define(z.int().min(1), perMinute, mark),
  /** Length of the rate window, milliseconds. */
  rateWindowMs: define(z.int().min(1), 60_000, never("two windows would have to end while the run waits")),
  /**
   * Answer 429 beyond the limit. Off by default, so that tests are not slowed down; then the remaining count is
   * never used up either.
   */
  enforceRateLimit: define(
    flag,
    false,
    never("a run would have to send more than the limit, which other programs share"),
  ),
});

/** Settings of a vendor's rate limit. */
export interface RateSwitches extends SwitchesOf<ReturnType<typeof rateSwitches>> {}

/** Counts a request. Throws 429 with `Retry-After` for one beyond an enforced limit. */
export function refuseBeyond(rate: RateWindow): void {
  if (rate.take()) return;
  const headers = { "retry-after": String(rate.retryAfterSeconds) };
  throw new Refusal(429, "Rate limit exceeded", { headers });
}

/** A fixed window that begins on the minute, or a shorter one at a multiple of its length, by the vendor's clock. */
export class RateWindow {
  readonly #switches: () => RateSwitches;
  readonly #now: () => Date;
  #startMs = 0;
  #used = 0;

  constructor(switches: () => RateSwitches, now: () => Date) {
    this.#switches = switches;
    this.#now = now;
  }

  /** Counts a request. False if it is beyond an enforced limit. */
  take(): boolean {
    this.#roll();
    this.#used += 1;
    const { enforceRateLimit, requestsPerMinute } = this.#switches();
    return !enforceRateLimit || this.#used <= requestsPerMinute;
  }

  /** Begins a new window. */
  clear(): void {
    this.#used = 0;
  }

  get limit(): number {
    return this.#switches().requestsPerMinute;
  }

  get remaining(): number {
    this.#roll();
    const { enforceRateLimit, requestsPerMinute } = this.#switches();
    return enforceRateLimit ? Math.max(0, requestsPerMinute - this.#used) : requestsPerMinute;
  }

  /** When the window ends, epoch milliseconds. */
  get resetMs(): number {
    this.#roll();
    return this.#startMs + this.#switches().rateWindowMs;
  }

  /** Whole seconds until the window ends, at least 1. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.resetMs - this.#now().getTime()) / 1000));
  }

  #roll(): void {
    const nowMs = this.#now().getTime();
    const { rateWindowMs } = this.#switches();
    if (nowMs >= this.#startMs && nowMs < this.#startMs + rateWindowMs) return;
    const step = Math.min(rateWindowMs, 60_000);
    this.#startMs = Math.floor(nowMs / step) * step;
    this.#used = 0;
  }
}
