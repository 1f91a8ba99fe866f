import { type AccountUsage, usage } from "../core/usage";
import { bctrl } from "./client";
import type { BctrlUsage } from "./replies";

/** bctrl: credits are of the billing cycle; runs and spaces are those that there are now. */
export const bctrlUsage = usage({
  vendor: bctrl,
  metrics: {
    "limits.monthlyCreditLimit": { unit: "credits", period: "cycle" },
    "limits.maxActiveRuns": { unit: "runs at once", period: "now" },
    "limits.maxSpaces": { unit: "spaces", period: "now" },
    spendingCap: { unit: "cents", period: "cycle" },
  },
  page: async (client, cursor) => {
    const { items, ...rest } = await client.listUsage(cursor);
    return { ...rest, items: items.map((each) => toUsage(each.subaccountId, each)) };
  },
  one: async (client, id) => {
    const found = await client.retrieveUsage(id);
    return found && toUsage(id, found);
  },
  further: {
    fields: ["spendingCap"],
    read: async (client, id, { defaultSpaceId }) => {
      if (typeof defaultSpaceId !== "string") return undefined;
      const {
        amount,
        usage: used,
        period,
      } = await client.retrieveSpendingCap({
        spaceId: defaultSpaceId,
        accountId: id,
      });
      const figure = {
        limit: amount,
        used: used?.currency === "USD" ? (used.amount ?? undefined) : undefined,
        from: period?.start ?? undefined,
        to: period?.end ?? undefined,
      };
      return { id, figures: { spendingCap: figure } };
    },
  },
});

function toUsage(id: string, { period, credits, runs, spaces }: BctrlUsage): AccountUsage {
  return {
    id,
    figures: {
      "limits.monthlyCreditLimit": {
        used: credits?.used ?? undefined,
        from: period?.startedAt ?? undefined,
        to: period?.endsAt ?? undefined,
      },
      "limits.maxActiveRuns": { used: runs?.active ?? undefined },
      "limits.maxSpaces": { used: spaces?.used ?? undefined },
    },
  };
}
