// A vendor that gives ever new cursors and nothing new would page for ever.
const MOST_PAGES_WITHOUT_NEWS = 10;

/** One page of a vendor's list; `next` is undefined on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
  /** Why the page is not proven to be the last although it names no next one, as the end of a sentence: see `flaw`. */
  readonly flaw?: string | undefined;
  /** How many items the vendor says that the whole list has, where it does. */
  readonly total?: number | undefined;
}

/** How the pages of a list are read. */
export interface PageReaderOptions<T> {
  readonly fetchPage: (cursor: string | undefined) => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/** One pass over a vendor's pages, from the first to the last. Knows nothing of writes. */
export class PageReader<T> {
  readonly #options: PageReaderOptions<T>;
  readonly #ids = new Set<string>();
  readonly #cursors = new Set<string>();
  #cursor: string | undefined;
  #startedAtMs: number;
  #pages = 0;
  #pagesWithoutNews = 0;
  #isDone = false;
  #flaw: string | undefined;

  constructor(options: PageReaderOptions<T>) {
    this.#options = options;
    this.#startedAtMs = options.nowMs();
  }

  /** When the first page was asked for; before that, when the reader was made. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  /** How many pages were read. */
  get pages(): number {
    return this.#pages;
  }

  /** The last page was read, or reading on is pointless. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Why what was read is not proven to be all, as the end of a sentence that begins with "the list"; undefined while it
   * may be complete.
   */
  get flaw(): string | undefined {
    return this.#flaw;
  }

  /**
   * Reads the next page; one call at a time. After a failure it can be called again and asks for the same page.
   *
   * @returns the items that no page before had (rows move while a list is read); none at the end.
   */
  async next(): Promise<readonly T[]> {
    if (this.#isDone) return [];
    if (this.#pages === 0) this.#startedAtMs = this.#options.nowMs();
    const { items, next, flaw, total } = await this.#options.fetchPage(this.#cursor);
    this.#pages++;
    const fresh = items.filter((item) => this.#isNew(this.#options.idOf(item)));
    this.#pagesWithoutNews = fresh.length > 0 ? 0 : this.#pagesWithoutNews + 1;
    this.#flaw = flaw ?? this.#flawAt(next) ?? this.#lackAt(next, total ?? 0);
    this.#isDone = next === undefined || this.#flaw !== undefined;
    this.#cursor = next;
    return fresh;
  }

  #isNew(id: string): boolean {
    const isNew = !this.#ids.has(id);
    this.#ids.add(id);
    return isNew;
  }

  /** Why the last page does not end the list. */
  #lackAt(next: string | undefined, total: number): string | undefined {
    const shown = this.#ids.size;
    return next === undefined && shown < total
      ? `shows ${shown} of the ${total} that it says there are`
      : undefined;
  }

  /** Why the list cannot be read on at this cursor. */
  #flawAt(next: string | undefined): string | undefined {
    if (next === undefined) return undefined;
    if (this.#cursors.has(next)) return "repeats a cursor";
    this.#cursors.add(next);
    return this.#pagesWithoutNews < MOST_PAGES_WITHOUT_NEWS
      ? undefined
      : `goes on after ${MOST_PAGES_WITHOUT_NEWS} pages in a row without anything new`;
  }
}
