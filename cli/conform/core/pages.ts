import type { ZavuSwitches } from "../../../emulator";
import type { Answers } from "./answers";

/** The switches about pages that lead to each other by cursors. */
type PageSwitches = Pick<
  ZavuSwitches,
  "pageSize" | "emptyPages" | "lastPageCursor" | "repeatCursor" | "loopCursors"
>;

/** An account of a listing, whosever it is. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly externalId?: string | undefined;
  readonly isLive: boolean;
  /** Milliseconds since the epoch; undefined where the row does not say. */
  readonly createdAtMs?: number | undefined;
  /** The row as the vendor has it. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** One page; `next` is what the reply has for a cursor. */
export interface Page {
  readonly rows: readonly Row[];
  readonly next: unknown;
}

/** The pages of a listing, each account once. */
export interface Listing {
  readonly rows: readonly Row[];
  /** Whether every page was read. */
  readonly isComplete: boolean;
  /** Items of each page, in order. */
  readonly sizes: readonly number[];
  /** Where the last page leads. */
  readonly end: "nowhere" | "itself" | "first" | "itself or first" | "unread";
  /** What the last page that was read has for a cursor. */
  readonly lastNext: unknown;
}

/** More pages are not read: one listing must not use up the calls of a run. */
const MOST_PAGES = 10;

/**
 * Reads a listing from its first page to its last, or to the tenth.
 *
 * @param isEnough ends the reading early. @returns undefined where a page is no page
 */
export async function readListing(
  fetchPage: (cursor: string | undefined) => Promise<Page | undefined>,
  isEnough: (row: Row) => boolean = () => false,
): Promise<Listing | undefined> {
  const rows = new Map<string, Row>();
  const sizes: number[] = [];
  let cursor: string | undefined;
  const listing = (end: Listing["end"], lastNext: unknown): Listing => {
    return { rows: [...rows.values()], isComplete: end !== "unread", sizes, end, lastNext };
  };
  while (sizes.length < MOST_PAGES) {
    const page = await fetchPage(cursor);
    if (page === undefined) return undefined;
    const first = page.rows[0];
    if (first !== undefined && rows.has(first.id)) {
      const isOnePage = sizes.filter((size) => size > 0).length < 2;
      return listing(isOnePage ? "itself or first" : "first", page.next);
    }
    sizes.push(page.rows.length);
    // Nothing, and nothing again: the same page for ever.
    if (rows.size === 0 && page.rows.length === 0 && sizes.length > 1)
      return listing("itself or first", page.next);
    for (const row of page.rows) rows.set(row.id, row);
    if (page.rows.some(isEnough)) return listing("unread", undefined);
    const { next } = page;
    if (typeof next !== "string" || next === "") return listing("nowhere", next);
    if (next === cursor) {
      const isOnePage = sizes.filter((size) => size > 0).length < 2;
      return listing(isOnePage ? "itself or first" : "itself", next);
    }
    cursor = next;
  }
  return listing("unread", undefined);
}

/** How many pages without items come between the first page with items and the next; undefined for a single page. */
export function gapOf(sizes: readonly number[]): number | undefined {
  const next = sizes.findIndex((size, index) => index > 0 && size > 0);
  return next < 0 || sizes[0] === 0 ? undefined : next - 1;
}

/** Tells what a listing shows of its pages, if each was asked for with the vendor's largest `limit`. */
export function tellPages(answers: Answers<PageSwitches>, listing: Listing): void {
  const { sizes, end, lastNext, rows } = listing;
  const gap = gapOf(sizes);
  const count = `${rows.length} accounts`;
  if (gap === undefined) {
    answers.cannotTell(["pageSize", "emptyPages"], `the listing has one page, of ${count}`);
  } else {
    answers.tell("pageSize", sizes[0] ?? 0, `the first page of several has ${sizes[0]} accounts`);
    answers.tell("emptyPages", gap, `${gap} empty pages came before the second one`);
  }
  if (end === "unread") {
    const why = `the listing has more than ${MOST_PAGES} pages, and the last one was not read`;
    answers.cannotTell(["lastPageCursor", "repeatCursor", "loopCursors"], why);
    return;
  }
  if (end === "nowhere") {
    if (lastNext === null || lastNext === "") {
      answers.tell("lastPageCursor", lastNext, `nextCursor of the last page is ${JSON.stringify(lastNext)}`);
    } else {
      answers.cannotTell(["lastPageCursor"], "the last page has no nextCursor");
    }
    answers.tell("repeatCursor", false, "the last page leads to no other");
    answers.tell("loopCursors", false, "the last page leads to no other");
    return;
  }
  answers.cannotTell(["lastPageCursor"], "the last page has a cursor that leads on");
  if (end === "itself") {
    answers.tell("repeatCursor", true, "the cursor of the last page leads to it again");
    answers.tell("loopCursors", false, "the cursor of the last page leads to it again");
  } else if (end === "first") {
    answers.tell("loopCursors", true, "the cursor of the last page leads to the first");
    answers.cannotTell(["repeatCursor"], "the cursor of the last page leads to the first");
  } else {
    const why = "the cursor of the one page leads to it again: to itself, or to the first";
    answers.cannotTell(["repeatCursor", "loopCursors"], why);
  }
}

/** So many accounts with times of their own are in order by chance once in 5,040 listings. */
const ENOUGH_FOR_AN_ORDER = 7;

/** Tells the order of a listing by the rows' own times of creation. */
export function tellOrder(
  answers: Answers<{ listOrder: "newest" | "oldest" | "unordered" }>,
  { rows }: Listing,
): void {
  const times = rows.flatMap(({ createdAtMs }) => createdAtMs ?? []);
  if (times.length < rows.length) {
    answers.cannotTell(["listOrder"], "not every account has a time of creation");
    return;
  }
  const steps = times.slice(1).map((time, index) => Math.sign(time - (times[index] ?? 0)));
  const [up, down] = [steps.includes(1), steps.includes(-1)];
  const distinct = new Set(times).size;
  if (up && down) {
    answers.tell("listOrder", "unordered", "the times of creation go up and down");
  } else if (distinct >= ENOUGH_FOR_AN_ORDER) {
    answers.tell(
      "listOrder",
      up ? "oldest" : "newest",
      `${distinct} times of creation go ${up ? "up" : "down"}`,
    );
  } else {
    const why = `${distinct} accounts with times of their own may be in order by chance; ${ENOUGH_FOR_AN_ORDER} would tell`;
    answers.cannotTell(["listOrder"], why);
  }
}
