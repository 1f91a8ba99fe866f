import type { VendorName } from "../../emulator/index.ts";
import { inWords, limitPath, subjectOf } from "./index.mts";
import type { Change, Drift, Values } from "./subject.mts";

/** The limit of an account with all arguments. */
export function fullLimit(vendor: VendorName): number {
  const { full } = subjectOf(vendor);
  return limitPath(vendor)
    .split(".")
    .reduce<unknown>((inner, key) => Object(inner)[key], full) as number;
}

/** Whether an account may be without a limit. */
function isLimitOptional(vendor: VendorName): boolean {
  const { limit, required = {} } = subjectOf(vendor);
  return !Object.keys(limit(1)).some((name) => name in required);
}

/** Changes of what every account has (its name, its limit, the `externalId` of a marked one), and the vendor's own. */
export function changesOf(vendor: VendorName): readonly Change[] {
  const { limit, isMarked, changes = [] } = subjectOf(vendor);
  const sent = (args: Values) => ({ change: args, sends: inWords(vendor, args) });
  const none = limit(undefined as never);
  return [
    { what: "the name", ...sent({ name: "New" }) },
    { what: "a limit", ...sent(limit(1)) },
    ...(isMarked
      ? [
          { what: "the externalId", ...sent({ externalId: "t2" }) },
          { what: "a declared externalId", from: {}, ...sent({ externalId: "t" }) },
        ]
      : []),
    ...(isLimitOptional(vendor)
      ? [
          { what: "a limit to null", ...sent(limit(null)) },
          { what: "a limit taken out", change: none, sends: inWords(vendor, limit(null)) },
          { what: "an absent limit to null", from: {}, change: limit(null), sends: undefined },
          { what: "a null limit taken out", from: limit(null), change: none, sends: undefined },
        ]
      : []),
    ...changes,
  ];
}

/** The same behind the program's back. */
export function driftsOf(vendor: VendorName): readonly Drift[] {
  const { limit, isMarked, drifts = [] } = subjectOf(vendor);
  const [argument = ""] = Object.keys(limit(1));
  const limited = (what: string, value: number | null) => {
    const sends = inWords(vendor, limit(fullLimit(vendor)));
    return { what, argument, change: inWords(vendor, limit(value)), sends };
  };
  return [
    { what: "the name", argument: "name", change: { name: "Changed" }, sends: { name: "Acme Corp" } },
    limited("a limit", 40),
    ...(isMarked
      ? [
          {
            what: "the externalId",
            argument: "externalId",
            change: { externalId: "x" },
            sends: { externalId: "tenant-acme" },
          },
        ]
      : []),
    ...(isLimitOptional(vendor) ? [limited("a removed limit", null)] : []),
    ...drifts,
  ];
}
