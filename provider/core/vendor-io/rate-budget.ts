import { ConnectionError } from "../base/errors";
import type { Run } from "../base/run";
import type { RateHints } from "./rate-hints";
import { delayMs } from "./retry";
import { SharedPermits, type SharedPermitsOptions } from "./shared-permits";

/** How many calls of a credential are under way at once. */
export const MAX_IN_FLIGHT = 32;

// Without a word of the vendor about how long, it is asked again this often at least, in milliseconds.
const LONGEST_PAUSE_MS = 5_000;

// Waits of this length and more are told, in milliseconds.
const TOLD_MS = 5_000;

// Two times of a window's end that lie closer together are one window's, in milliseconds: some vendors round to seconds.
const SAME_WINDOW_MS = 1_000;

/** A documented rate: so many requests in any stretch of so many milliseconds. */
export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

/** Options of a budget: the connection whose calls it paces. */
export interface RateBudgetOptions {
  readonly run: Run;
  /** The vendor's name as people write it. */
  readonly title: string;
  /** The rate that the vendor documents; absent where it documents none. What replies say counts for more. */
  readonly documented?: RateLimit | undefined;
  /** How far this run is with the connection, for people: "340 of 1000 done". */
  readonly progress: () => string;
  /** The budget of the credential that the shards of a fleet share; absent where the process is of none. */
  readonly shared?: Pick<SharedPermitsOptions, "share" | "key"> | undefined;
}

/** A call that was let through; {@link RateBudget.leave} wants it back. */
export interface Ticket {
  readonly pauses: number;
}

/** The vendor's own count, from `X-RateLimit-*`. */
interface Window {
  readonly limit: number;
  /** The smallest figure that a reply of this window had. */
  remaining: number;
  /** Undefined between the end of one window and the first reply of the next. */
  resetAtMs: number | undefined;
  /** The same by the vendor's clock: what it says in two replies of one window is the same. */
  readonly vendorResetAtMs: number | undefined;
}

interface Waiter {
  readonly giveUpAtMs: (nowMs: number) => number;
  readonly enter: (ticket: Ticket) => void;
  readonly fail: (reason: unknown) => void;
  readonly operation: string;
}

/**
 * The one rate budget of a vendor and credential: every call enters in its turn and leaves with what the reply said.
 * A rate-limit reply pauses all of them; its count of requests that remain, or else the rate that it
 * documents, holds them back before it has to ask. Pulumi's parallelism needs no lowering for that.
 */
export class RateBudget {
  readonly #options: RateBudgetOptions;
  readonly #queue: Waiter[] = [];
  #inFlight = 0;
  #window: Window | undefined;
  /** When the calls of the documented stretch of time were sent, the oldest first. */
  readonly #sentAtMs: number[] = [];
  #pausedUntilMs = 0;
  /** How many pauses there were, so that calls sent before one are told from those after it. */
  #pauses = 0;
  /** Pauses in a row without a call that went through. */
  #refusals = 0;
  /** The vendor did not say how long to wait, so one call at a time finds out. */
  #isProbing = false;
  #isTimed = false;
  #toldUntilMs = 0;
  /** Why no call may be sent any more. */
  #closed: ((operation: string) => unknown) | undefined;
  readonly #permits: SharedPermits | undefined;

  constructor(options: RateBudgetOptions) {
    this.#options = options;
    const { shared, run, title, documented } = options;
    const onAnswer = (pauseMs: number) => {
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, run.world.now() + pauseMs);
      this.#pump();
    };
    this.#permits = shared && new SharedPermits({ ...shared, run, title, documented, onAnswer });
  }

  /**
   * Waits until a call may be sent.
   *
   * @param giveUpAtMs when the call no longer waits, given the time now.
   * @throws ConnectionError if the rate limit lasts longer than that, InterruptedError
   */
  enter(operation: string, giveUpAtMs: (nowMs: number) => number): Promise<Ticket> {
    return new Promise((enter, fail) => {
      this.#queue.push({ operation, giveUpAtMs, enter, fail });
      this.#pump();
    });
  }

  /** Fails every call that waits, and every later one, with this reason. */
  close(reason: (operation: string) => unknown): void {
    this.#closed ??= reason;
    this.#pump();
  }

  /** The length of the documented window, in milliseconds; undefined where the vendor documents none. */
  get windowMs(): number | undefined {
    return this.#options.documented?.perMs;
  }

  /** When the next call may go at the earliest, as far as rate-limit replies say. */
  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  /** Takes note of how a call ended: whether it was rate limited, and what the reply said of the rate. */
  leave(ticket: Ticket, isRefused: boolean, hints: RateHints): void {
    this.#inFlight--;
    const nowMs = this.#options.run.world.now();
    this.#count(hints, nowMs);
    const isNews = ticket.pauses === this.#pauses;
    let refusedMs: number | undefined;
    if (isRefused) {
      const asked = hints.retryAfterMs ?? this.#untilReset(hints, nowMs);
      // Calls that were under way together are refused together: that is one pause.
      if (isNews) {
        this.#pauses++;
        this.#refusals++;
        this.#isProbing = asked === undefined;
      }
      if (isNews || asked !== undefined) {
        // A vendor that asks again and again for a second is given longer.
        const pauseMs = Math.max(asked ?? 0, this.#guess());
        this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
        refusedMs = pauseMs;
      }
    } else if (isNews) {
      this.#refusals = 0;
      this.#isProbing = false;
    }
    this.#permits?.tell(hints, nowMs, refusedMs, this.#isProbing);
    this.#pump();
  }

  #guess(): number {
    const { random } = this.#options.run.world;
    return Math.min(delayMs(this.#refusals, random()), LONGEST_PAUSE_MS);
  }

  #untilReset({ remaining, resetAtMs }: RateHints, nowMs: number): number | undefined {
    return remaining === 0 && resetAtMs !== undefined && resetAtMs > nowMs ? resetAtMs - nowMs : undefined;
  }

  /** Takes the vendor's count over. Replies arrive in any order, so within a window the smallest figure holds. */
  #count(hints: RateHints, nowMs: number): void {
    const { limit = Number.POSITIVE_INFINITY, remaining, resetAtMs, vendorResetAtMs = resetAtMs } = hints;
    const has = this.#window;
    if (remaining === undefined) {
      if (has) has.remaining--;
      return;
    }
    // A reply of a window that is over.
    if (resetAtMs !== undefined && resetAtMs <= nowMs) return;
    const isSame =
      has !== undefined &&
      (vendorResetAtMs === undefined ||
        (has.vendorResetAtMs !== undefined &&
          Math.abs(vendorResetAtMs - has.vendorResetAtMs) <= SAME_WINDOW_MS));
    if (isSame) {
      has.remaining = Math.min(has.remaining, remaining);
      // A reply that was long on its way makes the end look later than it is.
      if (resetAtMs !== undefined) has.resetAtMs = Math.min(has.resetAtMs ?? resetAtMs, resetAtMs);
    } else if (vendorResetAtMs === undefined || vendorResetAtMs > (has?.vendorResetAtMs ?? 0)) {
      this.#window = { limit, remaining, resetAtMs, vendorResetAtMs };
    }
  }

  /** Lets in the calls that may go now, and sets a timer for the next one. */
  #pump(): void {
    const { run, documented } = this.#options;
    while (this.#queue.length > 0) {
      const nowMs = run.world.now();
      const { stopReason } = run;
      const closed = this.#closed ?? (stopReason === undefined ? undefined : () => stopReason);
      if (closed) this.#fail(({ operation }) => closed(operation));
      const pauseMs = this.#pauseMs(nowMs);
      this.#refuseImpatient(pauseMs, nowMs);
      const ownMs = Math.max(pauseMs, this.#waitMs(nowMs));
      const { aloneMs = Number.POSITIVE_INFINITY } = this.#permits ?? {};
      const waitMs = ownMs > 0 ? Math.min(ownMs, aloneMs) : (this.#permits?.waitMs(nowMs, this.#wanted) ?? 0);
      if (waitMs > 0) {
        this.#lookAgain(waitMs, nowMs);
        return;
      }
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#inFlight++;
      this.#permits?.use();
      if (documented && !this.#window) this.#sentAtMs.push(nowMs);
      next.enter({ pauses: this.#pauses });
    }
  }

  /** How long until the vendor takes a call again, as far as it has said: a pause, or a window that is used up. */
  #pauseMs(nowMs: number): number {
    if (this.#pausedUntilMs > nowMs) return this.#pausedUntilMs - nowMs;
    const { remaining = 1, resetAtMs = nowMs } = this.#window ?? {};
    return remaining > 0 ? 0 : Math.max(0, resetAtMs - nowMs);
  }

  /** How long until the next call may go beside that; infinite while only a reply can tell. */
  #waitMs(nowMs: number): number {
    const isFull = this.#inFlight >= MAX_IN_FLIGHT || (this.#isProbing && this.#inFlight > 0);
    if (isFull) return Number.POSITIVE_INFINITY;
    return this.#window ? this.#waitForWindow(this.#window, nowMs) : this.#waitForDocumented(nowMs);
  }

  /** How many calls could go now, as far as this process is concerned. */
  get #wanted(): number {
    return this.#isProbing ? 1 : Math.min(this.#queue.length, MAX_IN_FLIGHT - this.#inFlight);
  }

  #waitForWindow(window: Window, nowMs: number): number {
    const { limit, remaining, resetAtMs } = window;
    if (resetAtMs !== undefined && resetAtMs <= nowMs) {
      const open = Math.max(limit, 1);
      this.#window = { limit, remaining: open, resetAtMs: undefined, vendorResetAtMs: undefined };
      return 0;
    }
    const { parts = 1 } = this.#permits ?? {};
    // Where others use the same rate, the last request of a part is still ours.
    if (Math.max(Math.floor(remaining / parts), Math.min(remaining, 1)) - this.#inFlight > 0) return 0;
    if (this.#inFlight > 0) return Number.POSITIVE_INFINITY;
    // Nothing remains and nobody says until when: the vendor's refusal will.
    return resetAtMs === undefined ? 0 : resetAtMs - nowMs;
  }

  #waitForDocumented(nowMs: number): number {
    const { documented } = this.#options;
    if (documented === undefined) return 0;
    while ((this.#sentAtMs[0] ?? nowMs) <= nowMs - documented.perMs) this.#sentAtMs.shift();
    const most = Math.max(1, Math.floor(documented.requests / (this.#permits?.parts ?? 1)));
    if (this.#sentAtMs.length < most) return 0;
    return (this.#sentAtMs.at(-most) ?? nowMs) + documented.perMs - nowMs;
  }

  #lookAgain(waitMs: number, nowMs: number): void {
    if (!Number.isFinite(waitMs) || this.#isTimed || this.#queue.length === 0) return;
    const { run, title, progress } = this.#options;
    if (waitMs >= TOLD_MS && nowMs + waitMs > this.#toldUntilMs + SAME_WINDOW_MS) {
      this.#toldUntilMs = nowMs + waitMs;
      run.inform(`${title}: rate limited, continuing in ${Math.ceil(waitMs / 1000)} s, ${progress()}`);
    }
    this.#isTimed = true;
    const again = (): void => {
      this.#isTimed = false;
      this.#pump();
    };
    // A stop ends the wait, and the look after it says so to everybody.
    run.sleep(waitMs).then(again, again);
  }

  /** Fails the calls that may not wait as long as the vendor's pause lasts. */
  #refuseImpatient(pauseMs: number, nowMs: number): void {
    if (pauseMs <= 0) return;
    const untilMs = nowMs + pauseMs;
    this.#fail(({ operation, giveUpAtMs }) =>
      giveUpAtMs(nowMs) >= untilMs
        ? undefined
        : new ConnectionError(
            `${this.#options.title} could not ${operation}: the rate limit asks to wait ${Math.ceil(pauseMs / 1000)} s, longer ` +
              "than a call may wait; nothing was sent",
            "Run the same command again later, or raise subaccounts:maxWaitSeconds",
            "none",
          ),
    );
  }

  /** Takes those out of the queue for whom there is a reason. */
  #fail(reasonFor: (waiter: Waiter) => unknown): void {
    for (const waiter of this.#queue.splice(0)) {
      const reason = reasonFor(waiter);
      if (reason === undefined) this.#queue.push(waiter);
      else waiter.fail(reason);
    }
  }
}
