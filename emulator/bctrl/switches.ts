import { type CommonSwitches, commonDefaults } from "../core/common-switches";
import { type KeySwitches, keyDefaults } from "../core/key-switches";
import type { MetadataSwitches } from "../core/metadata";
import type { ListOrder, PageSwitches } from "../core/paging";
import type { RateSwitches } from "../core/rate-window";
import type { RefusedCalls } from "../core/refused-calls";
import type { BctrlRefusalCode } from "./refusals";

/**
 * Behaviour that bctrl's documentation leaves open, each with the likeliest behaviour as its default. Change them at any time:
 * `emulator.bctrl.switches.secondArchive = 404`.
 * @see https://platform.bctrl.ai/api
 */
export interface BctrlSwitches
  extends CommonSwitches,
    RateSwitches,
    PageSwitches,
    MetadataSwitches,
    KeySwitches,
    RefusedCalls<BctrlRefusalCode> {
  /** `organizationId` of `GET /v1/auth/whoami`: who owns the accounts. */
  organizationId: string;
  /**
   * The behaviour of a v1 path without `BCTRL-Version`, which is the release that the vendor pinned to the key: v1 as
   * documented before it, the newest version, or a refusal.
   */
  withoutVersion: "v1" | "current" | 400;
  /** Whether `{id}` may also be a name, in the newest version. */
  resolvesNames: boolean;
  /** A create or PATCH with an `externalId` that another account has. */
  duplicateExternalId: "accept" | 409;
  /** A create or PATCH with a `name` that another account has. */
  duplicateName: "accept" | 409;
  /** Whether archived accounts count for `duplicateExternalId: 409` and `duplicateName: 409`. */
  duplicateCountsArchived: boolean;
  /** The accounts of a listing without `status`. */
  listWithoutStatus: "all" | "active";
  /** Whether the filter `externalId` also finds longer ones. */
  externalIdFilter: "exact" | "prefix";
  /** Order of the listings, by creation, where `order` does not ask for one. */
  listOrder: ListOrder;
  /** The effect of a PATCH of `limits` on those left out: keep them, or reset them to null. */
  limits: "merge" | "replace";
  /** Smallest `monthlyCreditLimit`. */
  minimumLimit: number;
  /** Every numeric `monthlyCreditLimit` is silently stored as this one. */
  clampMonthlyCreditLimit?: number | undefined;
  /** Whether the replies to a create and to a PATCH show the limits that were asked for, whatever is stored. */
  clampEchoes: boolean;
  /** A PATCH of a spending cap by a key; "People may set this", says the vendor's SDK. */
  spendingCapByKey: "accept" | 403;
  /** Every spending cap that is no null is silently stored as this one. */
  clampSpendingCap?: number | undefined;
  /** A PATCH without fields. */
  emptyPatch: "ok" | 400;
  /** PATCH of an archived account. */
  patchArchived: "ok" | 409;
  /** GET of an archived account. */
  getArchived: "ok" | 404;
  /** Archiving an archived account; 409 is not among the declared errors of that call. */
  secondArchive: 200 | 404;
  /** How `archivedAt`, `externalId` and `metadata` read back when they are not set. */
  unsetReadsAs: null | "absent";
  /** The replies that show `metadata`, an optional field: all, or only those that read one account. */
  metadataShownIn: "all" | "single reads";
  /** Creating a key on an archived account; 409 is not among the declared errors of that call. */
  keyCreateOnArchived: "ok" | 403;
  /** Creating a key for an unknown `subaccountId`; 404 is not among the declared errors of that call. */
  keyCreateForUnknown: 400 | 403 | 404;
  /** Creating a key that has expired already. */
  pastExpiry: "accept" | 400;
  /** Whether the keys of an archived account work. */
  archivedKeysWork: boolean;
  /** Revoking a revoked key. */
  secondRevoke: 200 | 404;
  /** How long an `Idempotency-Key` is remembered, milliseconds. */
  idempotencyRetentionMs: number;
  /** The secret in a replayed creation of a key: the same, or a fresh one of the same key, which ends the one before. */
  replaySecret: "same" | "fresh";
  /** The envelope of errors on v2 paths. */
  v2Errors: "flat" | "nested";
  /** The reply to a PATCH of v2 limits: `{data: {runs, spaces, spend}}` or `{}`. */
  v2LimitsReply: "data" | "empty";
}

/** The defaults. No rate limit is documented. */
export const bctrlDefaults: BctrlSwitches = {
  organizationId: "org_emulated0organization",
  ...commonDefaults,
  ...keyDefaults,
  refuses: {},
  clampEchoes: false,
  withoutVersion: "v1",
  resolvesNames: true,
  duplicateExternalId: "accept",
  duplicateName: "accept",
  duplicateCountsArchived: true,
  listWithoutStatus: "all",
  externalIdFilter: "exact",
  listOrder: "newest",
  metadata: "replace",
  mergeNull: "removes",
  limits: "merge",
  minimumLimit: 0,
  spendingCapByKey: "accept",
  emptyPatch: "ok",
  patchArchived: 409,
  getArchived: "ok",
  secondArchive: 200,
  unsetReadsAs: null,
  metadataShownIn: "all",
  keyCreateOnArchived: 403,
  keyCreateForUnknown: 403,
  pastExpiry: 400,
  archivedKeysWork: false,
  secondRevoke: 404,
  pageSize: 200,
  limitAboveMaximum: 400,
  lastPageCursor: null,
  repeatCursor: false,
  loopCursors: false,
  emptyPages: 0,
  idempotencyRetentionMs: 24 * 60 * 60 * 1000,
  replaySecret: "same",
  v2Errors: "flat",
  v2LimitsReply: "data",
  requestsPerMinute: 600,
  rateWindowMs: 60_000,
  enforceRateLimit: false,
};
