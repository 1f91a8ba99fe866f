import { badRequest } from "../core/refusal";
import type { ZavuAccount } from "./account";
import type { ZavuSwitches } from "./switches";

/**
 * One page of accounts. A cursor names the last account of the page before, so that accounts created or removed
 * meanwhile shift nothing. Throws a refusal for a cursor that the listing never gave out.
 * @see https://docs.zavu.dev/api-reference/sub-accounts/list-sub-accounts
 */
export function pageOf(
  accounts: readonly ZavuAccount[],
  query: { limit: number; cursor?: string | undefined },
  switches: ZavuSwitches,
): { items: readonly ZavuAccount[]; nextCursor: string | null } {
  const shown = accounts.filter(({ status }) => status === "active" || switches.inactiveInList);
  if (switches.listOrder === "newest") shown.reverse();
  const start = startOf(shown, query.cursor);
  const items = shown.slice(start, start + Math.min(query.limit, 100, switches.pageSize));
  const last = items.at(-1);
  if (last !== undefined && start + items.length < shown.length)
    return { items, nextCursor: cursorAfter(last.id) };
  const nextCursor = switches.repeatCursor ? (query.cursor ?? cursorAfter("")) : switches.lastPageCursor;
  return { items, nextCursor };
}

const marker = "after:";

function cursorAfter(id: string): string {
  return Buffer.from(marker + id).toString("base64url");
}

function startOf(accounts: readonly ZavuAccount[], cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor, "base64url").toString();
  if (text === marker) return 0;
  const index = accounts.findIndex(({ id }) => marker + id === text);
  if (index === -1) throw badRequest([{ field: "cursor", message: "not a cursor of this listing" }]);
  return index + 1;
}
