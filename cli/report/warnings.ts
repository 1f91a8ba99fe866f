import { accountOf, titleOf, type VendorName } from "../../tenant/description";
import { hasDrift, percentOf } from "./metrics";
import { lastDayOf } from "./month";
import { otherSetShown, type Seen } from "./seen";
import type { UsageMetric, UsageRow } from "./usage-report";

/** Says what a person should look at. */
export function warningsOf(
  row: UsageRow,
  warnAt: number,
  { seen, isSuspended, stacks }: { seen: Seen | undefined; isSuspended: boolean; stacks: readonly string[] },
): string[] {
  const title = titleOf(row.vendor as VendorName);
  if (row.standing === "retained" && row.status !== "ended") {
    return [
      `it carries the marker of ${stacks[0]}, whose state does not have it any more: it lives and is paid`,
    ];
  }
  if (row.standing === "unclaimed") {
    // One with another stack's marker is that stack's.
    return row.status === "ended" || seen?.marker !== undefined ? [] : ["no state that was read has it"];
  }
  if (row.standing !== "managed") return [];
  if (row.status === "missing") return [`${title} does not show it: pulumi refresh tells whether it is gone`];
  if (seen === undefined) return [];
  const isStopped = row.status === "suspended";
  return [
    ...(stacks.length > 1 ? [`the states of ${stacks.join(" and ")} both have it`] : []),
    ...(row.status === "unknown"
      ? [`${title} says that it is ${JSON.stringify(seen.status)}, which is not documented`]
      : []),
    ...(row.status === "ended" ? [`it has ended at ${title} (${seen.status})`] : []),
    ...(isSuspended && row.status === "active" ? [`it is suspended in the state and not at ${title}`] : []),
    ...(isStopped && !isSuspended && !row.metrics.some((metric) => isOfStop(row, metric) && hasDrift(metric))
      ? [`it is suspended at ${title} and not in the state`]
      : []),
    ...row.metrics.flatMap((metric) => [
      ...(isSuspended && isOfStop(row, metric) ? [] : driftOf(metric, title)),
      ...replacedOf(metric, seen, title),
      ...(isStopped ? [] : [...nearOf(metric, warnAt), ...wasNearOf(metric, warnAt)]),
    ]),
  ];
}

/** Says of a limit at the vendor that it is not the declared one. */
export function driftOf(figure: UsageMetric, title: string): string[] {
  if (!hasDrift(figure)) return [];
  const { metric, declared, actual } = figure;
  return [`${metric} is ${limitText(declared)} in the state and ${limitText(actual)} at ${title}`];
}

/** Says of a declared limit that the vendor has others instead. */
function replacedOf(
  { metric, declared, actual }: UsageMetric,
  { vendor, limits }: Seen,
  title: string,
): string[] {
  if (declared === undefined || actual !== undefined) return [];
  const shown = otherSetShown(vendor, limits, metric).map(
    (other) => `${other} ${limitText(limits[other] ?? null)}`,
  );
  if (shown.length === 0) return [];
  return [
    `${metric} is ${limitText(declared)} in the state, and ${title} has ${shown.join(" and ")} instead`,
  ];
}

/** Says of a limit that much of it is used. */
export function nearOf({ metric, unit, period, share, used, actual }: UsageMetric, warnAt: number): string[] {
  if (share === undefined || share < warnAt || period.isOver) return [];
  return [`${percentOf(share)} % of ${metric} is used: ${used} of ${actual} ${unit}`];
}

/** Says of a limit that much of it was used in a period that is over. */
function wasNearOf({ metric, unit, period, share, used, actual }: UsageMetric, warnAt: number): string[] {
  if (share === undefined || share < warnAt || !period.isOver) return [];
  return [
    `${percentOf(share)} % of ${metric} was used in the time that ended on ${lastDayOf(period.to)}: ${used} of ${actual} ${unit}; what is used now is not known`,
  ];
}

function limitText(limit: number | null): string {
  return limit === null ? "no limit" : String(limit);
}

function isOfStop({ vendor }: UsageRow, { metric }: UsageMetric): boolean {
  return Object.hasOwn(accountOf(vendor as VendorName).description.stop?.values ?? {}, metric);
}
