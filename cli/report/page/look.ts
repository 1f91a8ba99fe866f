import { titleOf, type VendorName } from "../../../tenant/description";
import type { UsageMetric, UsageRow } from "../usage-report";
import { driftOf, nearOf } from "../warnings";

/** Marks the figures of a row that a person should look at, the gravest first. */
export const looks = {
  over: "at or over the limit",
  near: "near the limit",
  drift: "drift",
  warned: "other warnings",
} as const;

export type Look = keyof typeof looks;

export function looksOf(row: UsageRow, warnAt: number): Look[] {
  const { near, drift, others } = sorted(row, warnAt);
  const found: Look[] = [];
  if (near.some(({ share = 0 }) => share >= 1)) found.push("over");
  else if (near.length > 0) found.push("near");
  if (drift.length > 0) found.push("drift");
  if (found.length === 0 && row.status === "active" && others.length > 0) found.push("warned");
  return found;
}

/** The warnings of a row, those that its figures show by {@link looks} alone. */
export function shortWarnings(row: UsageRow, warnAt: number): string[] {
  const found = looksOf(row, warnAt).filter((look) => look !== "warned");
  return [...found.map((look) => looks[look]), ...sorted(row, warnAt).others];
}

/** The figures that warnings are of, and the other warnings. */
function sorted({ vendor, metrics, warnings }: UsageRow, warnAt: number) {
  if (warnings.length === 0) return { near: [], drift: [], others: [] };
  const title = titleOf(vendor as VendorName);
  const of = (warningsOf: (metric: UsageMetric) => string[]) =>
    metrics.filter((metric) => warningsOf(metric).some((warning) => warnings.includes(warning)));
  const [near, drift] = [of((metric) => nearOf(metric, warnAt)), of((metric) => driftOf(metric, title))];
  const told = [
    ...near.flatMap((each) => nearOf(each, warnAt)),
    ...drift.flatMap((each) => driftOf(each, title)),
  ];
  return { near, drift, others: warnings.filter((warning) => !told.includes(warning)) };
}

/** The states of an account that a person should look at, in the words of the table, the gravest first. */
export const statuses = ["missing", "could not be read", "suspended", "ended", "not made yet"] as const;

/** The state of an account: `active`, or one of {@link statuses}. */
export function statusOf({ standing, status }: UsageRow): "active" | (typeof statuses)[number] {
  if (standing === "planned") return "not made yet";
  return status === "unknown" ? "could not be read" : status;
}
