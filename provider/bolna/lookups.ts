import { hasStatus } from "../core/base/errors";
import { lookups } from "../core/lookup";
import { bolna } from "./client";
import { accountPage } from "./sub-account";

/** Bolna: no `externalId`, and no call that reads one account. */
export const bolnaLookups = lookups({
  vendor: bolna,
  hasFilter: false,
  page: async (client, cursor) => {
    const { items, next } = await accountPage(client, cursor);
    return { items: items.map((account) => ({ ...account, isWhole: true })), next };
  },
  usage: async (client, id, { from, to }) => {
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    // Such a 404 proves nothing: the listing tells.
    const usage = await client
      .retrieveUsage(id, { from: text(from), to: text(to) })
      .catch((error: unknown) => {
        if (!hasStatus(error, 400, 404)) throw error;
      });
    if (usage === undefined) return undefined;
    return {
      from: usage.from ?? undefined,
      to: usage.to ?? undefined,
      totalRecords: usage.total_records ?? undefined,
      totalDurationSeconds: usage.total_duration ?? undefined,
      totalCostCents: usage.total_cost ?? undefined,
      totalPlatformCostCents: usage.total_platform_cost ?? undefined,
      totalTelephonyCostCents: usage.total_telephony_cost ?? undefined,
      recordsByStatus: usage.status_map ?? undefined,
    };
  },
});
