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
  /** Decreases that the program asks for and that have not begun, by account. */
  readonly #planned = new Map<string, () => Promise<unknown>>();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Notes a decrease that is to come in this run; an increase that finds no room does it first. */
  plan(id: string, decrease: () => Promise<unknown>): void {
    this.#planned.set(id, decrease);
    this.#resume();
  }

  /** Runs a call that gives calls of an account back to the pool. */
  async decrease<T>(id: string, call: () => Promise<T>): Promise<T> {
    this.#planned.delete(id);
    const running = call();
    this.#decreases.add(running);
    try {
      return await running;
    } finally {
      this.#decreases.delete(running);
      if (this.#decreases.size === 0) this.#resume();
    }
  }

  #resume(): void {
    for (const resume of this.#ended.splice(0)) resume();
  }

  /**
   * Runs a call that draws from the pool. A refusal does the decreases that are planned, or waits, bounded, for those
   * under way, and tries once more; the second refusal says the vendor's figures.
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

  /** Waits for room: does what is planned at once, else waits until decreases end or one is planned. */
  async #room(): Promise<void> {
    if (await this.#doPlanned()) return;
    const ended = new Promise<void>((resolve) => {
      this.#ended.push(resolve);
    });
    const bound = this.#decreases.size > 0 ? WAIT_FOR_DECREASES_MS : WAIT_FOR_A_DECREASE_MS;
    // A stop ends the wait; the next call reports it.
    await Promise.race([ended, this.#run.sleep(bound).catch(() => undefined)]);
    await this.#doPlanned();
  }

  /** Does the planned decreases: a run of one operation at a time would never come to them. @returns whether there are any */
  async #doPlanned(): Promise<boolean> {
    const planned = [...this.#planned];
    // A failure is told when their own turn comes.
    for (const [id, decrease] of planned) await this.decrease(id, decrease).catch(() => undefined);
    return planned.length > 0;
  }
}
