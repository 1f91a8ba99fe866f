import { ApiError } from "../core/base/errors";
import type { Run } from "../core/base/run";
import { poolFigures } from "./client";

// How long to wait for room, in milliseconds: for decreases under way, or for one to turn up.
const WAIT_FOR_DECREASES_MS = 30_000;
const WAIT_FOR_A_DECREASE_MS = 3_000;

/**
 * The organization's pool of concurrent calls, from which every sub-account draws. In one `up` an increase can
 * arrive before the decrease that makes room for it.
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/patch_update
 */
export class ConcurrencyPool {
  readonly #run: Run;
  readonly #decreases = new Set<Promise<unknown>>();
  #ended: (() => void)[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  /** Runs a call that gives calls back to the pool. */
  async decrease<T>(call: () => Promise<T>): Promise<T> {
    const running = call();
    this.#decreases.add(running);
    try {
      return await running;
    } finally {
      this.#decreases.delete(running);
      if (this.#decreases.size === 0) {
        for (const resume of this.#ended.splice(0)) resume();
      }
    }
  }

  /**
   * Runs a call that draws from the pool. A refusal waits, bounded, for decreases, and tries once more; the
   * second refusal says the vendor's figures.
   */
  async draw<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiError) || poolFigures(error.details) === undefined) throw error;
      await this.#room();
      return await call();
    }
  }

  async #room(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#ended.push(resolve);
    });
    const bound = this.#decreases.size > 0 ? WAIT_FOR_DECREASES_MS : WAIT_FOR_A_DECREASE_MS;
    // A stop ends the wait; the next call reports it.
    await Promise.race([ended, this.#run.sleep(bound).catch(() => undefined)]);
  }
}
