import { z } from "zod";
import { hasStatus } from "../core/base/errors";
import { connection, name200, rotation, subAccountId } from "../core/contract/arguments";
import type { Context } from "../core/contract/resource";
import { apiKey } from "../core/key/api-key";
import { type KeyApi, type ListedKey, useOf } from "../core/key/keys";
import { Listing } from "../core/vendor-io/listing";
import { type BctrlClient, type BctrlListedKey, bctrl } from "./client";
import { expiryNotes, expiryProblems } from "./expiry";

const args = z.strictObject({
  subAccountId,
  name: name200.optional(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .describe("an ISO 8601 date-time with its zone, for example 2027-01-31T00:00:00Z")
    .optional(),
  ...rotation,
  connection,
});

/** `bctrl.ApiKey`: a key of an account, which has none of its own; every change of what it is makes a new one. */
export const bctrlApiKey = {
  ...apiKey({ vendor: bctrl, args, keys }),
  rules: expiryProblems,
  notes: expiryNotes,
};

/** bctrl's key endpoints: one listing of all keys of the organization, which can be filtered by account. */
export function keys({ client, run, connection: key }: Context<BctrlClient>): KeyApi {
  const all = run.shared(`${key} key listing`, () => keyListing(client));
  return {
    list: async (subaccountId) => {
      const listed = await orArchived(client, subaccountId, () =>
        keyListing(client, subaccountId).lookup([subaccountId]),
      );
      return listed?.map(toListedKey);
    },
    find: async (subaccountId, keyId) => {
      const { item } = await all.find(keyId);
      return item?.subaccountId === subaccountId ? toListedKey(item) : undefined;
    },
    issue: async (subaccountId, { name, expiresAt }) => {
      const optional = { name, expiresAt } as { name?: string; expiresAt?: string };
      const { data, secret } = await client.createApiKey({ subaccountId, ...optional });
      return { id: data.id, secret };
    },
    revoke: async (subaccountId, keyId) => {
      await orArchived(client, subaccountId, () => client.revokeApiKey(keyId));
      all.drop(keyId);
    },
  };
}

/** What a call about keys returns, or undefined where it is refused because the account is archived or unknown. */
async function orArchived<T>(
  client: BctrlClient,
  id: string,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!hasStatus(error, 403, 404, 409)) throw error;
    // Only the account itself says that it is gone: a 403 may also be about the key that asks.
    const account = await client.retrieveSubaccount(id);
    if (account?.status === "active") throw error;
    return undefined;
  }
}

function keyListing(client: BctrlClient, subaccountId?: string): Listing<BctrlListedKey> {
  return new Listing({
    fetchPage: async (cursor) => {
      const { data, nextCursor, hasMore } = await client.listApiKeys({ cursor, subaccountId });
      return { items: data, next: hasMore === false ? undefined : nextCursor || undefined };
    },
    idOf: ({ id }) => id,
    keysOf: ({ subaccountId }) => (subaccountId ? [subaccountId] : []),
  });
}

function toListedKey(key: BctrlListedKey): ListedKey {
  return {
    id: key.id,
    name: key.name ?? undefined,
    prefix: key.keyPrefix ?? "",
    createdAt: key.createdAt ?? undefined,
    used: (key.lastUsedAt ?? null) !== null,
    use: useOf(key.lastUsedAt),
    lastUsedAt: key.lastUsedAt ?? undefined,
    // The listing shows active keys only.
    revoked: false,
  };
}
