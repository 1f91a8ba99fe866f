/** The records of a vendor as one request sees and changes them. */
export interface Session<T> {
  get(id: string): T | undefined;
  /** In order of creation. */
  list(): T[];
  put(id: string, value: T): void;
  remove(id: string): void;
  /** Hides everything that this session changed from reading sessions, as long as {@link Until} says. */
  hide(until: Until): void;
}

/** How long a write stays hidden: for so many further reading sessions, or until a time in epoch milliseconds. */
type Until = { readonly reads: number } | { readonly ms: number };

interface Entry<T> {
  readonly order: number;
  readonly value: T;
}

interface Hidden<T> {
  readonly before: Map<string, Entry<T> | undefined>;
  readonly untilMs: number;
  reads: number;
}

/**
 * The records of one vendor, in order of creation. Values are replaced, never edited in place, so that an
 * earlier value can be shown again while a write is still hidden (read-after-write lag).
 */
export class Store<T> {
  readonly #changed: () => void;
  #entries = new Map<string, Entry<T>>();
  #hidden: Hidden<T>[] = [];
  #nextOrder = 0;

  /** Calls `changed` whenever a record is put, removed or cleared. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  /** Every record as it really is, in order of creation. */
  list(): T[] {
    return inOrder(this.#entries);
  }

  get(id: string): T | undefined {
    return this.#entries.get(id)?.value;
  }

  put(id: string, value: T): void {
    const order = this.#entries.get(id)?.order ?? this.#nextOrder++;
    this.#entries.set(id, { order, value });
    this.#changed();
  }

  remove(id: string): boolean {
    const had = this.#entries.delete(id);
    if (had) this.#changed();
    return had;
  }

  clear(): void {
    this.#entries = new Map();
    this.#hidden = [];
    this.#changed();
  }

  /**
   * The view of one request. A reading one does not see the writes that are still hidden and counts as one read;
   * a writing one works on the records as they really are.
   */
  open(reading: boolean, nowMs: number): Session<T> {
    const entries = reading ? this.#visible(nowMs) : this.#entries;
    const before = new Map<string, Entry<T> | undefined>();
    const touch = (id: string): void => {
      if (!before.has(id)) before.set(id, this.#entries.get(id));
    };
    return {
      get: (id) => entries.get(id)?.value,
      list: () => inOrder(entries),
      put: (id, value) => {
        touch(id);
        this.put(id, value);
      },
      remove: (id) => {
        touch(id);
        this.remove(id);
      },
      hide: (until) => {
        const { reads, untilMs } = "ms" in until ? { reads: 0, untilMs: until.ms } : { ...until, untilMs: 0 };
        if (before.size > 0 && (reads > 0 || untilMs > nowMs)) this.#hidden.push({ before, reads, untilMs });
      },
    };
  }

  #visible(nowMs: number): Map<string, Entry<T>> {
    this.#hidden = this.#hidden.filter(({ reads, untilMs }) => reads > 0 || untilMs > nowMs);
    if (this.#hidden.length === 0) return this.#entries;
    const entries = new Map(this.#entries);
    // The newest first: where several hidden writes touched one record, the oldest of them decides what is seen.
    for (const hidden of this.#hidden.toReversed()) {
      hidden.reads -= 1;
      for (const [id, entry] of hidden.before) {
        if (entry) entries.set(id, entry);
        else entries.delete(id);
      }
    }
    return entries;
  }
}

function inOrder<T>(entries: Map<string, Entry<T>>): T[] {
  return [...entries.values()].sort((a, b) => a.order - b.order).map((entry) => entry.value);
}
