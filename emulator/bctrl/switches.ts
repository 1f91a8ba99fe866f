import { z } from "zod";
import { type RefusedCalls, refusedCalls } from "../core/refused-calls";
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
import { type UsualSwitches, usualSwitches } from "../core/usual-switches";
import { refusals } from "./refusals";

const own = {
  /** `organizationId` of `GET /v1/auth/whoami`: who owns the accounts. */
  organizationId: define(text, "org_emulated0organization", "key"),
  /**
   * The behaviour of a v1 path without `BCTRL-Version`, which is the release that the vendor pinned to the key: v1 as
   * documented before it, the newest version, or a refusal.
   */
  withoutVersion: define(z.literal(["v1", "current", 400]), "v1", "key"),
  /** Whether `{id}` may also be a name, in the newest version. */
  resolvesNames: define(flag, true, "scratch"),
  /** A create or PATCH with an `externalId` that another account has. */
  duplicateExternalId: define(z.literal(["accept", 409]), "accept", "scratch"),
  /** A create or PATCH with a `name` that another account has. */
  duplicateName: define(z.literal(["accept", 409]), "accept", "scratch"),
  /** Whether archived accounts count for `duplicateExternalId: 409` and `duplicateName: 409`. */
  duplicateCountsArchived: define(flag, true, "scratch"),
  /** The accounts of a listing without `status`. */
  listWithoutStatus: define(z.literal(["all", "active"]), "all", "scratch"),
  /** Whether the filter `externalId` also finds longer ones. */
  externalIdFilter: define(z.literal(["exact", "prefix"]), "exact", "scratch"),
  /** Order of the listings, by creation, where `order` does not ask for one. */
  listOrder: define(listOrder, "newest", "key"),
  /** The effect of a PATCH of `limits` on those left out: keep them, or reset them to null. */
  limits: define(z.literal(["merge", "replace"]), "merge", "scratch"),
  /** Smallest `monthlyCreditLimit`. */
  minimumLimit: define(z.number(), 0, "scratch"),
  /** Every numeric `monthlyCreditLimit` is silently stored as this one. */
  clampMonthlyCreditLimit: defineOptional(z.number().min(0), "scratch"),
  /** Whether the replies to a create and to a PATCH show the limits that were asked for, whatever is stored. */
  clampEchoes: define(flag, false, "scratch"),
  /** A PATCH of a spending cap by a key; "People may set this", says the vendor's SDK. */
  spendingCapByKey: define(z.literal(["accept", 403]), "accept", "scratch"),
  /** Every spending cap that is no null is silently stored as this one. */
  clampSpendingCap: defineOptional(count, "scratch"),
  /** A PATCH without fields. */
  emptyPatch: define(z.literal(["ok", 400]), "ok", "scratch"),
  /** PATCH of an archived account. */
  patchArchived: define(z.literal(["ok", 409]), 409, "scratch"),
  /** GET of an archived account. */
  getArchived: define(z.literal(["ok", 404]), "ok", "scratch"),
  /** Archiving an archived account; 409 is not among the declared errors of that call. */
  secondArchive: define(z.literal([200, 404]), 200, "scratch"),
  /** How `archivedAt`, `externalId` and `metadata` read back when they are not set. */
  unsetReadsAs: define(z.literal([null, "absent"]), null, "key"),
  /** The replies that show `metadata`, an optional field: all, or only those that read one account. */
  metadataShownIn: define(z.literal(["all", "single reads"]), "all", "scratch"),
  /** Creating a key on an archived account; 409 is not among the declared errors of that call. */
  keyCreateOnArchived: define(z.literal(["ok", 403]), 403, "scratch"),
  /** Creating a key for an unknown `subaccountId`; 404 is not among the declared errors of that call. */
  keyCreateForUnknown: define(z.literal([400, 403, 404]), 403, "scratch"),
  /** Creating a key that has expired already. */
  pastExpiry: define(z.literal(["accept", 400]), 400, "scratch"),
  /** Whether the keys of an archived account work. */
  archivedKeysWork: define(flag, false, "scratch"),
  /** Revoking a revoked key. */
  secondRevoke: define(z.literal([200, 404]), 404, "scratch"),
  /** How long an `Idempotency-Key` is remembered, milliseconds. */
  idempotencyRetentionMs: define(
    count,
    24 * 60 * 60 * 1000,
    never("a run would have to wait as long as a key is remembered, perhaps a day"),
  ),
  /** The secret in a replayed creation of a key: the same, or a fresh one of the same key, which ends the one before. */
  replaySecret: define(z.literal(["same", "fresh"]), "same", "scratch"),
  /** The envelope of errors on v2 paths. */
  v2Errors: define(z.literal(["flat", "nested"]), "flat", "key"),
  /** The reply to a PATCH of v2 limits: `{data: {runs, spaces, spend}}` or `{}`. */
  v2LimitsReply: define(z.literal(["data", "empty"]), "data", "scratch"),
};

/**
 * Behaviour that bctrl's documentation leaves open, each with the likeliest behaviour as its default. Change them at any time:
 * `emulator.bctrl.switches.secondArchive = 404`.
 * @see https://platform.bctrl.ai/api
 */
export interface BctrlSwitches
  extends UsualSwitches,
    RefusedCalls<keyof typeof refusals>,
    SwitchesOf<typeof own> {}

/** Every switch. No rate limit is documented. */
export const bctrlSwitches = {
  ...usualSwitches({ perMinute: 600, page: 200 }),
  ...refusedCalls(refusals),
  ...own,
};
