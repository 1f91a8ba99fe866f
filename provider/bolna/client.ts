import { z } from "zod";
import { isObject } from "../core/base/json";
import { type Http, segment } from "../core/vendor-io/http";
import type { Page } from "../core/vendor-io/page-reader";
import type { Failure } from "../core/vendor-io/refusal";
import type { Vendor } from "../core/vendor-io/vendor";

// Shapes: https://www.bolna.ai/docs/api-reference/sub-accounts/create and its sister pages.
const listed = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  // The older generation has the first of the three, the newer one the others.
  allow_concurrent_calls: z.number().nullish(),
  min_concurrency: z.number().nullish(),
  max_concurrency: z.number().nullish(),
  api_key: z.string().min(1).nullish(),
  organization_id: z.string().nullish(),
  multi_tenant: z.boolean().nullish(),
});

const created = listed.extend({ api_key: z.string().min(1), created_at: z.string().nullish() });

// The reference says a bare array; other pages of the vendor describe an envelope with pages, and its own client reads
// null, an empty body, `items` and `results` too: https://github.com/bolna-ai/mcp.
const pageOf = <T extends z.ZodType>(item: T) =>
  z
    .unknown()
    .transform((body) => {
      if (body === null || body === undefined) return { data: [] };
      if (!isObject(body)) return { data: body };
      return { ...body, data: body["data"] ?? body["items"] ?? body["results"] };
    })
    .pipe(
      z.looseObject({
        data: z.array(item),
        has_more: z.boolean().nullish(),
        total: z.number().nullish(),
        page: z.number().nullish(),
        page_size: z.number().nullish(),
      }),
    );

/** A page of a listing by its number: all there is, unless the vendor answers in pages. */
export function pageFrom<Wire, T>(
  reply: z.infer<ReturnType<typeof pageOf<z.ZodType<Wire>>>>,
  cursor: string | undefined,
  toItem: (wire: Wire) => T,
): Page<T> {
  const { data, has_more, page, page_size, total } = reply;
  const number = Number(cursor ?? 1);
  const shown = (page ?? number) * (page_size ?? data.length);
  const isMore = has_more ?? (data.length > 0 && shown < (total ?? 0));
  return {
    items: data.map(toItem),
    next: isMore ? String(number + 1) : undefined,
    total: total ?? undefined,
  };
}

const figure = z.number().nullish();

const me = z.looseObject({ concurrency: z.looseObject({ max: figure }).nullish() });

// https://www.bolna.ai/docs/api-reference/sub-accounts/usage: durations in seconds, costs in cents with fractions.
const usage = z.looseObject({
  from: z.string().nullish(),
  to: z.string().nullish(),
  total_records: figure,
  total_duration: figure,
  total_cost: figure,
  total_platform_cost: figure,
  total_telephony_cost: figure,
  status_map: z.record(z.string(), z.number()).nullish(),
});

/** The usage of an account within a window. */
export type BolnaUsage = z.infer<typeof usage>;
/** A sub-account as Bolna lists it, or as it answers a create (then with `created_at`). */
export type BolnaSubAccount = z.infer<typeof listed> & { readonly created_at?: string | null | undefined };

/** Body of create, in Bolna's words. */
export interface CreateBody {
  readonly name: string;
  readonly allow_concurrent_calls?: number;
  readonly min_concurrency?: number;
  readonly max_concurrency?: number | null;
  readonly multi_tenant?: boolean;
  readonly db_host?: string;
  readonly db_port?: string;
  readonly db_name?: string;
  readonly db_user?: string;
  readonly db_password?: string;
}

/** Body of update: all that Bolna can change. */
export type UpdateBody = Partial<
  Pick<CreateBody, "name" | "allow_concurrent_calls" | "min_concurrency" | "max_concurrency">
>;

/** The endpoints used, in Bolna's words. There is no endpoint that reads one account. */
export type BolnaClient = ReturnType<typeof bolnaClient>;

function bolnaClient(http: Http) {
  const at = (id: string): string => `/sub-accounts/${segment(id)}`;
  return {
    createSubAccount: (body: CreateBody) =>
      http.send({
        operation: "create the sub-account",
        method: "POST",
        path: "/sub-accounts/create",
        body,
        reply: created,
      }),

    /** @param pageNumber only for the envelope with pages, from 2 on. */
    listSubAccounts: (pageNumber: string | undefined) =>
      http.send({
        operation: "list the sub-accounts",
        method: "GET",
        path: "/sub-accounts/all",
        query: { page_number: pageNumber },
        reply: pageOf(listed),
      }),

    /** @param window ISO 8601 in UTC, at most 32 days; without it the month so far. */
    retrieveUsage: (
      id: string,
      window: { readonly from?: string | undefined; readonly to?: string | undefined },
    ) =>
      http.send({
        operation: "read the usage of the sub-account",
        method: "GET",
        path: `${at(id)}/usage`,
        query: { from: window.from, to: window.to },
        reply: usage,
      }),

    /**
     * Reads the usage of every account.
     *
     * @param window ISO 8601 in UTC, at most 32 days
     * @param pageNumber only for the envelope with pages, from 2 on
     */
    listUsage: (window: { readonly from: string; readonly to: string }, pageNumber: string | undefined) =>
      http.send({
        operation: "list the usage of the sub-accounts",
        method: "GET",
        path: "/sub-accounts/all/usage",
        query: { from: window.from, to: window.to, page_number: pageNumber },
        reply: pageOf(usage.extend({ sub_account_id: z.string().min(1) })),
      }),

    /** The reply has no fields of the account. */
    updateSubAccount: (id: string, body: UpdateBody) =>
      http.send({
        operation: "update the sub-account",
        method: "PATCH",
        path: at(id),
        body,
        reply: z.looseObject({}),
      }),

    /**
     * Whose key this is: the organization's maximum of calls at once, where the vendor shows it.
     *
     * @see https://github.com/bolna-ai/skills
     */
    retrieveMe: () =>
      http
        .send({ operation: "look up the key", method: "GET", path: "/user/me", reply: me })
        .then(({ concurrency }) => concurrency?.max ?? undefined),

    /**
     * For ever: agents, batches and executions of the account go with it; by the vendor's
     * https://github.com/bolna-ai/skills recordings and its phone numbers do, too.
     */
    deleteSubAccount: (id: string) =>
      http.send({
        operation: "delete the sub-account",
        method: "DELETE",
        path: at(id),
        // Any other 2xx proves nothing: the listing is read back.
        reply: z.looseObject({ state: z.literal("deleted") }),
      }),
  };
}

/** Texts of refused fields, `[{ loc: ["body", "name"], msg, type }]`, as `name: field required`. */
function fieldTexts(detail: unknown): string | undefined {
  const parsed = z.array(z.looseObject({ loc: z.array(z.unknown()), msg: z.string() })).safeParse(detail);
  if (!parsed.success || parsed.data.length === 0) return undefined;
  const path = (loc: readonly unknown[]) => loc.filter((part) => part !== "body").join(".");
  return parsed.data.map(({ loc, msg }) => `${path(loc)}: ${msg}`).join("; ");
}

/** The message sits in `message`, `detail` or `error`; `error` may also be a number, which is the code. */
function decodeFailure(body: unknown): Failure {
  const reply = isObject(body) ? body : {};
  const { error, detail, details } = reply;
  const texts = [reply["message"], detail, fieldTexts(detail), error];
  const message = texts.find((text) => typeof text === "string");
  return {
    code: typeof error === "number" ? String(error) : undefined,
    message,
    details,
    isVendors: message !== undefined,
    // Absence is told by the list alone: a 404 of this shape may be a gateway's.
    isNotFound: false,
    // As the vendor's own client has it: 403 {"detail": "Unrecognized access token"}.
    isKeyRefused:
      typeof detail === "string" && /\b(?:tokens?|keys?|credentials|authenticated)\b/i.test(detail),
  };
}

const refusal = z.looseObject({
  requested: z.number(),
  available: z.number(),
  account_limit: z.number(),
  subaccount_usage: z.number(),
});

/**
 * The figures of a refusal by the organization's pool of concurrent calls.
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/patch_update
 */
export function poolFigures(details: unknown): z.infer<typeof refusal> | undefined {
  return refusal.safeParse(details).data;
}

/** Bolna: https://www.bolna.ai/docs */
export const bolna: Vendor<BolnaClient> = {
  name: "bolna",
  title: "Bolna",
  defaultBaseUrl: "https://api.bolna.ai",
  env: { apiKey: "BOLNA_API_KEY", baseUrl: "BOLNA_BASE_URL" },
  keyProblem: (apiKey) =>
    /^sa-[0-9a-f]{32}$/.test(apiKey)
      ? "is the key of a sub-account, which cannot manage sub-accounts; use a key of the organization"
      : undefined,
  keyShape: /\b(?:sa|bn)-\w{8,}/gi,
  // https://www.bolna.ai/docs/api-reference/rate-limiting
  rateLimit: { requests: 1_000, perMs: 60_000 },
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  decodeFailure,
  advice: async (status, { details }) => {
    const pool = poolFigures(details);
    if (pool) {
      return (
        `allowConcurrentCalls: ${pool.requested} asked, ${pool.available} available (the organization has ${pool.account_limit}, ` +
        `its sub-accounts use ${pool.subaccount_usage}). Lower this or another account, or have the organization's limit raised. Room that a ` +
        "removed account of this run gives back comes last: run `pulumi up --continue-on-error`, then `pulumi up`"
      );
    }
    // The live API answers 403 for a key it does not know, and for one that may not do this.
    if (status !== 401 && status !== 403) return undefined;
    return (
      "Bolna does not accept the key: it may be mistyped, expired, a sub-account's key, not an organization admin's, or " +
      "the organization may not have sub-accounts (an Enterprise feature)"
    );
  },
  probe: async (client) => {
    const pool = await client.retrieveMe();
    await client.listSubAccounts(undefined);
    return `an organization that may list sub-accounts${pool === undefined ? "" : `, ${pool} calls at once`}`;
  },
  client: bolnaClient,
};
