import { z } from "zod";
import { wholeNumber } from "./input";
import { badRequest, type Problem } from "./refusal";

/** How a vendor pages its listings by a cursor, part of its switches. */
export interface PageSwitches {
  /** Most items on a page, whatever `limit` asks for. */
  pageSize: number;
  /** A `limit` above the documented maximum. */
  limitAboveMaximum: 400 | "clamp";
  /** `nextCursor` on the last page. */
  lastPageCursor: null | "";
  /** A fault of paging: the last page carries a cursor that leads to itself. */
  repeatCursor: boolean;
}

/** What is wrong with a cursor that the listing never gave out. */
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

/**
 * One page of a listing. A cursor names the last item of the page before, so that items created or removed meanwhile
 * shift nothing. Throws a refusal for a cursor that the listing never gave out.
 */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  query: { limit: number; cursor?: string | undefined },
  switches: PageSwitches,
): { items: readonly T[]; nextCursor: string | null } {
  const start = startOf(all, query.cursor);
  const items = all.slice(start, start + Math.min(query.limit, switches.pageSize));
  const last = items.at(-1);
  if (last !== undefined && start + items.length < all.length)
    return { items, nextCursor: cursorAfter(last.id) };
  const nextCursor = switches.repeatCursor ? (query.cursor ?? cursorAfter("")) : switches.lastPageCursor;
  return { items, nextCursor };
}

const marker = "after:";

function cursorAfter(id: string): string {
  return Buffer.from(marker + id).toString("base64url");
}

function startOf(all: readonly { readonly id: string }[], cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor, "base64url").toString();
  if (text === marker) return 0;
  const index = all.findIndex(({ id }) => marker + id === text);
  if (index === -1) throw badRequest([foreignCursor]);
  return index + 1;
}
