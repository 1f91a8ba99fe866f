import { hasStatus } from "../core/base/errors";
import type { LookupDescription } from "../core/contract/lookup-description";
import { lookups } from "../core/lookup";
import { accountPage } from "./accounts";
import { bolna } from "./client";

const description = {
  get: {
    doc: "Finds an account that exists, whoever manages it.",
    page: "https://www.bolna.ai/docs/api-reference/sub-accounts/get_all",
    example: `const acme = bolna.getSubAccountOutput({ name: "Acme Corp" });
export const key = new bolna.ApiKey("acme", { subAccountId: acme.id }).apiKey;
export const costCents = bolna.getUsageOutput({ id: acme.id }).totalCostCents;`,
    by: ["id", "name"],
    lacks: { externalId: "Bolna has no such field to find an account by; pass id or name" },
  },
  list: {
    doc: "Every account of the organization, in Bolna's order.",
    page: "https://www.bolna.ai/docs/api-reference/sub-accounts/get_all",
  },
  account: {
    doc: "A sub-account as Bolna has it, without its key: for that, declare a `bolna.ApiKey` with the `id`.",
    fields: {
      allowConcurrentCalls: {
        type: "number",
        doc: "How many calls the account may have at once, where Bolna counts so.",
      },
      minConcurrency: {
        type: "number",
        doc: "How many calls at once the account is guaranteed, where Bolna counts so.",
      },
      maxConcurrency: {
        type: "number | null",
        doc: "How many calls the account may have at once, where Bolna counts so; `null` is no cap of its own.",
      },
      multiTenant: { type: "boolean", doc: "Whether the account has a database of its own." },
      organizationId: { type: "string" },
    },
  },
  usage: {
    doc: "Reads the usage of an account within a window of 32 days at most; each call asks the vendor.",
    page: "https://www.bolna.ai/docs/api-reference/sub-accounts/usage",
    resultDoc: "Usage of a sub-account within a window. Fields that Bolna leaves out are undefined.",
    args: {
      from: "Begin of the window, ISO 8601 in UTC such as `2026-11-01T00:00:00Z`; default: the start of this month (UTC).",
      to: "End of the window, at most 32 days after `from`, in the same form; default: the end of today (UTC).",
    },
    problem: { module: "usage-window", name: "windowProblem" },
    fields: {
      from: { type: "string", doc: "Begin of the window, as Bolna writes it: UTC, without a zone." },
      to: { type: "string", doc: "End of the window, as Bolna writes it: UTC, without a zone." },
      totalRecords: { type: "number", doc: "Number of calls." },
      totalDurationSeconds: { type: "number", doc: "Their duration together, seconds." },
      totalCostCents: { type: "number", doc: "Their cost together, cents with fractions." },
      totalPlatformCostCents: {
        type: "number",
        doc: "The part of it that is Bolna's own, cents with fractions.",
      },
      totalTelephonyCostCents: {
        type: "number",
        doc: "The part of it that is telephony, cents with fractions.",
      },
      recordsByStatus: {
        type: "Record<string, number>",
        doc: "Number of calls by status, such as `completed` and `no-answer`.",
      },
    },
  },
} as const satisfies LookupDescription;

/** Bolna: no `externalId`, and no call that reads one account. */
export const bolnaLookups = lookups({
  description,
  vendor: bolna,
  hasFilter: false,
  accounts: (client) => ({ page: (cursor) => accountPage(client, cursor) }),
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
