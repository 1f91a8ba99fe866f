import { z } from "zod";
import { text } from "../core/contract/arguments";
import { described } from "../core/contract/description";
import type { Context } from "../core/contract/resource";
import { apiKey } from "../core/key/api-key";
import { keyDescription } from "../core/key/description";
import { accountsOfKeys, type KeyApi } from "../core/key/keys";
import { ACCOUNTS } from "./accounts";
import { type ZavuClient, zavu } from "./client";

const description = keyDescription({
  vendor: zavu,
  doc: `A key of a Zavu sub-account, beside the one the account is born with. In a resource of its own the key stays
known in previews when the account changes.`,
  page: "https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key",
  args: {
    environment: {
      schema: z.enum(["live", "test"]).describe('"live" or "test"').optional(),
      doc: "Environment of the key.",
      absent: "`live`, Zavu's own default",
    },
    permissions: {
      schema: z.array(text).describe("a list of non-empty strings").optional(),
      doc: "Permissions of the key, in Zavu's words. Zavu documents no list of allowed values.",
      absent: "those that Zavu gives",
    },
  },
});

/** `zavu.ApiKey`: a further key of an account. */
export const zavuApiKey = apiKey({ vendor: zavu, ...described(description), keys });

/** Zavu's key endpoints. https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key */
export function keys(context: Context<ZavuClient>): KeyApi {
  return { ...accountsOfKeys(ACCOUNTS, context, context.client), ...context.client.keys };
}
