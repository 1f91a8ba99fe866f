import { Turns } from "../base/turns";
import { IndexedPass, type Row } from "./indexed-pass";
import type { Inventory, Snapshot } from "./inventory";
import { KeyedItems } from "./keyed-items";
import type { PageReaderOptions } from "./page-reader";

// Reads before a list is read on although the accounts of others fill it: fewer are cheaper one by one.
const FEW_READS = 8;

/** Cursors that the vendor refuses before a pass fails. */
const MOST_REFUSED_CURSORS = 3;

/** How a list is read and indexed. */
export interface AccountIndexOptions<T extends object> extends PageReaderOptions<T> {
  /** Keys to look an item up by, such as its external id. */
  readonly keysOf: (item: T) => readonly string[];
  /** How long the vendor may show an item as it was before a write. */
  readonly lagMs: number;
  /** Whether an item is one that this provider manages; absent where that cannot be told. */
  readonly isOurs?: (item: T) => boolean;
  /** Gets each complete pass when it ends. */
  readonly onPass?: (pass: Snapshot<T>) => void;
}

/** Our own write; a removal has no item. */
interface Write<T> {
  readonly item: T | undefined;
  readonly atMs: number;
}

/** The index of one run and connection, in memory. */
export class AccountIndex<T extends object> implements Inventory<T> {
  readonly #options: AccountIndexOptions<T>;
  readonly #writes: KeyedItems<Write<T>>;
  readonly #learned: KeyedItems<Row<T>>;
  readonly #turns = new Turns();
  /** The pass under way. */
  #open: IndexedPass<T> | undefined;
  /** A pass that was given up; what it showed counts until another one ends. */
  #partial: IndexedPass<T> | undefined;
  /** The latest pass that ended. */
  #last: IndexedPass<T> | undefined;
  #passes = 0;
  #finds = 0;
  #removals = 0;
  #removalsUnderWay = 0;
  #failures = 0;
  #failure: unknown;

  constructor(options: AccountIndexOptions<T>) {
    const known = new WeakMap<T, readonly string[]>();
    const keysOf = (item: T): readonly string[] => {
      const keys = known.get(item) ?? options.keysOf(item);
      known.set(item, keys);
      return keys;
    };
    this.#options = { ...options, keysOf };
    this.#writes = new KeyedItems(({ item }) => (item === undefined ? [] : keysOf(item)));
    this.#learned = new KeyedItems(({ item }) => keysOf(item));
  }

  async find(id: string): Promise<T | undefined> {
    const budget = ++this.#finds;
    const isMissing = () => this.peek(id) === undefined && this.#last === undefined;
    if (isMissing()) {
      await this.#turn(async () => {
        if (isMissing() && this.#isWorthAPage(budget)) await this.#readPage(this.#open ?? this.#begin());
      });
      // Others that ask at the same time pay for pages, too, and one of those may have it.
      if (isMissing()) await this.#turns.take(async () => undefined);
    }
    return this.peek(id);
  }

  /** Pays for one more page, unless a pass has ended. @returns whether a complete one has. */
  async grow(): Promise<boolean> {
    await this.#turn(async () => {
      if (this.#last === undefined) await this.#readPage(this.#open ?? this.#begin());
    });
    return this.#last !== undefined && this.#last.flaw === undefined;
  }

  async read(notBeforeMs = Number.NEGATIVE_INFINITY): Promise<Snapshot<T>> {
    const [newest, underWay] = [this.#passes, this.#open];
    // Within one millisecond the order is told by the numbers alone.
    const isInTime = (pass: IndexedPass<T>) => pass.startedAtMs > notBeforeMs || pass.number > newest;
    const isShared = (pass: IndexedPass<T>) => pass === underWay || pass.number > newest;
    const usable = () => {
      const last = this.#last;
      return last && isInTime(last) && (last.flaw === undefined || isShared(last)) ? last : undefined;
    };
    const pass =
      usable() ??
      (await this.#turn(async () => {
        const ended = usable();
        if (ended) return ended;
        let open = this.#open && isInTime(this.#open) && !this.#open.flaw ? this.#open : this.#begin();
        for (let refused = 0; !open.isDone; ) {
          const next = await this.#readPage(open, refused < MOST_REFUSED_CURSORS);
          if (next !== open) refused++;
          open = next;
        }
        return open;
      }));
    return this.#snapshot(pass);
  }

  put(item: T): void {
    this.#writes.set(this.#options.idOf(item), { item, atMs: this.#options.nowMs() });
  }

  drop(id: string): void {
    this.#removals++;
    this.#writes.set(id, { item: undefined, atMs: this.#options.nowMs() });
  }

  async removing<R>(send: () => Promise<R>): Promise<R> {
    this.#removals++;
    this.#removalsUnderWay++;
    try {
      return await send();
    } finally {
      this.#removalsUnderWay--;
    }
  }

  /** Records an item as a list showed it that another process has read; what this one has read outweighs it. */
  learn(item: T): void {
    this.#learned.set(this.#options.idOf(item), { item, askedAtMs: Number.NEGATIVE_INFINITY });
  }

  /** The item as our own write left it, while that outweighs what was listed; without a call. */
  written(id: string): T | undefined {
    return this.#writes.get(id) && this.peek(id);
  }

  peek(id: string): T | undefined {
    let row: Row<T> | undefined;
    for (const rows of this.#known()) row ??= rows.get(id);
    return this.#onTop(id, row, this.#last);
  }

  seen(keys: readonly string[]): T[] {
    const ids = this.#known().flatMap((rows) => rows.idsWith(keys));
    return this.#select(ids, keys, (id) => this.peek(id));
  }

  #snapshot(pass: IndexedPass<T>): Snapshot<T> {
    const get = (id: string) => this.#onTop(id, pass.rows.get(id), pass);
    return {
      startedAtMs: pass.startedAtMs,
      flaw: pass.flaw,
      get,
      withKeys: (keys) => this.#select(pass.rows.idsWith(keys), keys, get),
      all: () => {
        const ids = new Set([...pass.rows.ids(), ...this.#writes.ids()]);
        return [...ids].map(get).filter((item) => item !== undefined);
      },
      listed: (id) => pass.rows.get(id)?.item,
      isEmpty: pass.rows.size === 0,
    };
  }

  /** The items with one of these keys, of the ids given and those of our own writes. */
  #select(listed: readonly string[], keys: readonly string[], get: (id: string) => T | undefined): T[] {
    const ids = new Set([...listed, ...this.#writes.idsWith(keys)]);
    const items = [...ids].map(get).filter((item) => item !== undefined);
    return items.filter((item) => this.#options.keysOf(item).some((key) => keys.includes(key)));
  }

  /** The later of our own write and what the list said: the row, or that a complete pass has none. */
  #onTop(id: string, row: Row<T> | undefined, pass: IndexedPass<T> | undefined): T | undefined {
    const write = this.#writes.get(id);
    if (write === undefined) return row?.item;
    const absentAtMs = pass && pass.flaw === undefined ? pass.startedAtMs : Number.NEGATIVE_INFINITY;
    const listedAtMs = row ? row.askedAtMs : absentAtMs;
    return listedAtMs > write.atMs + this.#options.lagMs ? row?.item : write.item;
  }

  /** The rows that count for what was seen, the newest first. */
  #known(): KeyedItems<Row<T>>[] {
    const passes = [this.#open, this.#partial, this.#last].filter((pass) => pass !== undefined);
    return [...passes.map(({ rows }) => rows), this.#learned];
  }

  /** Among thousands of others a page has hardly one of the few that are asked for. */
  #isWorthAPage(budget: number): boolean {
    const { pages, ours } = this.#open ?? { pages: 0, ours: 0 };
    const isDense = this.#options.isOurs === undefined || ours >= pages;
    return pages < budget && (pages === 0 || isDense || this.#finds > FEW_READS);
  }

  /** Runs `body` in turn, unless a page fails that was asked for before its turn came: all that wait then fail. */
  #turn<R>(body: () => Promise<R>): Promise<R> {
    const failures = this.#failures;
    return this.#turns.take(() => {
      if (this.#failures > failures) throw this.#failure;
      return body();
    });
  }

  #begin(): IndexedPass<T> {
    this.#partial = this.#open ?? this.#partial;
    const hadRemovals = this.#removals;
    const isRemoving = this.#removalsUnderWay > 0;
    const hasRemovals = () => isRemoving || this.#removals > hadRemovals;
    this.#open = new IndexedPass({ ...this.#options, number: ++this.#passes, hasRemovals });
    return this.#open;
  }

  /**
   * Reads a page of a pass. @returns the pass to read on with: a new one where the row was removed that the cursor names.
   */
  async #readPage(pass: IndexedPass<T>, mayBegin = true): Promise<IndexedPass<T>> {
    try {
      await pass.readPage();
    } catch (error) {
      if (mayBegin && pass.isCursorRefused(error)) return this.#begin();
      this.#failures++;
      this.#failure = error;
      this.#partial = pass;
      this.#open = undefined;
      throw error;
    }
    if (!pass.isDone) return pass;
    this.#last = pass;
    this.#partial = undefined;
    this.#open = undefined;
    if (pass.flaw === undefined) this.#options.onPass?.(this.#snapshot(pass));
    return pass;
  }
}
