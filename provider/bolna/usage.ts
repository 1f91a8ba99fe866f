import { hasStatus } from "../core/base/errors";
import { type AccountUsage, usage } from "../core/usage";
import { type BolnaUsage, bolna, pageFrom } from "./client";

const CALLS = { unit: "calls at once", period: "now" } as const;

/** Bolna: calls, seconds and cents are of a window; how many calls there are now is not said. */
export const bolnaUsage = usage({
  vendor: bolna,
  metrics: {
    totalCostCents: { unit: "cents", period: "window" },
    totalRecords: { unit: "calls", period: "window" },
    totalDurationSeconds: { unit: "seconds", period: "window" },
    allowConcurrentCalls: CALLS,
    minConcurrency: CALLS,
    maxConcurrency: CALLS,
  },
  page: async (client, cursor, window) =>
    pageFrom(await client.listUsage(window, cursor), cursor, (each) => toUsage(each.sub_account_id, each)),
  one: async (client, id, window) => {
    // Such a 404 proves nothing, and an account that was not there has no figures either.
    const found = await client.retrieveUsage(id, window).catch((error: unknown) => {
      if (!hasStatus(error, 400, 404)) throw error;
      return undefined;
    });
    return found && toUsage(id, found);
  },
});

function toUsage(id: string, reply: BolnaUsage): AccountUsage {
  const span = { from: reply.from ?? undefined, to: reply.to ?? undefined };
  return {
    id,
    figures: {
      totalCostCents: { used: reply.total_cost ?? undefined, ...span },
      totalRecords: { used: reply.total_records ?? undefined, ...span },
      totalDurationSeconds: { used: reply.total_duration ?? undefined, ...span },
    },
  };
}
