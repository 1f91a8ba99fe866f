import { KeyedItems } from "./keyed-items";
import { PageReader, type PageReaderOptions } from "./page-reader";

/** An item as a page showed it. */
export interface Row<T> {
  readonly item: T;
  /** When that page was asked for. */
  readonly askedAtMs: number;
}

interface IndexedPassOptions<T> extends PageReaderOptions<T> {
  readonly keysOf: (item: T) => readonly string[];
  readonly isOurs?: (item: T) => boolean;
  /** Passes of one index count from 1. */
  readonly number: number;
  /** Whether one of our own removals was under way since the pass began. */
  readonly hasRemovals: () => boolean;
}

/** One pass over a vendor's list of accounts, by id and key. */
export class IndexedPass<T> {
  readonly rows = new KeyedItems<Row<T>>(({ item }) => this.#options.keysOf(item));
  readonly #options: IndexedPassOptions<T>;
  readonly #reader: PageReader<T>;
  #ours = 0;
  #flaw: string | undefined;

  constructor(options: IndexedPassOptions<T>) {
    this.#options = options;
    this.#reader = new PageReader(options);
  }

  get number(): number {
    return this.#options.number;
  }

  get startedAtMs(): number {
    return this.#reader.startedAtMs;
  }

  get pages(): number {
    return this.#reader.pages;
  }

  /** See {@link PageReader.isCursorRefused}. */
  isCursorRefused(error: unknown): boolean {
    return this.#reader.isCursorRefused(error);
  }

  /** How many of the items are ours. */
  get ours(): number {
    return this.#ours;
  }

  get isDone(): boolean {
    return this.#reader.isDone;
  }

  /** Why absence from it proves nothing, as far as it was read; see {@link PageReader.flaw}. */
  get flaw(): string | undefined {
    return this.isDone ? this.#flaw : this.#flawSoFar();
  }

  async readPage(): Promise<void> {
    const askedAtMs = this.#options.nowMs();
    for (const item of await this.#reader.next()) {
      this.rows.set(this.#options.idOf(item), { item, askedAtMs });
      if (this.#options.isOurs?.(item)) this.#ours++;
    }
    this.#flaw = this.#flawSoFar();
  }

  #flawSoFar(): string | undefined {
    // One page is one moment: there are no two between which a row could be skipped.
    const isOneMoment = this.isDone && this.pages === 1;
    const isCut = !isOneMoment && this.#options.hasRemovals();
    return this.#reader.flaw ?? (isCut ? "was read while this run removed accounts" : undefined);
  }
}
