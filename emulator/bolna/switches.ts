import { z } from "zod";
import { type CommonSwitches, commonSwitches } from "../core/common-switches";
import { type RateSwitches, rateSwitches } from "../core/rate-window";
import {
  count,
  define,
  defineOptional,
  flag,
  listOrder,
  never,
  type SwitchesOf,
  text,
} from "../core/switches";

const own = {
  /** `organization_id` of the accounts that are made from now on. */
  organizationId: define(text, "3f1c0a52-7d0e-4b8a-9c55-0e5a1b2c3d4e", "key"),
  /** A create or PATCH with the name of another account. */
  duplicateName: define(z.literal(["accept", 400]), "accept", "scratch"),
  /** An empty `name`. */
  emptyName: define(
    z.literal(["accept", 400]),
    400,
    never("an account without its name could not be told from a customer's if the run were killed then"),
  ),
  /**
   * How concurrency is set: by `allow_concurrent_calls` (the reference), by `min_concurrency` with `max_concurrency` (the
   * vendor's newer client), or by either. Replies show the fields of the generation.
   */
  generation: define(z.literal(["calls", "minimum", "both"]), "calls", "key"),
  /** A field of the other generation is refused, or taken without effect; what the new one requires is then 0. */
  otherGeneration: define(z.literal(["refuse", "ignore"]), "refuse", "scratch"),
  /** Bad fields: 400 with a message, or 422 with `detail: [{loc, msg, type}]`. */
  badFields: define(z.literal(["message", "detail list"]), "message", "key"),
  /** Smallest `allow_concurrent_calls`; what 0 means is undocumented. */
  minConcurrentCalls: define(count, 0, "scratch"),
  /** Concurrent calls that the organization's sub-accounts share. */
  concurrencyPool: define(count, 1000, "key"),
  /** Whether create is refused beyond the pool, as a PATCH is. */
  createChecksPool: define(flag, true, "scratch"),
  /**
   * Whether what a sub-account has now counts as used when that same sub-account is patched. If so, even a decrease
   * is refused once the pool is full.
   */
  poolCountsPatched: define(flag, false, "scratch"),
  /** Every `allow_concurrent_calls` and `min_concurrency` is silently stored as this one. */
  clampConcurrentCalls: defineOptional(count, "scratch"),
  /** Whether the reply to a create shows the fields that were asked for, whatever is stored. */
  clampEchoes: define(flag, false, "scratch"),
  /** `multi_tenant: true` without all of `db_*`. */
  multiTenantWithoutDatabase: define(
    z.literal(["accept", 400]),
    "accept",
    never("an account whose database is missing may not be possible to delete"),
  ),
  /** Whether refusals of a key have no body. */
  bodilessAuthErrors: define(flag, false, "key"),
  /** A missing or unknown key: 401 in the documentation, 403 in the vendor's own client. */
  badKeyStatus: define(z.literal([401, 403]), 403, "key"),
  /** Whether the organization has the enterprise feature; without it every call on sub-accounts is refused with 403. */
  enterprise: define(flag, true, "key"),
  /** DELETE of an unknown id. */
  unknownDeleteStatus: define(z.literal([400, 404]), 404, "scratch"),
  /** PATCH or usage of an unknown id. */
  unknownIdStatus: define(z.literal([400, 404]), 404, "key"),
  /** A deleted sub-account stays in this many further replies to GET requests. */
  deletePending: define(count, 0, "scratch"),
  /**
   * A bare array (reference page), `{total, page, page_size, has_more, data}` with its query parameters, or an object with
   * the array under this name, as the vendor's own client reads it.
   */
  listEnvelope: define(z.literal(["array", "paged", "data", "items", "results"]), "array", "key"),
  /** A listing without accounts: an array like any other, `null`, or no body. */
  emptyList: define(z.literal(["array", "null", "no body"]), "array", "key"),
  /** Order of the listing, by creation. */
  listOrder: define(listOrder, "newest", "scratch"),
  /** Most items on a page of a listing in pages, whatever `page_size` asks for. */
  pageSize: define(z.int().min(1), 50, "key"),
  /** So many pages without items come between the first page and the next. */
  emptyPages: define(count, 0, "key"),
  /** A fault of paging: `has_more` is true on every page, and after the last one the first comes again. */
  endlessPages: define(flag, false, "key"),
};

/**
 * Behaviour that Bolna's documentation leaves open, each with the likeliest behaviour as its default. Change them at any time:
 * `emulator.bolna.switches.concurrencyPool = 10`.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/overview
 */
export interface BolnaSwitches extends CommonSwitches, RateSwitches, SwitchesOf<typeof own> {}

/** Every switch. 1000 requests a minute is from https://www.bolna.ai/docs/api-reference/rate-limiting. */
export const bolnaSwitches = {
  ...commonSwitches,
  ...rateSwitches(1000),
  ...own,
};
