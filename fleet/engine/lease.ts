/** Milliseconds of a clock that only goes forward and is the same in all processes of a machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** How long a claim holds, and how often it is renewed. */
export interface LeaseTimes {
  /** A renewal holds for so long after it was sent, in ms: shorter than what the engine waits for a heartbeat. */
  readonly holdsMs: number;
  readonly everyMs: number;
  readonly clock?: () => number;
}

/** A claim that holds for a time, unless it is renewed. */
export interface Lease {
  /** Aborted when the claim is lost: taken by another worker, or not renewed in time. */
  readonly lost: AbortSignal;
  /** Until when the claim holds, by {@link monotonicMs}. */
  untilMs(): number;
  /** From when on every earlier holder of the claim has given it up by itself, by {@link monotonicMs}. */
  readonly soleFromMs: number;
  /** Calls back at each renewal. @returns how to end that */
  onRenewed(listener: () => void): () => void;
}

/** How long the end of a lease may take to reach its processes, in ms. */
const ENDING_MS = 1000;

/** A lease that nobody can take, such as that of the only process of an embedded engine. */
export function endlessLease(): Lease {
  const { signal } = new AbortController();
  return { lost: signal, soleFromMs: 0, untilMs: () => Number.POSITIVE_INFINITY, onRenewed: () => () => {} };
}

/** The lease of several claims, which is lost with the first of them. */
export function leaseOfAll(leases: readonly Lease[]): Lease {
  const any = AbortSignal.any(leases.map(({ lost }) => lost));
  return {
    // Each looks at its clock when it is asked.
    get lost() {
      return leases.map(({ lost }) => lost).find(({ aborted }) => aborted) ?? any;
    },
    untilMs: () => Math.min(...leases.map((lease) => lease.untilMs())),
    soleFromMs: Math.max(...leases.map((lease) => lease.soleFromMs)),
    onRenewed: (listener) => {
      const ends = leases.map((lease) => lease.onRenewed(listener));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/**
 * Renews a claim until it is stopped. It counts from the moment a renewal was sent, so that it ends before the engine gives
 * the claim to another worker; an error of a renewal, or one without an answer, says nothing of the claim.
 */
export class RenewedLease implements Lease {
  readonly #renew: () => Promise<boolean>;
  readonly #times: Required<LeaseTimes>;
  readonly #lost = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly soleFromMs: number;
  #untilMs: number;

  /**
   * @param renew resolves with whether the claim is held still
   * @param claimedMs when the claim was asked for
   */
  constructor(renew: () => Promise<boolean>, claimedMs: number, times: LeaseTimes) {
    this.#renew = renew;
    this.#times = { clock: monotonicMs, ...times };
    this.#untilMs = claimedMs + times.holdsMs;
    this.soleFromMs = this.#times.clock() + times.holdsMs + ENDING_MS;
    this.#timers = [
      setInterval(() => void this.#beat(), times.everyMs),
      setInterval(() => this.#watch(), Math.min(250, times.everyMs)),
    ];
  }

  get lost(): AbortSignal {
    this.#watch();
    return this.#lost.signal;
  }

  untilMs(): number {
    return this.#untilMs;
  }

  onRenewed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #beat(): Promise<void> {
    const sentMs = this.#times.clock();
    try {
      if (!(await this.#renew())) return this.#lose();
    } catch {
      return;
    }
    // An answer to an earlier renewal may come after that to a later one.
    this.#untilMs = Math.max(this.#untilMs, sentMs + this.#times.holdsMs);
    for (const listener of this.#listeners) listener();
  }

  #watch(): void {
    if (this.#times.clock() >= this.#untilMs) this.#lose();
  }

  #lose(): void {
    this.stop();
    this.#lost.abort();
  }
}
