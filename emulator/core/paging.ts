import { z } from "zod";
import { wholeNumber } from "./input";
import { badRequest, type Problem } from "./refusal";
import { count, define, flag, type listOrder, type SwitchesOf } from "./switches";

/** How a vendor pages its listings by a cursor. */
export const pageSwitches = (most: number) => ({
  /** Most items on a page, whatever `limit` asks for. */
  pageSize: define(z.int().min(1), most, "key"),
  /** A `limit` above the documented maximum. */
  limitAboveMaximum: define(z.literal([400, "clamp"]), 400, "key"),
  /** The cursor on the last page. */
  lastPageCursor: define(z.literal([null, ""]), null, "key"),
  /** A fault of paging: the last page carries a cursor that leads to itself. */
  repeatCursor: define(flag, false, "key"),
  /** A fault of paging: the last page carries a cursor that leads to the first. */
  loopCursors: define(flag, false, "key"),
  /** So many pages without items come between the first page and the next. */
  emptyPages: define(count, 0, "key"),
});

/** How a vendor pages its listings by a cursor. */
export interface PageSwitches extends SwitchesOf<ReturnType<typeof pageSwitches>> {}

type ListOrder = z.infer<typeof listOrder>;

/** Items that come in order of creation, in the order of a listing, which is the same for all its pages. */
export function ordered<T extends { readonly id: string }>(items: readonly T[], order: ListOrder): T[] {
  if (order === "unordered") return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return order === "newest" ? items.toReversed() : [...items];
}

/** The refusal of a cursor that the listing never gave out. */
export const foreignCursor: Problem = { field: "cursor", message: "not a cursor of this listing" };

/** The query parameter `limit`, 50 unless given. */
export const limitQuery = (maximum: number, { limitAboveMaximum }: PageSwitches) =>
  wholeNumber
    .pipe(
      z
        .int()
        .min(1)
        .max(limitAboveMaximum === 400 ? maximum : Number.MAX_SAFE_INTEGER),
    )
    .transform((limit) => Math.min(limit, maximum))
    .default(50);

/** The query of a listing in pages: `limit` and `cursor`. */
export const cursorQuery = (maximum: number, switches: PageSwitches) =>
  z.strictObject({ limit: limitQuery(maximum, switches), cursor: z.string().optional() });

/**
 * One page of a listing. A cursor names the last item of the page before, so that items created or removed meanwhile
 * shift nothing. Throws a refusal for a cursor that the listing never gave out.
 */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  query: { limit: number; cursor?: string | undefined },
  switches: PageSwitches,
): { items: readonly T[]; next: string | null } {
  const { start, emptyPages } = placeOf(all, query.cursor);
  if (emptyPages > 0) return { items: [], next: cursorAfter(all[start - 1]?.id ?? "", emptyPages - 1) };
  const items = all.slice(start, start + Math.min(query.limit, switches.pageSize));
  const last = items.at(-1);
  if (last !== undefined && start + items.length < all.length)
    return { items, next: cursorAfter(last.id, start === 0 ? switches.emptyPages : 0) };
  if (switches.loopCursors) return { items, next: cursorAfter("") };
  const next = switches.repeatCursor ? (query.cursor ?? cursorAfter("")) : switches.lastPageCursor;
  return { items, next };
}

/** A cursor names the last item before its page, and how many empty pages come before that one. */
function cursorAfter(id: string, emptyPages = 0): string {
  return Buffer.from(`after:${emptyPages}:${id}`).toString("base64url");
}

function placeOf(
  all: readonly { readonly id: string }[],
  cursor: string | undefined,
): { start: number; emptyPages: number } {
  if (cursor === undefined) return { start: 0, emptyPages: 0 };
  const [, count, after] = /^after:(\d+):(.*)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  const start = after === "" ? 0 : all.findIndex(({ id }) => id === after) + 1;
  if (count === undefined || (start === 0 && after !== "")) throw badRequest([foreignCursor]);
  return { start, emptyPages: Number(count) };
}
