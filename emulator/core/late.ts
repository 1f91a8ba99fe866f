interface LateEffect {
  readonly dueMs: number;
  readonly act: () => Promise<unknown>;
}

/** Effects that come after the reply to their request was lost, by the injected clock. */
export class LateEffects {
  readonly #now: () => Date;
  #waiting: LateEffect[] = [];
  #landing: Promise<unknown> = Promise.resolve();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Puts off an effect by so many milliseconds. */
  add(ms: number, act: () => Promise<unknown>): void {
    this.#waiting.push({ dueMs: this.#now().getTime() + ms, act });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Lets every effect that is due happen, the earliest first. */
  land(): Promise<unknown> {
    const nowMs = this.#now().getTime();
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
    this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > nowMs);
    for (const { act } of due) this.#landing = this.#landing.then(act);
    return this.#landing;
  }
}
