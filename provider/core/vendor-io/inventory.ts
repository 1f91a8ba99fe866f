/** Read-through cache of a vendor's list of accounts, with this run's own writes on top. */
export interface Inventory<T> {
  /**
   * Finds an item by id in the pages at hand. Each call may pay for one more page, so that n calls never cost more than n
   * pages nor more than there are. Undefined means "not seen", which proves nothing.
   */
  find(id: string): Promise<T | undefined>;
  /**
   * Gives a whole pass over the list, shared by all callers: the latest that is complete, or else a new one. With
   * `notBeforeMs`, a time that has come, it is one that began at or after that time; callers that wait together share it.
   * If the pass fails, all that wait for it fail; the next call begins a new one.
   */
  read(notBeforeMs?: number): Promise<Snapshot<T>>;
  /** Records what our own write left at the vendor. It outweighs pages that were asked for up to `lagMs` after it. */
  put(item: T): void;
  /**
   * Records that our own write removed an item; it outweighs pages as {@link put} does. Cursors may count rows, so that a
   * removal makes a pass under way skip one: absence from such a pass proves nothing.
   */
  drop(id: string): void;
  /** Sends one of our own removals. No pass that overlaps it proves an absence. */
  removing<R>(send: () => Promise<R>): Promise<R>;
  /** An item as it was seen last, without a call. */
  peek(id: string): T | undefined;
  /** The items with one of these keys among those seen so far, without a call. */
  seen(keys: readonly string[]): T[];
}

/** One pass over the list, with this run's own writes on top, also those after it. */
export interface Snapshot<T> {
  /** When its first page was asked for. */
  readonly startedAtMs: number;
  /**
   * Why absence from it proves nothing, as the end of a sentence that begins with "the list"; undefined if it is
   * complete.
   */
  readonly flaw: string | undefined;
  get(id: string): T | undefined;
  withKeys(keys: readonly string[]): T[];
  all(): T[];
  /** An item as the vendor listed it, without our own writes: reads back what a write left. */
  listed(id: string): T | undefined;
  /** The vendor listed nothing at all. */
  readonly isEmpty: boolean;
}
