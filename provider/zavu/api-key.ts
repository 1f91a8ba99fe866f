import { z } from "zod";
import { Accounts } from "../core/account/accounts";
import { accountsOfKeys } from "../core/account/for-keys";
import { parseTime } from "../core/base/time";
import { connection, name200, rotation, subAccountId, text } from "../core/contract/arguments";
import type { Context } from "../core/contract/resource";
import { apiKey } from "../core/key/api-key";
import { readKeys } from "../core/key/key-pages";
import { KEY_NAME, type KeyApi, type ListedKey } from "../core/key/keys";
import { orGone } from "../core/vendor-io/http";
import { ACCOUNTS, accountApi } from "./accounts";
import { type ZavuClient, type ZavuListedKey, zavu } from "./client";

const args = z.strictObject({
  subAccountId,
  name: name200
    .refine((name) => name !== KEY_NAME)
    .describe(`${name200.description}, other than "${KEY_NAME}"`),
  environment: z.enum(["live", "test"]).describe('"live" or "test"').optional(),
  permissions: z.array(text).describe("a list of non-empty strings").optional(),
  ...rotation,
  connection,
});

/** `zavu.ApiKey`: a further key of an account. */
export const zavuApiKey = apiKey({ vendor: zavu, args, keys });

/** Zavu's key endpoints. https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key */
export function keys(context: Context<ZavuClient>): KeyApi {
  const { client } = context;
  const accounts = new Accounts(ACCOUNTS, context, accountApi(context));
  const page = async (accountId: string, cursor: string | undefined) => {
    const { items, nextCursor } = await client.listApiKeys(accountId, cursor);
    return { items: items.map(toListedKey), next: nextCursor || undefined };
  };
  return {
    ...accountsOfKeys({ facts: ACCOUNTS, context, accounts }),
    title: zavu.title,
    list: (accountId) => orGone(readKeys((cursor) => page(accountId, cursor), client.vendorNowMs)),
    issue: async (accountId, { name, environment, permissions }) => {
      const body = { name, environment, permissions } as Parameters<ZavuClient["createApiKey"]>[1];
      const { id, key, keyPrefix, createdAt } = await client.createApiKey(accountId, body);
      return { id, secret: key, prefix: keyPrefix ?? undefined, createdAtMs: parseTime(createdAt) };
    },
    revoke: async (accountId, keyId) => {
      await client.revokeApiKey(accountId, keyId);
    },
  };
}

function toListedKey(key: ZavuListedKey): ListedKey {
  const { lastUsedAt } = key;
  return {
    id: key.id,
    name: key.name ?? undefined,
    prefix: key.keyPrefix ?? "",
    createdAtMs: parseTime(key.createdAt),
    use: lastUsedAt === undefined ? "unknown" : lastUsedAt === null ? "never" : "used",
    lastUsedAtMs: parseTime(lastUsedAt),
    revoked: (key.revokedAt ?? null) !== null,
  };
}
