import { Turns } from "../base/turns";

// Reads before a listing is read on although the accounts of others fill it: fewer are cheaper one by one.
const FEW_READS = 8;

// A vendor that gives ever new cursors and nothing new would page for ever.
const MOST_EMPTY_PAGES = 10;

/** One page of a vendor's listing; `next` is undefined on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** How a listing is read and indexed. */
export interface ListingOptions<T> {
  readonly fetchPage: (cursor: string | undefined) => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
  /** Keys to look an item up by, such as its external id. */
  readonly keysOf: (item: T) => readonly string[];
  /** Whether an item is one of those that this provider manages; absent where that cannot be told. */
  readonly isManaged?: (item: T) => boolean;
  /** When an item was made, in milliseconds, where the listing says it. */
  readonly madeAtMs?: (item: T) => number | undefined;
}

/**
 * The one listing of a connection and run: it serves every lookup and read, is read page by page as far as needed,
 * and is kept current by our own writes. Only an ambiguous outcome makes it list again ({@link refresh}).
 */
export class Listing<T> {
  readonly #options: ListingOptions<T>;
  #seen = new Map<string, T>();
  #index = new Map<string, Set<string>>();
  /** Our own writes, by id: they outlast pages that were asked for before them. */
  readonly #writes = new Map<string, { item: T | undefined; at: number }>();
  #clock = 0;
  #cursor: string | undefined;
  readonly #cursors = new Set<string>();
  #pages = 0;
  #emptyPages = 0;
  #startedAt = 0;
  #complete = false;
  #reads = 0;
  #managed = 0;
  /** When the newest of all items seen was made. */
  #newestMs = Number.NEGATIVE_INFINITY;
  readonly #turns = new Turns();
  #refreshing: Promise<void> | undefined;
  #second: Promise<void> | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: ListingOptions<T>) {
    this.#options = options;
  }

  /**
   * An item by id, from the pages at hand; each call may pay for one more page, so that n calls never cost more than
   * n pages nor more than there are. Undefined means "not seen", and "gone" only if `complete`.
   */
  async find(id: string): Promise<{ item: T | undefined; complete: boolean }> {
    const budget = ++this.#reads;
    await this.#turns.take(async () => {
      if (!this.#seen.has(id) && !this.#complete && this.#pages < budget && this.#isWorthAPage()) {
        await this.#readPage();
      }
    });
    // Others that ask at the same time pay for pages, too, and one of those may have it.
    if (!this.#seen.has(id)) await this.#turns.take(async () => undefined);
    return { item: this.#seen.get(id), complete: this.#complete };
  }

  /** Pays for one more page, if there is one. @returns whether all is read. */
  async grow(): Promise<boolean> {
    await this.#turns.take(async () => {
      if (!this.#complete) await this.#readPage();
    });
    return this.#complete;
  }

  /** Every item. Reads the whole listing first, once for all callers. */
  async all(): Promise<T[]> {
    await this.#turns.take(() => this.#readToEnd());
    return [...this.#seen.values()];
  }

  /** Among thousands of others a page has hardly one of the few that are asked for. */
  #isWorthAPage(): boolean {
    const isDense = this.#options.isManaged === undefined || this.#managed >= this.#pages;
    return this.#pages === 0 || isDense || this.#reads > FEW_READS;
  }

  /** Every item with one of these keys. Reads the whole listing first, once for all callers. */
  async lookup(keys: readonly string[]): Promise<T[]> {
    await this.#turns.take(() => this.#readToEnd());
    return this.seen(keys);
  }

  /** The items with one of these keys, among the pages read so far. */
  seen(keys: readonly string[]): T[] {
    const found = new Map<string, T>();
    for (const key of keys) {
      for (const id of this.#index.get(key) ?? []) {
        const item = this.#seen.get(id);
        if (item !== undefined) found.set(id, item);
      }
    }
    return [...found.values()];
  }

  /** An item by id as it was seen last, without a call. */
  peek(id: string): T | undefined {
    return this.#seen.get(id);
  }

  /** An item by id, or undefined if the whole listing has none. Reads the whole listing first. */
  async get(id: string): Promise<T | undefined> {
    await this.#turns.take(() => this.#readToEnd());
    return this.#seen.get(id);
  }

  /**
   * As {@link get}, for a vendor whose listing alone says that an item is gone: it takes two listings that do, since one
   * may have ended early.
   */
  async getOrGone(id: string): Promise<T | undefined> {
    const item = await this.get(id);
    if (item !== undefined) return item;
    this.#second ??= this.refresh().catch((error: unknown) => {
      this.#second = undefined;
      throw error;
    });
    await this.#second;
    return this.#seen.get(id);
  }

  /**
   * Sees what was added since the listing was read: all of it again, or, where the vendor lists the newest first, no
   * more than the pages that bring something new.
   */
  lookForNew(): Promise<void> {
    this.#looking ??= this.#turns.take(async () => {
      this.#looking = undefined;
      if (this.#complete && (await this.#readNewest())) return;
      this.#restart();
      await this.#readToEnd();
    });
    return this.#looking;
  }

  /** Lists again from the start, in a listing begun after this call; callers at the same time share one. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#turns.take(async () => {
      // From here on the listing under way began too early for a new caller.
      this.#refreshing = undefined;
      this.#restart();
      await this.#readToEnd();
    });
    return this.#refreshing;
  }

  /** Records what our own write left at the vendor. */
  put(item: T): void {
    const id = this.#options.idOf(item);
    this.#writes.set(id, { item, at: ++this.#clock });
    this.#store(id, item);
  }

  /** Records that our own write removed an item. */
  drop(id: string): void {
    this.#writes.set(id, { item: undefined, at: ++this.#clock });
    this.#forget(id);
  }

  async #readToEnd(): Promise<void> {
    while (!this.#complete) await this.#readPage();
  }

  async #readPage(): Promise<void> {
    if (this.#pages === 0) this.#startedAt = this.#clock;
    const { items, next } = await this.#options.fetchPage(this.#cursor);
    const fresh = this.#take(items, this.#startedAt);
    for (const item of items) if (this.#options.isManaged?.(item)) this.#managed++;
    this.#pages++;
    // A vendor that repeats a cursor would page for ever: once that brings nothing new, there is no more to have.
    this.#emptyPages = fresh === 0 ? this.#emptyPages + 1 : 0;
    this.#complete =
      next === undefined || (this.#cursors.has(next) && fresh === 0) || this.#emptyPages >= MOST_EMPTY_PAGES;
    if (next !== undefined) this.#cursors.add(next);
    this.#cursor = next;
  }

  /** @returns false if the listing does not begin with the newest. */
  async #readNewest(): Promise<boolean> {
    let cursor: string | undefined;
    for (;;) {
      const startedAt = this.#clock;
      const newestMs = this.#newestMs;
      const { items, next } = await this.#options.fetchPage(cursor);
      const fresh = this.#take(items, startedAt);
      if (cursor === undefined && !this.#isNewestFirst(items, newestMs)) return false;
      if (fresh === 0 || next === undefined) return true;
      cursor = next;
    }
  }

  /** Whether a first page goes from the newest of all, our own writes included, to older ones. */
  #isNewestFirst(items: readonly T[], newestMs: number): boolean {
    const times = items.map((item) => this.#options.madeAtMs?.(item) ?? Number.NaN);
    const [first = Number.NaN, last = Number.NaN] = [times[0], times.at(-1)];
    const isFalling = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? Number.NaN));
    return isFalling && first > last && first >= newestMs;
  }

  /** Stores a page that was asked for at `startedAt`. @returns how many of its items were not known. */
  #take(items: readonly T[], startedAt: number): number {
    let fresh = 0;
    for (const item of items) {
      const id = this.#options.idOf(item);
      if (!this.#seen.has(id)) fresh++;
      const write = this.#writes.get(id);
      if (write === undefined || write.at <= startedAt) this.#store(id, item);
    }
    return fresh;
  }

  #restart(): void {
    this.#seen = new Map();
    this.#index = new Map();
    this.#cursor = undefined;
    this.#cursors.clear();
    this.#pages = 0;
    this.#emptyPages = 0;
    this.#complete = false;
    this.#managed = 0;
    // What we wrote ourselves and the vendor does not list yet is there all the same.
    for (const [id, write] of this.#writes) if (write.item !== undefined) this.#store(id, write.item);
  }

  #store(id: string, item: T): void {
    this.#forget(id);
    this.#seen.set(id, item);
    this.#newestMs = Math.max(this.#newestMs, this.#options.madeAtMs?.(item) || Number.NEGATIVE_INFINITY);
    for (const key of this.#options.keysOf(item)) {
      const ids = this.#index.get(key);
      if (ids) ids.add(id);
      else this.#index.set(key, new Set([id]));
    }
  }

  #forget(id: string): void {
    const item = this.#seen.get(id);
    if (item === undefined) return;
    this.#seen.delete(id);
    for (const key of this.#options.keysOf(item)) this.#index.get(key)?.delete(id);
  }
}
