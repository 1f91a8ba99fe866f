import { type FoundAccount, lookups } from "../core/lookup";
import { accountPage, toAccount } from "./accounts";
import { bctrl } from "./client";
import type { BctrlSubaccount } from "./replies";

/** bctrl: the listing is of active accounts; an archived one is found by its id alone. */
export const bctrlLookups = lookups({
  vendor: bctrl,
  hasFilter: true,
  page: (client, cursor, externalId) =>
    accountPage(client, { cursor, externalId, status: "active" }, toFound),
  retrieve: async (client, id) => {
    const reply = await client.retrieveSubaccount(id);
    return reply && toFound(reply);
  },
  usage: async (client, id) => {
    const usage = await client.retrieveUsage(id);
    if (usage === undefined) return undefined;
    const { period, credits, runs, spaces } = usage;
    return {
      computedAt: usage.computedAt ?? undefined,
      periodStartedAt: period?.startedAt ?? undefined,
      periodEndsAt: period?.endsAt ?? undefined,
      usedCredits: credits?.used ?? undefined,
      // `null` is no limit, absent is not known.
      limitCredits: credits?.limit,
      remainingCredits: credits?.remaining,
      estimatedCredits: credits?.estimated ?? undefined,
      settledCredits: credits?.settled ?? undefined,
      creditsByUse: credits?.breakdown ?? undefined,
      activeRuns: runs?.active ?? undefined,
      limitRuns: runs?.limit,
      usedSpaces: spaces?.used ?? undefined,
      limitSpaces: spaces?.limit,
      isBlocked: usage.isBlocked ?? undefined,
      blockedReasons: usage.blockedReasons ?? undefined,
    };
  },
});

function toFound(reply: BctrlSubaccount): FoundAccount {
  const account = toAccount(reply);
  const { name = null, externalId = null } = account.fields;
  return {
    ...account,
    // A reply that says nothing of limits does not say that there are none.
    fields: reply.limits ? account.fields : { name, externalId },
    isWhole: reply.metadata !== undefined,
  };
}
