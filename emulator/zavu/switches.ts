import { z } from "zod";
import { type RefusedCalls, refusedCalls } from "../core/refused-calls";
import { count, define, defineOptional, flag, listOrder, type SwitchesOf, text } from "../core/switches";
import { type UsualSwitches, usualSwitches } from "../core/usual-switches";
import { refusals } from "./refusals";

const own = {
  /** `team.id` of `GET /v1/me`: who owns the accounts. */
  teamId: define(text, "jt7emulator0001", "key"),
  /** Whether `GET /v1/me` shows `team`. */
  teamShown: define(flag, true, "key"),
  /** `project.id` of the parent key in `GET /v1/me`. */
  projectId: define(text, "jx7parent000001", "key"),
  /** `isTestMode` of the parent key in `GET /v1/me`. */
  testMode: define(flag, false, "key"),
  /** A create or PATCH with an `externalId` that another account has. */
  duplicateExternalId: define(z.literal(["accept", 409]), "accept", "scratch"),
  /** Whether inactive accounts count for `duplicateExternalId: 409`. */
  duplicateCountsInactive: define(flag, true, "scratch"),
  /** An empty `name`. */
  emptyName: define(z.literal(["accept", 400]), 400, "scratch"),
  /** Longest `name` in a PATCH; documented (200) for create only. */
  patchNameMaxLength: define(z.int().min(1), 200, "scratch"),
  /** A PATCH without fields. */
  emptyPatch: define(z.literal(["ok", 400]), "ok", "scratch"),
  /** Whether the listing shows inactive accounts. */
  inactiveInList: define(flag, true, "scratch"),
  /** DELETE of an inactive account. */
  secondDelete: define(z.literal([200, 404]), 200, "scratch"),
  /** GET of an inactive account. */
  getInactive: define(z.literal(["ok", 404]), "ok", "scratch"),
  /** PATCH of an inactive account other than one that re-activates it. */
  patchInactive: define(z.literal(["ok", 400]), "ok", "scratch"),
  /** PATCH `status: "inactive"` revokes the keys, as DELETE does. */
  statusInactiveRevokesKeys: define(flag, false, "scratch"),
  /** How a stored `creditLimit` of 0 reads back. */
  zeroLimitReadsAs: define(z.literal([0, null, "absent"]), 0, "scratch"),
  /** How `externalId`, `creditLimit` and `metadata` read back when they are not set. */
  unsetReadsAs: define(z.literal([null, "absent"]), null, "key"),
  /** Every numeric `creditLimit` is silently stored as this one. */
  clampCreditLimit: defineOptional(count, "scratch"),
  /** Whether the replies to a create and to a PATCH show the `creditLimit` that was asked for, whatever is stored. */
  clampEchoes: define(flag, false, "scratch"),
  /** `{code, message}` (reference pages) or `{error: {code, message}}` (overview page). */
  errorEnvelope: define(z.literal(["flat", "nested"]), "flat", "key"),
  /** Whether the key listing shows revoked keys. */
  revokedKeysInList: define(flag, true, "scratch"),
  /** Revoking a revoked key. */
  secondRevoke: define(z.literal([204, 404]), 404, "scratch"),
  /** Status of a successful key creation. */
  keyCreateStatus: define(z.literal([200, 201]), 201, "scratch"),
  /** Creating a key on an inactive account. */
  keyCreateOnInactive: define(z.literal(["ok", 400]), 400, "scratch"),
  /** Order of the account listing, by creation. */
  listOrder: define(listOrder, "newest", "key"),
  /** The replies that show `metadata`, an optional field: all, or only those that read one account. */
  metadataShownIn: define(z.literal(["all", "single reads"]), "all", "scratch"),
  /** Name of the key that an account is born with. */
  ownKeyName: define(text, "Default", "scratch"),
  /** Most items on a page of the key listing, which then takes and gives cursors; without it there are no pages. */
  keyPageSize: defineOptional(z.int().min(1), "scratch"),
  /** Order of the key listing, by creation. */
  keyOrder: define(listOrder, "oldest", "scratch"),
  /** Unit of `X-RateLimit-Reset`: the rate-limit page shows milliseconds, the overview looks like seconds. */
  rateLimitResetUnit: define(z.literal(["ms", "s"]), "ms", "key"),
};

/**
 * Behaviour that Zavu's documentation leaves open, each with the likeliest behaviour as its default. Change them at any time:
 * `emulator.zavu.switches.secondDelete = 404`.
 * @see https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account
 */
export interface ZavuSwitches
  extends UsualSwitches,
    RefusedCalls<keyof typeof refusals>,
    SwitchesOf<typeof own> {}

/** Every switch. 600 requests a minute is from https://docs.zavu.dev/concepts/rate-limiting. */
export const zavuSwitches = {
  ...usualSwitches({ perMinute: 600, page: 100, rate: "key" }),
  ...refusedCalls(refusals),
  ...own,
};
