import { z } from "zod";
import { connection, name200, rotation, subAccountId, text } from "../core/contract/arguments";
import type { Context } from "../core/contract/resource";
import { apiKey } from "../core/key/api-key";
import { KEY_NAME, type KeyApi, type ListedKey, useOf } from "../core/key/keys";
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

/** `zavu.ApiKey`: a further key of an account; every change of what it is makes a new one. */
export const zavuApiKey = apiKey({ vendor: zavu, args, keys });

/** Zavu's key endpoints. https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key */
export function keys({ client }: Context<ZavuClient>): KeyApi {
  return {
    list: async (accountId) => (await client.listApiKeys(accountId))?.map(toListedKey),
    issue: async (accountId, { name, environment, permissions }) => {
      const body = { name, environment, permissions } as Parameters<ZavuClient["createApiKey"]>[1];
      const { id, key } = await client.createApiKey(accountId, body);
      return { id, secret: key };
    },
    revoke: async (accountId, keyId) => {
      await client.revokeApiKey(accountId, keyId);
    },
  };
}

function toListedKey(key: ZavuListedKey): ListedKey {
  return {
    id: key.id,
    name: key.name ?? undefined,
    prefix: key.keyPrefix ?? "",
    createdAt: toIso(key.createdAt ?? undefined),
    used: (key.lastUsedAt ?? null) !== null,
    use: useOf(key.lastUsedAt),
    lastUsedAt: toIso(key.lastUsedAt ?? undefined),
    revoked: (key.revokedAt ?? null) !== null,
  };
}

/** Zavu gives a number without saying its unit; seconds since 1970 have ten digits until the year 2286. */
function toIso(time: number | string | undefined): string | undefined {
  if (typeof time !== "number") return time;
  return new Date(time < 1e11 ? time * 1000 : time).toISOString();
}
