import { z } from "zod";
import { SubaccountsError } from "../core/base/errors";
import type { JsonObject } from "../core/base/json";
import { type Call, type Http, orGone, segment } from "../core/vendor-io/http";
import type { Page } from "../core/vendor-io/page-reader";
import type { Vendor } from "../core/vendor-io/vendor";
import { adviceByCode, isOfPlan } from "./advice";
import { decodeFailure } from "./failure";
import {
  type BctrlSubaccount,
  type BctrlUsage,
  endOf,
  listedKey,
  page,
  spendingCap,
  subaccount,
  usage,
} from "./replies";

/** Body of create and update, in bctrl's words. */
export interface SubaccountBody {
  readonly name?: string;
  readonly externalId?: string | null;
  readonly metadata?: JsonObject | null;
  readonly limits?: JsonObject;
}

/** The endpoints used, in bctrl's words. */
export type BctrlClient = ReturnType<typeof bctrlClient>;

/** The versions of the API that the client speaks, the default first; dated ones are asked for by header. */
const VERSIONS = ["2026-10-03", "2026-10-01", "v1", "v2"] as const;

const [CURRENT, BEFORE, V1] = VERSIONS;

/** Those that are a release of their own; `v1` is the release that bctrl pinned to the key when it was created. */
export const DATED: readonly unknown[] = [CURRENT, BEFORE];
/** Those in which a sub-account has limits and a spending cap that can be read. */
export const WITH_LIMITS = [CURRENT, BEFORE, V1] as const;

/** Largest page of the listings. */
const PAGE = "200";

function bctrlClient(http: Http, apiVersion: string | undefined = VERSIONS[0]) {
  const isDated = DATED.includes(apiVersion);
  // v1 as documented knows neither header; v2 is known from two pages, and everything else of it goes through v1.
  const headers = isDated ? { "bctrl-version": apiVersion } : {};
  const idempotent = (key: string) => (isDated ? { headers: { "idempotency-key": key } } : {});
  const send = <T>(call: Call<T>): Promise<T> =>
    http.send({ ...call, headers: { ...headers, ...call.headers } });
  const at = (id: string): string => `/v1/subaccounts/${segment(id)}`;
  const expects = (id: string) => ({ id, idOf: (reply: { readonly id: string }) => reply.id });
  const capOf = ({ spaceId, accountId }: { readonly spaceId: string; readonly accountId: string }) => ({
    path: `/v1/spaces/${segment(spaceId)}/spending-cap`,
    headers: { "bctrl-subaccount-id": accountId },
    reply: spendingCap,
  });

  return {
    apiVersion,

    /** The time by bctrl's clock. */
    vendorNowMs: () => http.vendorNowMs,

    /** @param idempotencyKey repeats of one create within a run carry the same; dated versions only. */
    createSubaccount: (body: SubaccountBody, idempotencyKey: string) =>
      send({
        operation: "create the sub-account",
        method: "POST",
        path: "/v1/subaccounts",
        ...idempotent(idempotencyKey),
        body,
        reply: subaccount,
      }),

    /** v2: without limits, in an envelope. */
    createSubaccountV2: (body: Omit<SubaccountBody, "limits">) =>
      send({
        operation: "create the sub-account",
        method: "POST",
        path: "/v2/subaccounts",
        body,
        reply: z.looseObject({ data: subaccount }),
      }).then((reply) => reply.data),

    /** The current version takes a name for an id, too: such a reply is refused like any other of another id. */
    retrieveSubaccount: (id: string): Promise<BctrlSubaccount | undefined> =>
      orGone(
        send({
          operation: "read the sub-account",
          method: "GET",
          path: at(id),
          reply: subaccount,
          expects: expects(id),
        }),
      ),

    /** Of an archived one too: its usage stays readable. */
    retrieveUsage: async (id: string): Promise<BctrlUsage | undefined> => {
      const found = await orGone(
        send({
          operation: "read the usage of the sub-account",
          method: "GET",
          path: at(id),
          query: { include: "usage" },
          reply: z.looseObject({ id: z.string(), usage }),
          expects: expects(id),
        }),
      );
      return found?.usage;
    },

    /** The usage of all accounts, archived ones among them. */
    listUsage: async (cursor: string | undefined): Promise<Page<BctrlUsage & { subaccountId: string }>> => {
      const { data, ...rest } = await send({
        operation: "list the usage of the sub-accounts",
        method: "GET",
        path: "/v1/subaccounts/usage",
        query: { limit: PAGE, cursor },
        reply: page(usage.extend({ subaccountId: z.string().min(1) })),
      });
      return { items: data, ...endOf(rest) };
    },

    /** Whether the filter by `externalId` is exact, and whether archived ones are listed, is undocumented. */
    listSubaccounts: (filter: {
      readonly cursor?: string | undefined;
      readonly externalId?: string | undefined;
      readonly status?: "active";
    }) =>
      send({
        operation: "list the sub-accounts",
        method: "GET",
        path: "/v1/subaccounts",
        query: { limit: PAGE, ...filter },
        reply: page(subaccount),
      }),

    updateSubaccount: (id: string, body: SubaccountBody) =>
      send({
        operation: "update the sub-account",
        method: "PATCH",
        path: at(id),
        body,
        reply: subaccount,
        expects: expects(id),
      }),

    /** v2. The reply is undocumented. */
    updateLimitsV2: (id: string, limits: JsonObject) =>
      send({
        operation: "set the limits of the sub-account",
        method: "PATCH",
        path: `/v2/subaccounts/${segment(id)}/limits`,
        body: limits,
        reply: z.unknown(),
      }),

    /** The account takes no new work and its usage stays readable. There is no way back. */
    archiveSubaccount: (id: string) =>
      send({
        operation: "archive the sub-account",
        method: "POST",
        path: `${at(id)}/archive`,
        isRepeatable: true,
        // Any other 2xx proves nothing: the account is read back.
        reply: z.looseObject({ archived: z.literal(true) }),
      }),

    /** The cap of one space of a sub-account. https://github.com/bctrlhq/sdk-py, `spaces.spending_cap` */
    retrieveSpendingCap: (space: { readonly spaceId: string; readonly accountId: string }) =>
      send({ operation: "read the spending cap of the sub-account", method: "GET", ...capOf(space) }),

    /** @param amount US cents a calendar month, null for no cap. */
    updateSpendingCap: (
      space: { readonly spaceId: string; readonly accountId: string },
      amount: number | null,
    ) =>
      send({
        operation: "set the spending cap of the sub-account",
        method: "PATCH",
        ...capOf(space),
        body: { amount, currency: "USD" },
      }),

    /** @param idempotencyKey repeats of one create carry the same: a replay makes no second key. Dated versions only. */
    createApiKey: (
      body: { readonly subaccountId: string; readonly name?: string; readonly expiresAt?: string },
      idempotencyKey: string,
    ) =>
      send({
        operation: "create a key of the sub-account",
        method: "POST",
        path: "/v1/api-keys",
        ...idempotent(idempotencyKey),
        body,
        reply: z.looseObject({ data: listedKey, secret: z.string().min(1) }),
      }),

    /** Active ones only. An agent's key may act for a sub-account; v1 as documented has none. */
    listApiKeys: (filter: {
      readonly cursor?: string | undefined;
      readonly subaccountId?: string | undefined;
      readonly type?: "agent";
    }) =>
      send({
        operation: "list the keys",
        method: "GET",
        path: "/v1/api-keys",
        query: { limit: PAGE, type: "subaccount", ...filter },
        reply: page(listedKey),
      }),

    revokeApiKey: (keyId: string) =>
      send({
        operation: "revoke a key of the sub-account",
        method: "DELETE",
        path: `/v1/api-keys/${segment(keyId)}`,
        reply: z.looseObject({ deleted: z.literal(true) }),
      }),

    /** Whose key this is. */
    whoami: () =>
      send({
        operation: "look up the key",
        method: "GET",
        path: "/v1/auth/whoami",
        reply: z.looseObject({
          scope: z.string().nullish(),
          subaccountId: z.string().nullish(),
          organizationId: z.string().nullish(),
        }),
      }),
  };
}

const IS_SUBACCOUNTS =
  "The key belongs to a sub-account, which cannot manage sub-accounts: use a key of the organization";

/** bctrl: https://platform.bctrl.ai/api */
export const bctrl: Vendor<BctrlClient> = {
  name: "bctrl",
  title: "bctrl",
  defaultBaseUrl: "https://api.bctrl.ai",
  env: {
    apiKey: "BCTRL_API_KEY",
    baseUrl: "BCTRL_BASE_URL",
    sdkBaseUrl: "BCTRL_API_BASE_URL",
    apiVersion: "BCTRL_API_VERSION",
  },
  apiVersions: VERSIONS,
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  decodeFailure,
  advice: async (status, { code, hint }, client) => {
    if (status === 401) return "bctrl does not accept the key: it may be mistyped, revoked or expired";
    if (code === "request.version_unsupported") {
      return (
        `bctrl does not speak the API version ${client.apiVersion} any more, or not yet: set subaccounts:bctrlApiVersion ` +
        `to one of ${VERSIONS.join(", ")}`
      );
    }
    const ofCode = adviceByCode(status, { code, hint });
    if (ofCode !== undefined || status !== 403) return ofCode;
    const me = await client.whoami().catch(() => undefined);
    if (me === undefined) return "Only a key of the organization may manage sub-accounts";
    if (me.subaccountId || me.scope === "subaccount") return IS_SUBACCOUNTS;
    return (
      "The key is one of the organization, so it is the sub-account that it may not touch: it may be archived, or not one of " +
      `this organization. Pass an account's id, for example acme.id${hint ? `. bctrl says: "${hint}"` : ""}`
    );
  },
  isOfPlan,
  probe: async (client) => {
    const { scope, subaccountId, organizationId } = await client.whoami();
    if (subaccountId || scope === "subaccount") throw new SubaccountsError(IS_SUBACCOUNTS);
    return organizationId ? `the organization ${organizationId}` : "an organization";
  },
  client: bctrlClient,
};
