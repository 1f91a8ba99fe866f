import { type CommonSwitches, commonDefaults } from "../core/common-switches";
import { type KeySwitches, keyDefaults } from "../core/key-switches";
import type { MetadataSwitches } from "../core/metadata";
import type { ListOrder, PageSwitches } from "../core/paging";
import type { RateSwitches } from "../core/rate-window";
import type { RefusedCalls } from "../core/refused-calls";
import type { ZavuRefusalCode } from "./errors";

/**
 * Behaviour that Zavu's documentation leaves open, each with the likeliest behaviour as its default. Change them at any time:
 * `emulator.zavu.switches.secondDelete = 404`.
 * @see https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account
 */
export interface ZavuSwitches
  extends CommonSwitches,
    RateSwitches,
    PageSwitches,
    MetadataSwitches,
    KeySwitches,
    RefusedCalls<ZavuRefusalCode> {
  /** `team.id` of `GET /v1/me`: who owns the accounts. */
  teamId: string;
  /** Whether `GET /v1/me` shows `team`. */
  teamShown: boolean;
  /** `project.id` of the parent key in `GET /v1/me`. */
  projectId: string;
  /** `isTestMode` of the parent key in `GET /v1/me`. */
  testMode: boolean;
  /** A create or PATCH with an `externalId` that another account has. */
  duplicateExternalId: "accept" | 409;
  /** Whether inactive accounts count for `duplicateExternalId: 409`. */
  duplicateCountsInactive: boolean;
  /** An empty `name`. */
  emptyName: "accept" | 400;
  /** Longest `name` in a PATCH; documented (200) for create only. */
  patchNameMaxLength: number;
  /** A PATCH without fields. */
  emptyPatch: "ok" | 400;
  /** Whether the listing shows inactive accounts. */
  inactiveInList: boolean;
  /** DELETE of an inactive account. */
  secondDelete: 200 | 404;
  /** GET of an inactive account. */
  getInactive: "ok" | 404;
  /** PATCH of an inactive account other than one that re-activates it. */
  patchInactive: "ok" | 400;
  /** PATCH `status: "inactive"` revokes the keys, as DELETE does. */
  statusInactiveRevokesKeys: boolean;
  /** How a stored `creditLimit` of 0 reads back. */
  zeroLimitReadsAs: 0 | null | "absent";
  /** How `externalId`, `creditLimit` and `metadata` read back when they are not set. */
  unsetReadsAs: null | "absent";
  /** Every numeric `creditLimit` is silently stored as this one. */
  clampCreditLimit?: number | undefined;
  /** Whether the replies to a create and to a PATCH show the `creditLimit` that was asked for, whatever is stored. */
  clampEchoes: boolean;
  /** `{code, message}` (reference pages) or `{error: {code, message}}` (overview page). */
  errorEnvelope: "flat" | "nested";
  /** Whether the key listing shows revoked keys. */
  revokedKeysInList: boolean;
  /** Revoking a revoked key. */
  secondRevoke: 204 | 404;
  /** Status of a successful key creation. */
  keyCreateStatus: 200 | 201;
  /** Creating a key on an inactive account. */
  keyCreateOnInactive: "ok" | 400;
  /** Order of the account listing, by creation. */
  listOrder: ListOrder;
  /** The replies that show `metadata`, an optional field: all, or only those that read one account. */
  metadataShownIn: "all" | "single reads";
  /** Name of the key that an account is born with. */
  ownKeyName: string;
  /** Most items on a page of the key listing, which then takes and gives cursors; without it there are no pages. */
  keyPageSize?: number | undefined;
  /** Order of the key listing, by creation. */
  keyOrder: ListOrder;
  /** Unit of `X-RateLimit-Reset`: the rate-limit page shows milliseconds, the overview looks like seconds. */
  rateLimitResetUnit: "ms" | "s";
}

/** The defaults; 600 requests a minute is from https://docs.zavu.dev/concepts/rate-limiting. */
export const zavuDefaults: ZavuSwitches = {
  teamId: "jt7emulator0001",
  teamShown: true,
  projectId: "jx7parent000001",
  testMode: false,
  ...commonDefaults,
  ...keyDefaults,
  refuses: {},
  clampEchoes: false,
  ownKeyName: "Default",
  keyOrder: "oldest",
  duplicateExternalId: "accept",
  duplicateCountsInactive: true,
  emptyName: 400,
  patchNameMaxLength: 200,
  emptyPatch: "ok",
  inactiveInList: true,
  metadata: "replace",
  mergeNull: "removes",
  secondDelete: 200,
  getInactive: "ok",
  patchInactive: "ok",
  statusInactiveRevokesKeys: false,
  zeroLimitReadsAs: 0,
  unsetReadsAs: null,
  errorEnvelope: "flat",
  revokedKeysInList: true,
  secondRevoke: 404,
  keyCreateStatus: 201,
  keyCreateOnInactive: 400,
  listOrder: "newest",
  pageSize: 100,
  limitAboveMaximum: 400,
  lastPageCursor: null,
  repeatCursor: false,
  loopCursors: false,
  emptyPages: 0,
  metadataShownIn: "all",
  rateLimitResetUnit: "ms",
  requestsPerMinute: 600,
  rateWindowMs: 60_000,
  enforceRateLimit: false,
};
