import { Refusal } from "../core/refusal";

/** The answer of a call, and the id of its object. */
export interface Outcome {
  readonly status: 200 | 201;
  readonly id: string;
  readonly body: Record<string, unknown>;
}

interface Kept {
  readonly request: string;
  readonly outcome: Outcome;
  readonly atMs: number;
}

/** The calls that were made under each `Idempotency-Key`. Refused requests are not kept: the same key may try again. */
export class Idempotency {
  readonly #retentionMs: () => number;
  readonly #now: () => Date;
  readonly #kept = new Map<string, Kept>();

  constructor(retentionMs: () => number, now: () => Date) {
    this.#retentionMs = retentionMs;
    this.#now = now;
  }

  clear(): void {
    this.#kept.clear();
  }

  /**
   * Acts, unless the same request was done under this key: then its outcome comes again, as `again` makes it. Throws
   * 409 for a key of another request.
   */
  once(key: string, request: string, act: () => Outcome, again: (outcome: Outcome) => Outcome): Outcome {
    const nowMs = this.#now().getTime();
    const kept = this.#kept.get(key);
    if (kept && nowMs - kept.atMs < this.#retentionMs()) {
      if (kept.request === request) return again(kept.outcome);
      const message = "The Idempotency-Key was used with another request";
      throw new Refusal(409, message, { code: "idempotency.mismatch" });
    }
    const outcome = act();
    this.#kept.set(key, { request, outcome, atMs: nowMs });
    return outcome;
  }
}
