import { z } from "zod";
import { parseTime } from "../core/base/time";
import { name200, text } from "../core/contract/arguments";
import { described } from "../core/contract/description";
import type { Context } from "../core/contract/resource";
import { connectionOf, keyOutputs, rotation, subAccountIdOf } from "../core/contract/shared-fields";
import { apiKey } from "../core/key/api-key";
import { accountsOfKeys, KEY_NAME, type KeyApi, type ListedKey, lastUseOf } from "../core/key/keys";
import { readListing } from "../core/nested/listing";
import { orGone } from "../core/vendor-io/http";
import { ACCOUNTS } from "./accounts";
import { type ZavuClient, type ZavuListedKey, zavu } from "./client";

const description = {
  doc: `A key of a Zavu sub-account, beside the one the account is born with. In a resource of its own the key stays
known in previews when the account changes.`,
  argsDoc:
    "A changed `name`, `environment`, `permissions` or `keepers`, and the age `rotateAfterDays`, rotate the key: a new one is made, " +
    "while the previous one stays valid for `overlapHours`. Another `subAccountId` replaces it.",
  page: "https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key",
  example: `const acme = new zavu.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
export const backendKey = new zavu.ApiKey("acme", { subAccountId: acme.id, name: "backend" }).apiKey;`,
  args: {
    subAccountId: subAccountIdOf("Id of the sub-account the key belongs to", "replacement"),
    name: {
      schema: name200
        .refine((name) => name !== KEY_NAME)
        .describe(`${name200.description}, other than "${KEY_NAME}"`),
      doc: "The key's name, 1 to 200 characters. Two keys of one account may not share it.",
      change: "a rotation",
    },
    environment: {
      schema: z.enum(["live", "test"]).describe('"live" or "test"').optional(),
      doc: "Environment of the key.",
      absent: "`live`, Zavu's own default",
      change: "a rotation",
    },
    permissions: {
      schema: z.array(text).describe("a list of non-empty strings").optional(),
      doc: "Permissions of the key, in Zavu's words. Zavu documents no list of allowed values.",
      absent: "those that Zavu gives",
      change: "a rotation",
    },
    ...rotation,
    connection: connectionOf(zavu.title, "key"),
  },
  outputs: keyOutputs(zavu.title),
};

/** `zavu.ApiKey`: a further key of an account. */
export const zavuApiKey = apiKey({ vendor: zavu, ...described(description), keys });

/** Zavu's key endpoints. https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key */
export function keys(context: Context<ZavuClient>): KeyApi {
  const { client } = context;
  const page = async (accountId: string, cursor: string | undefined) => {
    const { items, nextCursor } = await client.listApiKeys(accountId, cursor);
    return { items: items.map(toListedKey), next: nextCursor || undefined };
  };
  return {
    ...accountsOfKeys(ACCOUNTS, context, context.client),
    list: (accountId) => orGone(readListing("key", (cursor) => page(accountId, cursor), client.vendorNowMs)),
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
  return {
    id: key.id,
    name: key.name ?? undefined,
    prefix: key.keyPrefix ?? "",
    createdAtMs: parseTime(key.createdAt),
    ...lastUseOf(key.lastUsedAt),
    revoked: (key.revokedAt ?? null) !== null,
  };
}
