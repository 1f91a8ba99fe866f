import { ordered, pageOf } from "../core/paging";
import type { BctrlAccount } from "./account";
import type { Face } from "./face";
import type { ListQuery } from "./schemas";
import type { BctrlSwitches } from "./switches";

/** The accounts that a listing is asked for, in order of creation. */
export function matching(
  accounts: readonly BctrlAccount[],
  query: ListQuery,
  switches: BctrlSwitches,
): BctrlAccount[] {
  const words = (query.q ?? query.query)?.toLowerCase();
  return accounts.filter(({ name, status, externalId }) => {
    const asked = query.status ?? (switches.listWithoutStatus === "active" ? "active" : status);
    if (status !== asked) return false;
    if (query.externalId !== undefined && !fits(externalId, query.externalId, switches)) return false;
    return words === undefined || `${name}\n${externalId ?? ""}`.toLowerCase().includes(words);
  });
}

function fits(externalId: string | null, asked: string, { externalIdFilter }: BctrlSwitches): boolean {
  return externalIdFilter === "exact" ? externalId === asked : externalId?.startsWith(asked) === true;
}

/** A page of a listing, from items in order of creation. */
export function listReply<T extends { readonly id: string }>(
  items: readonly T[],
  query: { limit: number; cursor?: string | undefined; order?: "asc" | "desc" | undefined },
  { face, switches, show }: { face: Face; switches: BctrlSwitches; show: (item: T) => unknown },
): Record<string, unknown> {
  const asked = query.order && ({ asc: "oldest", desc: "newest" } as const)[query.order];
  const page = pageOf(ordered(items, asked ?? switches.listOrder), query, switches);
  return {
    data: page.items.map(show),
    nextCursor: page.next,
    ...(face === "current" && { hasMore: Boolean(page.next) }),
  };
}
