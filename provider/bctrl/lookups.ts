import type { LookupDescription } from "../core/contract/lookup-description";
import { lookups } from "../core/lookup";
import { accountPage, toAccount } from "./accounts";
import { bctrl } from "./client";

const description = {
  get: {
    doc: "Finds an account that exists, whoever manages it. An archived one is found by its `id` alone.",
    page: "https://platform.bctrl.ai/api/api-reference/account/subaccounts",
    example: `const acme = bctrl.getSubAccountOutput({ externalId: "tenant-acme" });
export const key = new bctrl.ApiKey("reports", { subAccountId: acme.id, name: "reports" }).apiKey;
export const usedCredits = bctrl.getUsageOutput({ id: acme.id }).usedCredits;`,
    by: ["id", "externalId", "name"],
  },
  list: {
    doc: "Every active account, in bctrl's order.",
    page: "https://platform.bctrl.ai/api/api-reference/account/subaccounts",
  },
  account: {
    doc: "A sub-account as bctrl has it. It has no key of its own.",
    fields: {
      externalId: { type: "string" },
      limits: {
        type: "GetSubAccountLimits",
        doc: "Limits, each `null` where there is none. What the API version `v2` sets is not shown by bctrl.",
      },
      status: { type: "string", doc: "`active` or `archived`.", always: true },
      metadata: { type: "Record<string, unknown>" },
      defaultSpaceId: { type: "string" },
      createdAt: { type: "string" },
    },
    shapes: [
      {
        name: "GetSubAccountLimits",
        doc: "Limits of an account.",
        fields: {
          maxActiveRuns: { type: "number | null", doc: "Runs at once.", always: true },
          maxSpaces: { type: "number | null", doc: "Spaces.", always: true },
          monthlyCreditLimit: {
            type: "number | null",
            doc: "Credits (USD 0.001) per billing cycle.",
            always: true,
          },
        },
      },
    ],
  },
  usage: {
    doc: "Reads the usage of an account in the billing cycle; each call asks the vendor. Works for archived accounts too.",
    page: "https://platform.bctrl.ai/api/api-reference/account/subaccount-usage",
    resultDoc:
      "Usage of a sub-account in the billing cycle of the organization. One credit is USD 0.001. Fields that bctrl leaves out are " +
      "undefined; the API versions `v1` and `v2` say more than the current one.",
    fields: {
      computedAt: { type: "string", doc: "When bctrl computed this, ISO 8601." },
      periodStartedAt: { type: "string", doc: "When the billing cycle began, ISO 8601." },
      periodEndsAt: { type: "string", doc: "When the billing cycle ends, ISO 8601." },
      usedCredits: { type: "number", doc: "Credits used." },
      limitCredits: { type: "number | null", doc: "Credits that may be used; `null` is no limit." },
      remainingCredits: {
        type: "number | null",
        doc: "Credits that are left; `null` is no limit. `v1` and `v2` only.",
      },
      estimatedCredits: { type: "number", doc: "Credits of what is not settled yet. `v1` and `v2` only." },
      settledCredits: { type: "number", doc: "Credits of what is settled. `v1` and `v2` only." },
      creditsByUse: {
        type: "Record<string, number>",
        doc: "Credits by what they were used for, such as `browserCredits`. `v1` and `v2` only.",
      },
      activeRuns: { type: "number", doc: "Runs under way." },
      limitRuns: { type: "number | null", doc: "Runs at once that there may be; `null` is no limit." },
      usedSpaces: { type: "number", doc: "Spaces there are." },
      limitSpaces: { type: "number | null", doc: "Spaces that there may be; `null` is no limit." },
      isBlocked: {
        type: "boolean",
        doc: "Whether a limit keeps the account from new work. `v1` and `v2` only.",
      },
      blockedReasons: {
        type: "string[]",
        doc: "Which limits do: `monthlySpendLimit`, `activeRunLimit`, `spaceLimit`. `v1` and `v2` only.",
      },
    },
  },
} as const satisfies LookupDescription;

/** bctrl: the listing is of active accounts; an archived one is found by its id alone. */
export const bctrlLookups = lookups({
  description,
  vendor: bctrl,
  hasFilter: true,
  accounts: (client) => ({
    page: (cursor, externalId) => accountPage(client, { cursor, externalId, status: "active" }, toAccount),
    get: async (id) => {
      const reply = await client.retrieveSubaccount(id);
      return reply && toAccount(reply);
    },
  }),
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
