import { isDeepStrictEqual } from "node:util";
import { ApiError, hasStatus } from "../base/errors";
import { printable } from "../base/printable";

// A vendor that gives ever new cursors and nothing new would page for ever.
const MOST_PAGES_WITHOUT_NEWS = 10;

// A vendor that refuses a cursor that it gave has lost the row that it names, most likely: that row was removed.
const CURSOR_REFUSED = [400, 410, 422];

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
  #contradicted: string | undefined;

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
   * @returns the items that no page before had (rows move while a list is read); none at the end. One that the page has
   * twice, with different content, is left out.
   */
  async next(): Promise<readonly T[]> {
    if (this.#isDone) return [];
    if (this.#pages === 0) this.#startedAtMs = this.#options.nowMs();
    const { items, next, flaw, total } = await this.#fetch();
    this.#pages++;
    const fresh = this.#clear(items).filter((item) => this.#isNew(this.#options.idOf(item)));
    this.#pagesWithoutNews = fresh.length > 0 ? 0 : this.#pagesWithoutNews + 1;
    const isLast = next === undefined;
    this.#flaw = flaw ?? this.#flawAt(next) ?? (isLast ? this.#flawAtEnd(total ?? 0) : undefined);
    this.#isDone = isLast || this.#flaw !== undefined;
    this.#cursor = next;
    return fresh;
  }

  async #fetch(): Promise<Page<T>> {
    try {
      return await this.#options.fetchPage(this.#cursor);
    } catch (error) {
      if (!this.isCursorRefused(error)) throw error;
      throw new ApiError(error.fact, "The list changed while it was read: run the same command again", error);
    }
  }

  /** Whether the vendor refused a cursor that it gave itself: the list has to be read anew. */
  isCursorRefused(error: unknown): error is ApiError {
    return this.#cursor !== undefined && hasStatus(error, ...CURSOR_REFUSED);
  }

  /** The items of a page without those of which it says two things. */
  #clear(items: readonly T[]): readonly T[] {
    const { idOf } = this.#options;
    const first = new Map<string, T>();
    const unclear = new Set<string>();
    for (const item of items) {
      const id = idOf(item);
      const before = first.get(id);
      if (before === undefined) first.set(id, item);
      else if (!isDeepStrictEqual(before, item)) unclear.add(id);
    }
    if (unclear.size === 0) return items;
    const [id = ""] = unclear;
    this.#contradicted = `says different things of ${printable(id)}`;
    return items.filter((item) => !unclear.has(idOf(item)));
  }

  #isNew(id: string): boolean {
    const isNew = !this.#ids.has(id);
    this.#ids.add(id);
    return isNew;
  }

  /** Why the last page does not end the list. */
  #flawAtEnd(total: number): string | undefined {
    const shown = this.#ids.size;
    const isShort = shown < total;
    return (
      this.#contradicted ?? (isShort ? `shows ${shown} of the ${total} that it says there are` : undefined)
    );
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
