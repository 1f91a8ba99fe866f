import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "../fleet-error";
import { EngineError } from "./engine";
import { monotonicMs } from "./lease";

/** How long a worker tries to reach its database, in ms. */
const PATIENCE_MS = 5 * 60_000;

/** Keeps a worker going while its database cannot be reached, for five minutes. */
export class Outage {
  readonly #stop: AbortSignal;
  readonly #log: (line: string) => void;
  readonly #clock: () => number;
  /** Since when no call has succeeded. */
  #sinceMs: number | undefined;
  #reason: string | undefined;

  constructor({
    stop,
    log,
    clock = monotonicMs,
  }: {
    readonly stop: AbortSignal;
    readonly log: (line: string) => void;
    readonly clock?: () => number;
  }) {
    this.#stop = stop;
    this.#log = log;
    this.#clock = clock;
  }

  /** @returns undefined where the call failed */
  async watch<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await call();
      if (this.#sinceMs !== undefined) this.#log("the engine's database can be reached again");
      this.#sinceMs = undefined;
      return result;
    } catch (error) {
      const now = this.#clock();
      if (this.#sinceMs === undefined) {
        this.#sinceMs = now;
        this.#log(
          `the engine's database cannot be reached (${reasonOf(error)}): no shard is begun until it can`,
        );
      }
      if (now - this.#sinceMs > PATIENCE_MS) this.#reason = reasonOf(error);
      return undefined;
    }
  }

  /** Whether the work is to end. */
  isOver(): boolean {
    return this.#stop.aborted || this.#reason !== undefined;
  }

  /** Waits, or until the work is to end. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop }).catch(() => {});
  }

  /** @throws FleetError where the database was away for too long */
  refuse(): void {
    if (this.#reason === undefined) return;
    throw new FleetError(
      `the engine's database could not be reached for five minutes (${this.#reason}): what is done stands in the stacks. Run this again once it can`,
    );
  }
}

/** An error of the database by its code, without its text: that may hold what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof EngineError) return error.reason;
  const { code, name, errors } = error as { code?: string; name?: string; errors?: { code?: string }[] };
  if (code ?? errors?.[0]?.code) return String(code ?? errors?.[0]?.code);
  const text = error instanceof Error ? error.message : "";
  return /timeout|terminated/i.test(text) ? "no answer" : (name ?? "unknown error");
}

/** Makes a call of the database. @throws EngineError where it fails */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new EngineError(reasonOf(error));
  }
}
