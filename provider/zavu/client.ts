import { z } from "zod";
import { SubaccountsError } from "../core/base/errors";
import { codeAndMessage } from "../core/vendor-io/envelope";
import { type Http, orGone, segment } from "../core/vendor-io/http";
import type { Vendor } from "../core/vendor-io/vendor";
import { advice, IS_SUB_ACCOUNTS, isOfPlan } from "./advice";

// Shapes: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account and its sister pages.
const json = z.record(z.string(), z.json());

const subAccount = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  status: z.string(),
  createdAt: z.string().optional(),
  externalId: z.string().nullish(),
  creditLimit: z.number().nullish(),
  totalSpent: z.number().nullish().catch(undefined),
  metadata: json.nullish(),
  apiKey: z.string().nullish(),
});

const listedKey = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  keyPrefix: z.string().nullish(),
  // A number of undocumented unit in keys, a string in accounts.
  createdAt: z.unknown().optional(),
  lastUsedAt: z.union([z.number(), z.string()]).nullish(),
  revokedAt: z.union([z.number(), z.string()]).nullish(),
});

const spending = z.looseObject({
  balance: z.number().nullish(),
  currency: z.string().nullish(),
  creditLimit: z.number().nullish(),
  totalSpent: z.number().nullish(),
});

const me = z.looseObject({
  project: z.looseObject({
    id: z.string().nullish(),
    name: z.string().nullish(),
    isSubAccount: z.boolean().nullish(),
  }),
  team: z.looseObject({ id: z.string().nullish() }).nullish(),
  isTestMode: z.boolean().nullish(),
});

/** Whose a key is. */
export type ZavuMe = z.infer<typeof me>;
/** A sub-account as Zavu answers it. */
export type ZavuSubAccount = z.infer<typeof subAccount>;
/** A key as Zavu lists it. */
export type ZavuListedKey = z.infer<typeof listedKey>;

/** Body of create and update, in Zavu's words. */
export interface SubAccountBody {
  readonly name?: string;
  readonly externalId?: string;
  readonly creditLimit?: number | null;
  readonly metadata?: Record<string, unknown>;
  readonly status?: "active" | "inactive";
}

/** The endpoints used, in Zavu's words. */
export type ZavuClient = ReturnType<typeof zavuClient>;

function zavuClient(http: Http) {
  const at = (id: string): string => `/v1/sub-accounts/${segment(id)}`;
  return {
    /** The time by Zavu's clock. */
    vendorNowMs: () => http.vendorNowMs,

    createSubAccount: (body: SubAccountBody) =>
      http
        .send({
          operation: "create the sub-account",
          method: "POST",
          path: "/v1/sub-accounts",
          body,
          reply: z.looseObject({ subAccount }),
        })
        .then((reply) => reply.subAccount),

    retrieveSubAccount: (id: string) =>
      orGone(
        http
          .send({
            operation: "read the sub-account",
            method: "GET",
            path: at(id),
            reply: z.looseObject({ subAccount }),
            expects: { id, idOf: (reply) => reply.subAccount.id },
          })
          .then((reply) => reply.subAccount),
      ),

    /** 100 is the vendor's largest page. */
    listSubAccounts: (cursor: string | undefined) =>
      http.send({
        operation: "list the sub-accounts",
        method: "GET",
        path: "/v1/sub-accounts",
        query: { limit: "100", cursor },
        reply: z.looseObject({ items: z.array(subAccount), nextCursor: z.string().nullish() }),
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

    updateSubAccount: (id: string, body: SubAccountBody) =>
      http
        .send({
          operation: "update the sub-account",
          method: "PATCH",
          path: at(id),
          body,
          reply: z.looseObject({ subAccount }),
          expects: { id, idOf: (reply) => reply.subAccount.id },
        })
        .then((reply) => reply.subAccount),

    /** Soft: the account becomes inactive and its keys are revoked; its data stays. */
    deactivateSubAccount: (id: string) =>
      http.send({
        operation: "deactivate the sub-account",
        method: "DELETE",
        path: at(id),
        // Any other 2xx proves nothing: the account is read back.
        reply: z.looseObject({ message: z.string() }),
      }),

    createApiKey: (
      id: string,
      body: {
        readonly name: string;
        readonly environment?: string;
        readonly permissions?: readonly string[];
      },
    ) =>
      http
        .send({
          operation: "create a key of the sub-account",
          method: "POST",
          path: `${at(id)}/api-keys`,
          body,
          reply: z.looseObject({
            apiKey: z.looseObject({
              id: z.string().min(1),
              key: z.string().min(1),
              keyPrefix: z.string().nullish().catch(undefined),
              createdAt: z.unknown().optional(),
            }),
          }),
        })
        .then((reply) => reply.apiKey),

    /** The listing is documented without pages; should it have some, each has a cursor to the next. */
    listApiKeys: (id: string, cursor: string | undefined) =>
      http.send({
        operation: "list the keys of the sub-account",
        method: "GET",
        path: `${at(id)}/api-keys`,
        query: { cursor },
        reply: z.looseObject({ items: z.array(listedKey), nextCursor: z.string().nullish() }),
      }),

    revokeApiKey: (id: string, keyId: string) =>
      http.send({
        operation: "revoke a key of the sub-account",
        method: "DELETE",
        path: `${at(id)}/api-keys/${segment(keyId)}`,
        // Documented without a body; an object without a message is a stranger's.
        reply: z.looseObject({ message: z.string() }).optional(),
      }),

    /** Whose key this is. */
    retrieveMe: () =>
      http.send({
        operation: "look up the key",
        method: "GET",
        path: "/v1/me",
        reply: me,
      }),
  };
}

/** Zavu: https://docs.zavu.dev */
export const zavu: Vendor<ZavuClient> = {
  name: "zavu",
  title: "Zavu",
  defaultBaseUrl: "https://api.zavu.dev",
  env: { apiKey: "ZAVUDEV_API_KEY", baseUrl: "ZAVU_BASE_URL", sdkBaseUrl: "ZAVUDEV_BASE_URL" },
  keyShape: /\bzv_(?:live|test)_\w+/gi,
  // Of a project without further verification: https://docs.zavu.dev/concepts/rate-limiting
  rateLimit: { requests: 600, perMs: 60_000 },
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  // Flat (the reference) or nested (the overview page); codes of a 404 are undocumented.
  decodeFailure: codeAndMessage,
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
