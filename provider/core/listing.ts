import { Turns } from "./turns";

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
  readonly #turns = new Turns();
  #refreshing: Promise<void> | undefined;

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
      if (!this.#seen.has(id) && !this.#complete && this.#pages < budget) await this.#readPage();
    });
    return { item: this.#seen.get(id), complete: this.#complete };
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
    let fresh = 0;
    for (const item of items) {
      const id = this.#options.idOf(item);
      if (!this.#seen.has(id)) fresh++;
      const write = this.#writes.get(id);
      if (write === undefined || write.at <= this.#startedAt) this.#store(id, item);
    }
    this.#pages++;
    // A vendor that repeats a cursor would page for ever: once that brings nothing new, there is no more to have.
    this.#emptyPages = fresh === 0 ? this.#emptyPages + 1 : 0;
    this.#complete =
      next === undefined || (this.#cursors.has(next) && fresh === 0) || this.#emptyPages >= MOST_EMPTY_PAGES;
    if (next !== undefined) this.#cursors.add(next);
    this.#cursor = next;
  }

  #restart(): void {
    this.#seen = new Map();
    this.#index = new Map();
    this.#cursor = undefined;
    this.#cursors.clear();
    this.#pages = 0;
    this.#emptyPages = 0;
    this.#complete = false;
    // What we wrote ourselves and the vendor does not list yet is there all the same.
    for (const [id, write] of this.#writes) if (write.item !== undefined) this.#store(id, write.item);
  }

  #store(id: string, item: T): void {
    this.#forget(id);
    this.#seen.set(id, item);
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
