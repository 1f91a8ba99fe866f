import { z } from "zod";
import type { Account } from "../core/account/fields";
import type { AccountApi } from "../core/account/kind";
import { lookupKeys, stampedListing, stampKey, wholeAccounts } from "../core/account/stamped-listing";
import { subAccount } from "../core/account/sub-account";
import type { JsonObject } from "../core/base/json";
import { adopt, connection, metadata, name200, plainText } from "../core/contract/arguments";
import { ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import type { Context, Values } from "../core/contract/resource";
import type { Page } from "../core/vendor-io/listing";
import { keys } from "./api-key";
import { type SubAccountBody, type ZavuClient, type ZavuSubAccount, zavu } from "./client";

const args = z.strictObject({
  name: name200,
  externalId: plainText.optional(),
  creditLimit: z
    .int()
    .min(1)
    .nullable()
    .describe(
      "a whole number of cents greater than 0, or null for no cap (Zavu reads 0 as no cap, so 0 is refused)",
    )
    .optional(),
  metadata: metadata.optional(),
  status: z.enum(["active", "inactive"]).describe('"active" or "inactive"').optional(),
  ownKey: z.enum(["keep", "revoke"]).describe('"keep" or "revoke"').optional(),
  deletionPolicy: z.enum(["deactivate", "retain"]).describe('"deactivate" or "retain"').optional(),
  adopt,
  connection,
});

/** `zavu.SubAccount`: metadata and so a stamp; no filter in the listing; deactivation instead of deletion. */
export const zavuSubAccount = subAccount({
  vendor: zavu,
  args,
  fields: {
    name: { ...ORDINARY, clearable: false, absent: "refused: it is required" },
    externalId: {
      ...ORDINARY,
      clearable: false,
      absent: "left alone; taking it out is refused, Zavu has no way to clear it",
    },
    creditLimit: {
      ...ORDINARY,
      unit: "whole US cents, cumulative",
      absent: "left alone; taken out: no cap",
      null: "no cap, and one set outside is drift",
      zero: "refused: Zavu reads it as no cap",
    },
    status: { ...ORDINARY, clearable: false, atCreation: false, absent: "`active`" },
    ownKey: { ...STATE_ONLY, absent: "`keep`" },
  },
  manifest: {
    foundBy: "`externalId` or stamp, in one shared listing",
    deletion: {
      deactivate: "the account becomes inactive and all its keys are revoked; its data stays",
      retain: "the account is left as it is",
    },
    lostKey: "a new key; the lost one is revoked",
    removedOutside: "inactive: drift, `up` activates it again; removed: gone, `up` makes a new one",
  },
  defaults: { status: "active", ownKey: "keep", deletionPolicy: "deactivate" },
  secrets: ["apiKey"],
  identity: "externalId",
  wantsLive: ({ status }) => status !== "inactive",
  stamped: true,
  api,
  keys,
});

function api({ client, run, connection: key }: Context<ZavuClient>, before: Values): AccountApi {
  const listing = run.shared(`${key} listing`, () =>
    stampedListing((cursor) => accountPage(client, cursor, toAccount)),
  );
  const keep = (reply: ZavuSubAccount): Account => {
    const account = toAccount(reply);
    listing.put({ ...account, apiKey: undefined });
    return account;
  };
  const retrieve = async (id: string): Promise<Account | undefined> => {
    const reply = await client.retrieveSubAccount(id);
    if (reply) return keep(reply);
    // Whether an inactive account can be read by itself is undocumented; the listing may be all that shows it.
    const listed = before["status"] === "inactive" ? await listing.get(id) : listing.peek(id);
    return listed?.live === false ? listed : undefined;
  };
  return {
    create: async (fields, metadata) =>
      keep(await client.createSubAccount({ ...fields, ...(metadata ? { metadata } : {}) })),
    retrieve,
    // The listing may leave inactive accounts out (undocumented), so only the account itself says that it is gone.
    // An item of the listing need not hold metadata (an optional field), and every account of ours has some.
    retrieveOneOfMany: async (id) => {
      const { item } = await listing.find(id);
      return item?.metadata ? item : retrieve(id);
    },
    update: async (id, fields, metadata) =>
      keep(
        await client.updateSubAccount(id, { ...fields, ...(metadata ? { metadata } : {}) } as SubAccountBody),
      ),
    remove: async (id) => {
      await client.deactivateSubAccount(id);
      listing.drop(id);
    },
    seen: (ownership) => listing.seen([stampKey(ownership)]),
    lookup: async (wanted, ownership, fresh) => {
      if (fresh) await listing.lookForNew();
      const found = await listing.lookup(lookupKeys(wanted, ownership));
      return wholeAccounts(found, retrieve);
    },
  };
}

/** A page of the listing, each account made by `make`. */
export async function accountPage<T>(
  client: ZavuClient,
  cursor: string | undefined,
  make: (reply: ZavuSubAccount) => T,
): Promise<Page<T>> {
  const { items, nextCursor } = await client.listSubAccounts(cursor);
  return { items: items.map(make), next: nextCursor || undefined };
}

/** An account in the words of our arguments. */
export function toAccount(reply: ZavuSubAccount): Account {
  return {
    id: reply.id,
    live: reply.status === "active",
    fields: {
      name: reply.name,
      externalId: reply.externalId ?? null,
      // Zavu reads 0, null and absent alike: no cap.
      creditLimit: reply.creditLimit || null,
      status: reply.status,
    },
    metadata: (reply.metadata ?? undefined) as JsonObject | undefined,
    outputs: { createdAt: reply.createdAt },
    apiKey: reply.apiKey ?? undefined,
  };
}
