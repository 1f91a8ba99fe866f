import type { UsageRow } from "../usage-report";
import { hasDrift } from "./words";

/** What a person should look at in the figures of a row, the gravest first. */
export const looks = {
  over: "at or over the limit",
  near: "near the limit",
  drift: "drift",
  warned: "other warnings",
} as const;

export type Look = keyof typeof looks;

export function looksOf({ metrics, warnings, status }: UsageRow, warnAt: number): Look[] {
  const share = Math.max(0, ...metrics.map((metric) => metric.share ?? 0));
  const found: Look[] = [];
  if (share >= 1) found.push("over");
  else if (share >= warnAt) found.push("near");
  if (metrics.some(hasDrift)) found.push("drift");
  if (found.length === 0 && status === "active" && warnings.length > 0) found.push("warned");
  return found;
}

/** The states of an account that a person should look at, in the words of the table, the gravest first. */
export const statuses = ["missing", "could not be read", "suspended", "ended", "not made yet"] as const;

/** The state of an account: `active`, or one of {@link statuses}. */
export function statusOf({ standing, status }: UsageRow): "active" | (typeof statuses)[number] {
  if (standing === "planned") return "not made yet";
  return status === "unknown" ? "could not be read" : status;
}
