import type { LookupDescription } from "../core/contract/lookup-description";
import { lookups } from "../core/lookup";
import { zavu } from "./client";

const description = {
  get: {
    doc:
      "Finds an account that exists, whoever manages it. An inactive one is found by `externalId` or `name` only where no active one has " +
      "the same, and only if Zavu lists it.",
    page: "https://docs.zavu.dev/api-reference/sub-accounts/get-sub-account",
    example: `const acme = zavu.getSubAccountOutput({ externalId: "tenant-acme" });
export const key = new zavu.ApiKey("reports", { subAccountId: acme.id, name: "reports" }).apiKey;
export const spentCents = zavu.getUsageOutput({ id: acme.id }).totalSpentCents;`,
    by: ["id", "externalId", "name"],
  },
  list: {
    doc:
      "Every account that Zavu lists, in its order. Whether inactive ones are among them, and whether each has its `metadata`, is " +
      "Zavu's to say.",
    page: "https://docs.zavu.dev/api-reference/sub-accounts/list-sub-accounts",
  },
  account: {
    doc: "A sub-account as Zavu has it. There is no key in it: Zavu shows one only when it is made.",
    fields: {
      externalId: { type: "string" },
      creditLimit: { type: "number | null", always: true },
      status: { type: "string", doc: "`active` or `inactive`.", always: true },
      metadata: { type: "Record<string, unknown>" },
      createdAt: { type: "string" },
    },
  },
  usage: {
    doc: "Reads the spending of an account; each call asks the vendor.",
    page: "https://docs.zavu.dev/api-reference/sub-accounts/get-sub-account-spending",
    resultDoc:
      "Spending of a sub-account, its cap and the balance of the team. Fields that Zavu leaves out are undefined.",
    fields: {
      totalSpentCents: { type: "number", doc: "Total spending of the account, cents of `currency`." },
      creditLimitCents: {
        type: "number | null",
        doc: "Its spending cap, cents of `currency`; `null` is no cap.",
        always: true,
      },
      balanceCents: {
        type: "number",
        doc: "The balance of the whole team, cents of `currency`: an account has none of its own.",
      },
      currency: { type: "string", doc: "As Zavu writes it, for example `usd`." },
    },
  },
} as const satisfies LookupDescription;

/** Zavu: whether the listing shows inactive accounts and metadata is undocumented. */
export const zavuLookups = lookups({
  description,
  vendor: zavu,
  hasFilter: false,
  accounts: (client) => client,
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
