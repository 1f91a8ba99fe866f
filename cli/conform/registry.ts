import type { BctrlSwitches, BolnaSwitches, ZavuSwitches } from "../../emulator";

/** How a switch of the emulator can be told of the real vendor: with a key alone, with scratch accounts, or not. */
export type Mark = "key" | "scratch" | { readonly notObservable: string };

const no = (notObservable: string): Mark => ({ notObservable });

const ofEveryVendor = {
  lagMs: "scratch",
  clockOffsetMs: "key",
  gzip: "key",
  normalizes: "scratch",
  echo: no("a function of the emulator for tests of redaction, not one behaviour"),
  latencyMs: no("how long a reply takes is of the network and of the day"),
  rateWindowMs: no("two windows would have to end while the run waits"),
  enforceRateLimit: no("a run would have to send more than the limit, which other programs share"),
} as const satisfies Record<string, Mark>;

const ofCursors = {
  pageSize: "key",
  limitAboveMaximum: "key",
  lastPageCursor: "key",
  repeatCursor: "key",
  loopCursors: "key",
  emptyPages: "key",
} as const satisfies Record<string, Mark>;

const ofKeys = {
  shortKeyPrefix: "scratch",
  keyPrefixShown: "scratch",
  lastUseShown: "scratch",
  keyCreatedAt: "scratch",
  keyTimeUnit: "scratch",
} as const satisfies Record<string, Mark>;

const refuses = no(
  "which calls a plan refuses is a list of calls: those of the run that were refused are in the report",
);
const requestsPerMinute = no(
  "replies say nothing of the limit, and reaching it would hold up other programs",
);

/** Every switch of the emulator, each with its mark. A switch without a line here does not compile. */
export const marks: {
  readonly bctrl: Readonly<Record<keyof BctrlSwitches, Mark>>;
  readonly bolna: Readonly<Record<keyof BolnaSwitches, Mark>>;
  readonly zavu: Readonly<Record<keyof ZavuSwitches, Mark>>;
} = {
  bctrl: {
    ...ofEveryVendor,
    ...ofCursors,
    ...ofKeys,
    refuses,
    requestsPerMinute,
    organizationId: "key",
    withoutVersion: "key",
    resolvesNames: "scratch",
    duplicateExternalId: "scratch",
    duplicateName: "scratch",
    duplicateCountsArchived: "scratch",
    listWithoutStatus: "scratch",
    externalIdFilter: "scratch",
    listOrder: "key",
    metadata: "scratch",
    mergeNull: "scratch",
    limits: "scratch",
    minimumLimit: "scratch",
    clampMonthlyCreditLimit: "scratch",
    clampEchoes: "scratch",
    spendingCapByKey: "scratch",
    clampSpendingCap: "scratch",
    emptyPatch: "scratch",
    patchArchived: "scratch",
    getArchived: "scratch",
    secondArchive: "scratch",
    unsetReadsAs: "key",
    metadataShownIn: "scratch",
    keyCreateOnArchived: "scratch",
    keyCreateForUnknown: "scratch",
    pastExpiry: "scratch",
    archivedKeysWork: "scratch",
    secondRevoke: "scratch",
    idempotencyRetentionMs: no("a run would have to wait as long as a key is remembered, perhaps a day"),
    replaySecret: "scratch",
    v2Errors: "key",
    v2LimitsReply: "scratch",
  },
  bolna: {
    ...ofEveryVendor,
    requestsPerMinute,
    organizationId: "key",
    duplicateName: "scratch",
    emptyName: no(
      "an account without its name could not be told from a customer's if the run were killed then",
    ),
    generation: "key",
    otherGeneration: "scratch",
    badFields: "key",
    minConcurrentCalls: "scratch",
    concurrencyPool: "key",
    createChecksPool: "scratch",
    poolCountsPatched: "scratch",
    clampConcurrentCalls: "scratch",
    clampEchoes: "scratch",
    multiTenantWithoutDatabase: no("an account whose database is missing may not be possible to delete"),
    bodilessAuthErrors: "key",
    badKeyStatus: "key",
    enterprise: "key",
    unknownDeleteStatus: "scratch",
    unknownIdStatus: "key",
    deletePending: "scratch",
    listEnvelope: "key",
    emptyList: "key",
    listOrder: "scratch",
    pageSize: "key",
    emptyPages: "key",
    endlessPages: "key",
  },
  zavu: {
    ...ofEveryVendor,
    ...ofCursors,
    ...ofKeys,
    refuses,
    requestsPerMinute: "key",
    teamId: "key",
    teamShown: "key",
    projectId: "key",
    testMode: "key",
    duplicateExternalId: "scratch",
    duplicateCountsInactive: "scratch",
    emptyName: "scratch",
    patchNameMaxLength: "scratch",
    emptyPatch: "scratch",
    inactiveInList: "scratch",
    metadata: "scratch",
    mergeNull: "scratch",
    secondDelete: "scratch",
    getInactive: "scratch",
    patchInactive: "scratch",
    statusInactiveRevokesKeys: "scratch",
    zeroLimitReadsAs: "scratch",
    unsetReadsAs: "key",
    clampCreditLimit: "scratch",
    clampEchoes: "scratch",
    errorEnvelope: "key",
    revokedKeysInList: "scratch",
    secondRevoke: "scratch",
    keyCreateStatus: "scratch",
    keyCreateOnInactive: "scratch",
    listOrder: "key",
    metadataShownIn: "scratch",
    ownKeyName: "scratch",
    keyPageSize: "scratch",
    keyOrder: "scratch",
    rateLimitResetUnit: "key",
  },
};
