import { realSurroundings, type Surroundings } from "../../provider/core/base/run";

/** A clock that jumps from one waker to the next as soon as nobody has anything left to do: no time passes for real. */
export class VirtualTime {
  #nowMs = Date.parse("2026-01-01T00:00:00Z");
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  /** Resolves after so many milliseconds of this time. */
  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ atMs: this.#nowMs + ms, wake });
    });
  }

  /** Lets time pass until `work` is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    while (!isDone) {
      // Everything that follows from what has just happened, which are promises alone.
      await new Promise((resolve) => setImmediate(resolve));
      const next = Math.min(...this.#sleepers.map(({ atMs }) => atMs));
      if (isDone || !Number.isFinite(next)) continue;
      this.#nowMs = Math.max(this.#nowMs, next);
      const awake = this.#sleepers.filter(({ atMs }) => atMs <= this.#nowMs);
      this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.#nowMs);
      for (const { wake } of awake) wake();
    }
    return work;
  }

  /** A world of this time, without anything of the machine. */
  surroundings(more: Partial<Surroundings> = {}): Surroundings {
    return {
      ...realSurroundings,
      env: {},
      now: () => this.now(),
      sleep: (ms) => this.sleep(ms),
      random: () => 0,
      ...more,
    };
  }
}
