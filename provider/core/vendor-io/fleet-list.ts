import { z } from "zod";
import type { Run } from "../base/run";
import { FleetPlace } from "./fleet-place";
import { fleetShareOf } from "./fleet-share";
import type { Snapshot } from "./inventory";
import { type Seal, sealOf } from "./seal";

/** How many items are sent at a time. */
const BATCH = 500;

const found = z.object({
  answer: z.enum(["rows", "list", "wait", "item"]),
  rows: z.array(z.object({ id: z.string(), sealed: z.string() })),
  waitMs: z.number(),
  startedMs: z.number(),
});

/** How the items of a list are shared. */
export interface FleetListOptions<T> {
  readonly run: Run;
  readonly connection: string;
  /** The vendor's name, for messages. */
  readonly title: string;
  /** The kind of item: `accounts`, `keys`. */
  readonly what: string;
  readonly idOf: (item: T) => string;
  /** Keys to look an item up by. */
  readonly keysOf: (item: T) => readonly string[];
  /** Reads the whole list, in a pass that begins at this time or later, in ms since the epoch. */
  readonly read: (notBeforeMs: number) => Promise<Snapshot<T>>;
  /** Takes out of an item what is not to be stored. */
  readonly stored?: (item: T, seal: Seal) => T;
}

/** An item of the fleet's list, and others that have one of the keys asked for. */
export interface ListedItem<T> {
  /**
   * Undefined where the list does not tell: it has no such item, is older than the fleet's last write to it, or is not read
   * for so few.
   */
  readonly item: T | undefined;
  readonly others: readonly T[];
}

/**
 * A vendor's list that one process of a fleet reads for all, so that a refresh of many shards costs one. It tells what an
 * item looked like after this run began, and never that there is none.
 */
export class FleetList<T extends object> {
  readonly seal: Seal;
  readonly #place: FleetPlace;
  readonly #options: FleetListOptions<T>;
  #reading: Promise<void> | undefined;

  private constructor(options: FleetListOptions<T>, place: FleetPlace, seal: Seal) {
    this.#options = options;
    this.#place = place;
    this.seal = seal;
  }

  /** Undefined where the run is of no fleet. */
  static of<T extends object>(options: FleetListOptions<T>): FleetList<T> | undefined {
    const { run, connection, title, what } = options;
    const share = fleetShareOf(run);
    const seal = sealOf(run, connection);
    if (share === undefined || seal === undefined) return undefined;
    return new FleetList(options, new FleetPlace(run, share, title, `${connection} ${what}`), seal);
  }

  /**
   * Looks an item up in the fleet's list, which this process reads where it is the first that needs it.
   *
   * @param keys those of others to be told of
   * @param isReadable whether the item can be read by itself, so that a few of them are no reason to read the list
   * @returns undefined where there is no such list: the service is gone, or the list is incomplete or could not be read
   */
  async find(id: string, keys: readonly string[], isReadable: boolean): Promise<ListedItem<T> | undefined> {
    const { run } = this.#options;
    const startMs = run.world.now();
    const asked = { id: this.#place.hash(id), keys: this.#place.hashes(keys), isReadable };
    for (;;) {
      // Of those that ask at once in one process, one reads.
      await this.#reading;
      const answer = await this.#place.ask("/find", asked, found);
      if (answer === undefined) return undefined;
      if (answer.answer === "wait") await this.#place.wait(startMs, answer.waitMs);
      else if (answer.answer === "list") {
        this.#reading ??= this.#read(answer.startedMs).finally(() => {
          this.#reading = undefined;
        });
      } else {
        const items = answer.rows.map(
          ({ id, sealed }) => this.seal.open(sealed, this.#about(id)) as T | undefined,
        );
        const { idOf } = this.#options;
        const opened = items.filter((each) => each !== undefined);
        const item = opened.find((each) => idOf(each) === id);
        return { item, others: opened.filter((each) => each !== item) };
      }
    }
  }

  /** Sends one of our own writes to an item: a list that reads may have been late for does not tell of it. */
  async writing<R>(id: string, send: () => Promise<R>): Promise<R> {
    await this.outdate(id);
    try {
      return await send();
    } finally {
      await this.outdate(id);
    }
  }

  /** Has no list tell of an item that was begun before reads show a write of now. */
  async outdate(id: string): Promise<void> {
    await this.#place.tell("/written", { id: this.#place.hash(id), lagMs: this.#options.run.lagMs });
  }

  /** Reads the list for all; where it is incomplete or fails, this process goes on without. */
  async #read(startedMs: number): Promise<void> {
    const { run, read, idOf, keysOf, stored = (item) => item } = this.#options;
    const pass = await this.#place
      .reading("/rows", { startedMs, rows: [] }, () => read(run.world.now()))
      .catch(() => undefined);
    if (pass === undefined || pass.flaw !== undefined) {
      await this.#place.tell("/rows", { startedMs, rows: [], hasFailed: true });
      this.#place.leave();
      return;
    }
    const items = pass.all();
    for (let from = 0; from < items.length; from += BATCH) {
      const rows = items.slice(from, from + BATCH).map((item) => {
        const id = this.#place.hash(idOf(item));
        const sealed = this.seal.close(stored(item, this.seal), this.#about(id));
        return { id, keys: this.#place.hashes(keysOf(item)), sealed };
      });
      await this.#place.tell("/rows", { startedMs, rows });
    }
    await this.#place.tell("/rows", { startedMs, rows: [], complete: items.length });
  }

  #about(id: string): string {
    return `${this.#place.name} ${id}`;
  }
}
