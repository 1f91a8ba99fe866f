import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AskedVendor, askedVendors } from "../../../cli/conform/ask";
import type { SwitchReport } from "../../../cli/conform/report";
import { type EmulatorOptions, switchMarks, type VendorName } from "../../../emulator";
import { conformWorld, YES } from "./conform-world";

type Values = Readonly<Record<string, unknown>>;
type Settings = Record<string, fc.Arbitrary<unknown>>;

const RUNS = 30;

/** The switches of a vendor, turned at random, and how many accounts of others it has. */
interface Scene {
  readonly switches: Values;
  readonly others: number;
}

const pick = (...values: unknown[]) => fc.constantFrom(...values);

const ofEveryVendor: Settings = {
  lagMs: pick(0, 0, 0, 0, 3_000, 20_000),
  clockOffsetMs: pick(0, 7_000, -90_000),
  gzip: fc.boolean(),
  normalizes: fc.subarray(["trim", "lower case", "NFC"]),
};

const ofCursors: Settings = {
  pageSize: pick(3, 100, 100),
  limitAboveMaximum: pick(400, "clamp"),
  lastPageCursor: pick(null, ""),
  repeatCursor: pick(false, false, false, true),
  loopCursors: pick(false, false, false, true),
  emptyPages: pick(0, 1),
};

const ofKeys: Settings = {
  shortKeyPrefix: pick(0, 6, 10),
  keyPrefixShown: fc.boolean(),
  lastUseShown: fc.boolean(),
  keyCreatedAt: pick("usual", "number", "number in a text", "microseconds", "nanoseconds", "absent", null),
  keyTimeUnit: pick("ms", "s"),
};

const metadata: Settings = {
  metadata: pick("replace", "merge"),
  mergeNull: pick("removes", "stores", "ignored"),
  metadataShownIn: pick("all", "single reads"),
};

const settings: Readonly<Record<AskedVendor, Settings>> = {
  bctrl: {
    ...ofEveryVendor,
    ...ofCursors,
    ...ofKeys,
    ...metadata,
    organizationId: pick("org_one", "org_two"),
    withoutVersion: pick("v1", "current", 400),
    resolvesNames: fc.boolean(),
    duplicateExternalId: pick("accept", 409),
    duplicateName: pick("accept", 409),
    duplicateCountsArchived: fc.boolean(),
    listWithoutStatus: pick("all", "active"),
    externalIdFilter: pick("exact", "prefix"),
    listOrder: pick("newest", "oldest", "unordered"),
    limits: pick("merge", "replace"),
    minimumLimit: pick(0, 1, 5),
    clampMonthlyCreditLimit: pick(undefined, 1_500),
    clampEchoes: fc.boolean(),
    spendingCapByKey: pick("accept", 403),
    clampSpendingCap: pick(undefined, 150),
    emptyPatch: pick("ok", 400),
    patchArchived: pick("ok", 409),
    getArchived: pick("ok", 404),
    secondArchive: pick(200, 404),
    unsetReadsAs: pick(null, "absent"),
    keyCreateOnArchived: pick("ok", 403),
    keyCreateForUnknown: pick(400, 403, 404),
    pastExpiry: pick("accept", 400),
    archivedKeysWork: fc.boolean(),
    secondRevoke: pick(200, 404),
    replaySecret: pick("same", "fresh"),
    v2Errors: pick("flat", "nested"),
    v2LimitsReply: pick("data", "empty"),
  },
  bolna: {
    ...ofEveryVendor,
    organizationId: pick("3f1c0a52-7d0e-4b8a-9c55-0e5a1b2c3d4e", "c2a7e9d4-50b1-4f3e-8d6a-7b1c9e0f2a35"),
    duplicateName: pick("accept", 400),
    generation: pick("calls", "minimum", "both"),
    otherGeneration: pick("refuse", "ignore"),
    badFields: pick("message", "detail list"),
    minConcurrentCalls: pick(0, 1),
    concurrencyPool: pick(60, 1_000),
    createChecksPool: fc.boolean(),
    poolCountsPatched: fc.boolean(),
    clampConcurrentCalls: pick(undefined, undefined, 3),
    clampEchoes: fc.boolean(),
    bodilessAuthErrors: fc.boolean(),
    badKeyStatus: pick(401, 403),
    enterprise: fc.constant(true),
    unknownDeleteStatus: pick(400, 404),
    unknownIdStatus: pick(400, 404),
    deletePending: pick(0, 0, 2),
    listEnvelope: pick("array", "paged", "data", "items", "results"),
    emptyList: pick("array", "null", "no body"),
    listOrder: pick("newest", "oldest", "unordered"),
    pageSize: pick(3, 50),
    emptyPages: pick(0, 1),
    endlessPages: fc.boolean(),
  },
  zavu: {
    ...ofEveryVendor,
    ...ofCursors,
    ...ofKeys,
    ...metadata,
    requestsPerMinute: pick(600, 1_200),
    teamId: pick("jt7one", "jt7two"),
    teamShown: fc.boolean(),
    projectId: pick("jx7one", "jx7two"),
    testMode: fc.boolean(),
    duplicateExternalId: pick("accept", 409),
    duplicateCountsInactive: fc.boolean(),
    emptyName: pick("accept", 400),
    patchNameMaxLength: pick(200, 200, 200, 100, 255, 230),
    emptyPatch: pick("ok", 400),
    inactiveInList: fc.boolean(),
    secondDelete: pick(200, 404),
    getInactive: pick("ok", 404),
    patchInactive: pick("ok", 400),
    statusInactiveRevokesKeys: fc.boolean(),
    zeroLimitReadsAs: pick(0, null, "absent"),
    unsetReadsAs: pick(null, "absent"),
    clampCreditLimit: pick(undefined, 600, 0),
    clampEchoes: fc.boolean(),
    errorEnvelope: pick("flat", "nested"),
    revokedKeysInList: fc.boolean(),
    secondRevoke: pick(204, 404),
    keyCreateStatus: pick(200, 201),
    keyCreateOnInactive: pick("ok", 400),
    listOrder: pick("newest", "oldest", "unordered"),
    ownKeyName: pick("Default", "First"),
    keyPageSize: pick(undefined, undefined, undefined, 1, 50),
    keyOrder: pick("newest", "oldest", "unordered"),
    rateLimitResetUnit: pick("ms", "s"),
  },
};

/** Where a scene hides a switch: nothing that a call could show depends on it. */
const hidden: Readonly<Record<AskedVendor, (scene: Scene) => string[]>> = {
  bctrl: (scene) => {
    const { switches: s } = scene;
    return [
      ...hiddenByPages(scene, scene.others),
      ...hiddenByKeys(s, ["number", "number in a text"]),
      ...(s["metadata"] === "replace" ? ["mergeNull"] : []),
      ...(s["duplicateName"] === "accept" && s["duplicateExternalId"] === "accept"
        ? ["duplicateCountsArchived"]
        : []),
      ...(s["minimumLimit"] === 5 ? ["minimumLimit"] : []),
      ...(s["clampMonthlyCreditLimit"] === undefined ? ["clampEchoes"] : []),
      ...(s["spendingCapByKey"] === 403 ? ["clampSpendingCap"] : []),
    ];
  },
  bolna: ({ switches: s, others }) => {
    const isMinimum = s["generation"] === "minimum";
    const isPaged = s["listEnvelope"] === "paged";
    const isClamped = s["clampConcurrentCalls"] !== undefined;
    // A create whose field was ignored shows nothing of the other one.
    const isIgnored = isMinimum && s["otherGeneration"] === "ignore" && others === 0;
    return [
      ...(others > 0 ? ["emptyList"] : []),
      ...(s["generation"] === "both" ? ["otherGeneration"] : []),
      ...(isMinimum ? ["minConcurrentCalls"] : []),
      ...(isMinimum || isClamped ? ["createChecksPool", "poolCountsPatched"] : []),
      ...(isClamped && !isIgnored ? [] : ["clampEchoes"]),
      ...(isPaged
        ? others > Number(s["pageSize"])
          ? []
          : ["pageSize", "emptyPages"]
        : ["pageSize", "emptyPages", "endlessPages"]),
      ...(isPaged && s["listOrder"] !== "newest" ? ["deletePending"] : []),
      ...(others < 29 ? ["listOrder"] : []),
    ];
  },
  zavu: (scene) => {
    const { switches: s } = scene;
    const clamp = s["clampCreditLimit"];
    const isHiddenClamp = clamp === 0 && s["zeroLimitReadsAs"] !== 0;
    return [
      ...hiddenByPages(scene, scene.others),
      ...hiddenByKeys(s, ["usual", "number", "number in a text"]),
      ...(s["teamShown"] ? [] : ["teamId"]),
      ...(s["metadata"] === "replace" ? ["mergeNull"] : []),
      ...(s["duplicateExternalId"] === "accept" ? ["duplicateCountsInactive"] : []),
      ...(s["patchNameMaxLength"] === 230 ? ["patchNameMaxLength"] : []),
      ...(isHiddenClamp ? ["clampCreditLimit"] : []),
      ...(isHiddenClamp || clamp === 600 ? ["zeroLimitReadsAs"] : []),
      ...(isHiddenClamp || clamp === undefined ? ["clampEchoes"] : []),
      ...(s["keyPageSize"] === 50 ? ["keyPageSize"] : []),
    ];
  },
};

function hiddenByPages({ switches: s }: Scene, listed: number): string[] {
  const isOnePage = listed <= Number(s["pageSize"]);
  return [
    ...(isOnePage ? ["pageSize", "emptyPages"] : []),
    ...(s["repeatCursor"] || s["loopCursors"] ? ["lastPageCursor"] : []),
    ...(s["loopCursors"] || (isOnePage && s["repeatCursor"]) ? ["repeatCursor"] : []),
    ...(isOnePage && (s["repeatCursor"] || s["loopCursors"]) ? ["loopCursors"] : []),
    ...(listed < 7 ? ["listOrder"] : []),
  ];
}

function hiddenByKeys(s: Values, numbers: unknown[]): string[] {
  return [
    ...(s["keyPrefixShown"] ? [] : ["shortKeyPrefix"]),
    ...(numbers.includes(s["keyCreatedAt"]) ? [] : ["keyTimeUnit"]),
  ];
}

/** Whether the value that was told is the one of the scene, or does the same. */
function isRight(vendor: VendorName, name: string, told: unknown, actual: unknown): boolean {
  if (name === "lagMs") {
    const [ms, is] = [Number(told), Number(actual)];
    return is === 0 ? ms === 0 : ms >= is && ms <= 4 * is;
  }
  if (name === "normalizes")
    return JSON.stringify([told].flat().sort()) === JSON.stringify([actual].flat().sort());
  // Zavu's usual form is a number.
  if (name === "keyCreatedAt" && vendor === "zavu" && actual === "number") return told === "usual";
  return told === actual;
}

const observable = (vendor: AskedVendor): string[] =>
  Object.entries(switchMarks[vendor]).flatMap(([name, mark]) => (typeof mark === "string" ? [name] : []));

describe("every switch of the emulator", () => {
  it.each(askedVendors)("that is observable is turned in these tests: %s", (vendor) => {
    expect(Object.keys(settings[vendor]).sort()).toEqual(observable(vendor).sort());
  });
});

describe("subaccounts conform, against an emulator whose switches are turned at random", () => {
  const others: Readonly<Record<AskedVendor, fc.Arbitrary<number>>> = {
    bctrl: pick(0, 8) as fc.Arbitrary<number>,
    bolna: pick(0, 5, 29) as fc.Arbitrary<number>,
    zavu: pick(0, 8) as fc.Arbitrary<number>,
  };

  it.each(askedVendors)(
    "tells every switch as it is, and none that nothing shows: %s",
    { timeout: 420_000 },
    async (vendor) => {
      const scene = fc
        .record({ switches: fc.record(settings[vendor]), others: others[vendor] })
        // Ten pages are read of a listing, and no run has calls for a second look at them all.
        .map((each) =>
          each.others > 10 && each.switches["listEnvelope"] === "paged" ? { ...each, others: 5 } : each,
        );
      let cut = 0;
      const property = fc.asyncProperty(scene, async ({ switches, others }) => {
        const options: EmulatorOptions = { [vendor]: switches };
        const { emulator, seed, run } = await conformWorld(options);
        try {
          seed(vendor, others);
          const foreign = emulator[vendor].dump();
          const { of, code, output } = await run(["--vendor", vendor, YES]);
          const report = of(vendor);
          const about = (each: SwitchReport) => ({ is: switches[each.name], ...each });
          const asked = report.switches.filter(({ state }) => state !== "not observable");
          const told = asked.filter(({ state }) => state === "told");
          expect(
            told.filter(({ name, value }) => !isRight(vendor, name, value, switches[name])).map(about),
          ).toEqual([]);
          const mayHide = hidden[vendor]({ switches, others });
          const isCut = ({ because }: SwitchReport) => /calls of a run were/.test(because);
          const untold = asked.filter(({ name, state }) => state !== "told" && !mayHide.includes(name));
          expect(untold.filter((each) => !isCut(each)).map(about)).toEqual([]);
          if (untold.length > 0) cut++;
          else expect({ code, problems: report.problems }).toEqual({ code: 0, problems: [] });
          expect(code).toBeLessThanOrEqual(1);
          expect(report.calls).toBeLessThanOrEqual(60);
          const ids = new Set(foreign.map(({ id }) => id));
          expect(emulator[vendor].dump().filter(({ id }) => ids.has(id))).toEqual(foreign);
          expect(output).not.toContain(emulator[vendor].apiKey);
        } finally {
          await emulator.close();
        }
      });
      await fc.assert(property, { seed: 20_261_127, numRuns: RUNS });
      // A listing of many pages, cursors that lead back and a lag take calls that other questions then lack.
      expect(cut).toBeLessThanOrEqual(RUNS / 3);
    },
  );
});
