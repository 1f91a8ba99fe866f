import { type CommonSwitches, commonDefaults } from "../core/common-switches";
import type { ListOrder } from "../core/paging";
import type { RateSwitches } from "../core/rate-window";

/**
 * Behaviour that Bolna's documentation leaves open, each with the likeliest behaviour as its default. Change them at any time:
 * `emulator.bolna.switches.concurrencyPool = 10`.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/overview
 */
export interface BolnaSwitches extends CommonSwitches, RateSwitches {
  /** `organization_id` of the accounts that are made from now on. */
  organizationId: string;
  /** A create or PATCH with the name of another account. */
  duplicateName: "accept" | 400;
  /** An empty `name`. */
  emptyName: "accept" | 400;
  /**
   * How concurrency is set: by `allow_concurrent_calls` (the reference), by `min_concurrency` with `max_concurrency` (the
   * vendor's newer client), or by either. Replies show the fields of the generation.
   */
  generation: "calls" | "minimum" | "both";
  /** A field of the other generation is refused, or taken without effect; what the new one requires is then 0. */
  otherGeneration: "refuse" | "ignore";
  /** Bad fields: 400 with a message, or 422 with `detail: [{loc, msg, type}]`. */
  badFields: "message" | "detail list";
  /** Smallest `allow_concurrent_calls`; what 0 means is undocumented. */
  minConcurrentCalls: number;
  /** Concurrent calls that the organization's sub-accounts share. */
  concurrencyPool: number;
  /** Whether create is refused beyond the pool, as a PATCH is. */
  createChecksPool: boolean;
  /**
   * Whether what a sub-account has now counts as used when that same sub-account is patched. If so, even a decrease
   * is refused once the pool is full.
   */
  poolCountsPatched: boolean;
  /** Every `allow_concurrent_calls` and `min_concurrency` is silently stored as this one. */
  clampConcurrentCalls?: number | undefined;
  /** Whether the reply to a create shows the fields that were asked for, whatever is stored. */
  clampEchoes: boolean;
  /** `multi_tenant: true` without all of `db_*`. */
  multiTenantWithoutDatabase: "accept" | 400;
  /** Whether refusals of a key have no body. */
  bodilessAuthErrors: boolean;
  /** A missing or unknown key: 401 in the documentation, 403 in the vendor's own client. */
  badKeyStatus: 401 | 403;
  /** Whether the organization has the enterprise feature; without it every call on sub-accounts is refused with 403. */
  enterprise: boolean;
  /** DELETE of an unknown id. */
  unknownDeleteStatus: 400 | 404;
  /** PATCH or usage of an unknown id. */
  unknownIdStatus: 400 | 404;
  /** A deleted sub-account stays in this many further replies to GET requests. */
  deletePending: number;
  /**
   * A bare array (reference page), `{total, page, page_size, has_more, data}` with its query parameters, or an object with
   * the array under this name, as the vendor's own client reads it.
   */
  listEnvelope: "array" | "paged" | "data" | "items" | "results";
  /** A listing without accounts: an array like any other, `null`, or no body. */
  emptyList: "array" | "null" | "no body";
  /** Order of the listing, by creation. */
  listOrder: ListOrder;
  /** Most items on a page of a listing in pages, whatever `page_size` asks for. */
  pageSize: number;
  /** So many pages without items come between the first page and the next. */
  emptyPages: number;
  /** A fault of paging: `has_more` is true on every page, and after the last one the first comes again. */
  endlessPages: boolean;
}

/** The defaults; 1000 requests a minute is from https://www.bolna.ai/docs/api-reference/rate-limiting. */
export const bolnaDefaults: BolnaSwitches = {
  organizationId: "3f1c0a52-7d0e-4b8a-9c55-0e5a1b2c3d4e",
  ...commonDefaults,
  clampEchoes: false,
  generation: "calls",
  otherGeneration: "refuse",
  badFields: "message",
  bodilessAuthErrors: false,
  emptyList: "array",
  pageSize: 50,
  emptyPages: 0,
  endlessPages: false,
  duplicateName: "accept",
  emptyName: 400,
  minConcurrentCalls: 0,
  concurrencyPool: 1000,
  createChecksPool: true,
  poolCountsPatched: false,
  multiTenantWithoutDatabase: "accept",
  badKeyStatus: 403,
  enterprise: true,
  unknownDeleteStatus: 404,
  unknownIdStatus: 404,
  deletePending: 0,
  listEnvelope: "array",
  listOrder: "newest",
  requestsPerMinute: 1000,
  rateWindowMs: 60_000,
  enforceRateLimit: false,
};
