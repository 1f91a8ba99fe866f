import { type FoundAccount, lookups } from "../core/lookup";
import { accountPage, toAccount } from "./accounts";
import { type ZavuSubAccount, zavu } from "./client";

/** Zavu: whether the listing shows inactive accounts and metadata is undocumented. */
export const zavuLookups = lookups({
  vendor: zavu,
  hasFilter: false,
  page: (client, cursor) => accountPage(client, cursor, toFound),
  retrieve: async (client, id) => {
    const reply = await client.retrieveSubAccount(id);
    return reply && toFound(reply);
  },
  usage: async (client, id) => {
    const spending = await client.retrieveSpending(id);
    if (spending === undefined) return undefined;
    return {
      totalSpentCents: spending.totalSpent ?? undefined,
      // Zavu reads 0, null and absent alike: no cap.
      creditLimitCents: spending.creditLimit || null,
      balanceCents: spending.balance ?? undefined,
      currency: spending.currency ?? undefined,
    };
  },
});

function toFound(reply: ZavuSubAccount): FoundAccount {
  return { ...toAccount(reply), isWhole: reply.metadata !== undefined };
}
