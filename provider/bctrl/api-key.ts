import { z } from "zod";
import { parseTime } from "../core/base/time";
import { connection, name200, rotation, subAccountId } from "../core/contract/arguments";
import type { Context } from "../core/contract/resource";
import { apiKey } from "../core/key/api-key";
import { readKeys } from "../core/key/key-pages";
import type { KeyApi, ListedKey } from "../core/key/keys";
import { Listing, type Page } from "../core/vendor-io/listing";
import { type BctrlClient, type BctrlListedKey, bctrl } from "./client";

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

/** `bctrl.ApiKey`: a key of an account, which has none of its own. */
export const bctrlApiKey = apiKey({ vendor: bctrl, args, keys });

/** bctrl's key endpoints: one listing of all keys of the organization, which can be filtered by account. */
function keys({ client, run, connection: key }: Context<BctrlClient>): KeyApi {
  const all = run.shared(`${key} key listing`, () => keyListing(client));
  const page = async (subaccountId: string, cursor: string | undefined) => {
    const { items, next } = await keyPage(client, { cursor, subaccountId });
    // The filter may be one that the vendor ignores.
    return { items: items.filter((each) => each.subaccountId === subaccountId).map(toListedKey), next };
  };
  return {
    title: bctrl.title,
    list: (subaccountId) => readKeys((cursor) => page(subaccountId, cursor), client.vendorNowMs),
    find: async (subaccountId, keyId) => {
      const { item } = await all.find(keyId);
      if (item?.subaccountId !== subaccountId) return undefined;
      return { key: toListedKey(item), listed: all.seen([subaccountId]).map(toListedKey) };
    },
    account: async (subaccountId) => {
      // A 404 alone proves nothing: the parent key may be another organization's.
      const status = (await client.retrieveSubaccount(subaccountId))?.status;
      // There is no way back from the archive.
      return status === "active" ? "active" : status === "archived" ? "gone" : "unknown";
    },
    issue: async (subaccountId, { name, expiresAt }) => {
      const optional = { name, expiresAt } as { name?: string; expiresAt?: string };
      const { data, secret } = await client.createApiKey({ subaccountId, ...optional });
      const { id, keyPrefix, createdAt } = data;
      return { id, secret, prefix: keyPrefix ?? undefined, createdAtMs: parseTime(createdAt) };
    },
    revoke: async (_subaccountId, keyId) => {
      await client.revokeApiKey(keyId);
      all.drop(keyId);
    },
  };
}

function keyListing(client: BctrlClient): Listing<BctrlListedKey> {
  return new Listing({
    fetchPage: (cursor) => keyPage(client, { cursor }),
    idOf: ({ id }) => id,
    keysOf: ({ subaccountId }) => (subaccountId ? [subaccountId] : []),
  });
}

async function keyPage(
  client: BctrlClient,
  filter: Parameters<BctrlClient["listApiKeys"]>[0],
): Promise<Page<BctrlListedKey>> {
  const { data, nextCursor, hasMore } = await client.listApiKeys(filter);
  return { items: data, next: hasMore === false ? undefined : nextCursor || undefined };
}

function toListedKey(key: BctrlListedKey): ListedKey {
  const { lastUsedAt } = key;
  return {
    id: key.id,
    name: key.name ?? undefined,
    prefix: key.keyPrefix ?? "",
    createdAtMs: parseTime(key.createdAt),
    use: lastUsedAt === undefined ? "unknown" : lastUsedAt === null ? "never" : "used",
    // The listing shows active keys only.
    revoked: false,
  };
}
