import type { UsageRow } from "../usage-report";
import { hasDrift } from "./words";

/** What a person should look at, the gravest first. */
export const looks = {
  over: "at or over the limit",
  near: "near the limit",
  drift: "drift",
  missing: "missing at the vendor",
  unknown: "could not be read",
  suspended: "suspended",
  ended: "ended",
  planned: "not made yet",
  warned: "warned of",
} as const;

export type Look = keyof typeof looks;

/** What of a row a person should look at. */
export function looksOf({ standing, status, metrics, warnings }: UsageRow, warnAt: number): Look[] {
  const share = Math.max(0, ...metrics.map((metric) => metric.share ?? 0));
  const found: Look[] = [];
  if (share >= 1) found.push("over");
  else if (share >= warnAt) found.push("near");
  if (metrics.some(hasDrift)) found.push("drift");
  if (standing === "planned") found.push("planned");
  else if (status !== "active") found.push(status);
  if (found.length === 0 && warnings.length > 0) found.push("warned");
  return found;
}
