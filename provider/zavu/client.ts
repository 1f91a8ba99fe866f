import { z } from "zod";
import type { AccountApi } from "../core/account/kind";
import { usualAccounts } from "../core/account/usual-accounts";
import { SubaccountsError } from "../core/base/errors";
import { usualKeys } from "../core/key/usual-keys";
import { codeAndMessage } from "../core/vendor-io/envelope";
import { type Http, orGone, segment } from "../core/vendor-io/http";
import type { Vendor } from "../core/vendor-io/vendor";
import { ACCOUNTS, me, subAccount, toAccount, zavuPlace } from "./accounts";
import { advice, IS_SUB_ACCOUNTS, isOfPlan } from "./advice";

const spending = z.looseObject({
  balance: z.number().nullish(),
  currency: z.string().nullish(),
  creditLimit: z.number().nullish(),
  totalSpent: z.number().nullish(),
});

/** The endpoints used: of accounts in the words of our arguments, all others in Zavu's. */
export type ZavuClient = ReturnType<typeof zavuClient>;

function zavuClient(http: Http) {
  const at = (id: string): string => `/v1/sub-accounts/${segment(id)}`;
  const retrieveMe = () =>
    http.send({ operation: "look up the key", method: "GET", path: "/v1/me", reply: me });
  return {
    ...usualAccounts(http, {
      path: "/v1/sub-accounts",
      object: subAccount,
      toAccount,
      reply: "subAccount",
      // 100 is the vendor's largest page.
      page: { items: "items", next: "nextCursor", cursor: "cursor", query: { limit: "100" } },
    }),

    /** The balance is the team's; what is spent, and its cap, are the account's. In cents. */
    retrieveSpending: (id: string) =>
      orGone(
        http.send({
          operation: "read the spending of the sub-account",
          method: "GET",
          path: `${at(id)}/balance`,
          reply: spending,
        }),
      ),

    /** Soft: the account becomes inactive and its keys are revoked; its data stays. */
    remove: async (id: string) => {
      await http.send({
        operation: "deactivate the sub-account",
        method: "DELETE",
        path: at(id),
        // Any other 2xx proves nothing: the account is read back.
        reply: z.looseObject({ message: z.string() }),
      });
    },

    whoami: async () => zavuPlace(await retrieveMe()),

    /** The listing is documented without pages; should it have some, each has a cursor to the next. */
    keys: usualKeys(http, {
      path: (id) => `/v1/sub-accounts/${id}/api-keys`,
      reply: "apiKey",
      page: { items: "items", next: "nextCursor", cursor: "cursor" },
      sends: ["name", "environment", "permissions"],
      words: { secret: "key" },
      // Documented without a body; an object without a message is a stranger's.
      revoked: z.looseObject({ message: z.string() }).optional(),
    }),

    /** Whose key this is. */
    retrieveMe,
  } satisfies AccountApi & Readonly<Record<string, unknown>>;
}

/** Zavu: https://docs.zavu.dev */
export const zavu: Vendor<ZavuClient> = {
  name: "zavu",
  title: ACCOUNTS.title,
  defaultBaseUrl: "https://api.zavu.dev",
  env: { apiKey: "ZAVUDEV_API_KEY", baseUrl: "ZAVU_BASE_URL", sdkBaseUrl: "ZAVUDEV_BASE_URL" },
  keyShape: /\bzv_(?:live|test)_\w+/gi,
  // Of a project without further verification: https://docs.zavu.dev/concepts/rate-limiting
  rateLimit: { requests: 600, perMs: 60_000 },
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  // Flat (the reference) or nested (the overview page); codes of a 404 are undocumented.
  decodeFailure: codeAndMessage(),
  advice,
  isOfPlan,
  probe: async (client) => {
    const { project, team } = await client.retrieveMe();
    const { name, isSubAccount } = project;
    if (isSubAccount) throw new SubaccountsError(IS_SUB_ACCOUNTS);
    return `the project "${name ?? "without a name"}"${team?.id ? ` of the team ${team.id}` : ""}`;
  },
  client: zavuClient,
};
