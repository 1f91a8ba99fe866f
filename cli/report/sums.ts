import { accountOf, type VendorName } from "../../tenant/description";
import { count } from "../count";
import { rounded } from "./metrics";
import { lastDayOf } from "./month";
import type { UsageRow, UsageSum } from "./usage-report";

/** Adds up the managed rows by vendor, tier, metric and kind of period. */
export function sumsOf(rows: readonly UsageRow[]): UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const { standing, vendor, tier, metrics } of rows) {
    if (standing !== "managed") continue;
    for (const { metric, unit, period, used, actual, cost, mayCost } of metrics) {
      const key = JSON.stringify([vendor, tier, metric, period.kind]);
      const before = sums.get(key) ?? {
        vendor,
        tier,
        metric,
        unit,
        period: period.kind,
        accounts: 0,
        unknown: 0,
        unlimited: 0,
      };
      sums.set(key, {
        ...before,
        accounts: before.accounts + 1,
        ...plus("used", before.used, used),
        unknown: before.unknown + (used === undefined ? 1 : 0),
        ...plus("over", before.over, used !== undefined && period.isOver ? 1 : undefined),
        ...plus("actual", before.actual, actual ?? undefined),
        unlimited: before.unlimited + (actual === null ? 1 : 0),
        ...(isLimit(vendor, metric) && {
          limitUnknown: (before.limitUnknown ?? 0) + (actual === undefined ? 1 : 0),
        }),
        ...plus("cost", before.cost, cost),
        ...plus("mayCost", before.mayCost, mayCost),
      });
    }
  }
  return [...sums.entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { used, actual, cost, mayCost, ...sum }]) => ({
      ...sum,
      ...(used === undefined ? {} : { used: rounded(used) }),
      ...(actual === undefined ? {} : { actual: rounded(actual) }),
      ...(cost === undefined ? {} : { cost: rounded(cost) }),
      ...(mayCost === undefined ? {} : { mayCost: rounded(mayCost) }),
    }));
}

/**
 * Names the figures of periods that are over, which are not what is used now.
 *
 * @param isPast the report is of a month that is over, and so are its windows
 */
export function finishedPeriods(
  rows: readonly UsageRow[],
  titleOf: (vendor: string) => string,
  isPast: boolean,
): string[] {
  const groups = new Map<string, number>();
  for (const { vendor, status, metrics } of rows) {
    if (status === "ended") continue;
    for (const { metric, used, period } of metrics) {
      if (used === undefined || !period.isOver || (period.kind === "window" && isPast)) continue;
      const what = period.kind === "cycle" ? "billing cycle" : "window";
      const text = `${titleOf(vendor)}: ${metric} is of a ${what} that ended on ${lastDayOf(period.to)}`;
      groups.set(text, (groups.get(text) ?? 0) + 1);
    }
  }
  return [...groups].map(
    ([text, accounts]) => `${text}, at ${count(accounts, "account")}: what is used now is not known`,
  );
}

/** Names the sums of figures that are of different billing cycles or windows. */
export function mixedPeriods(rows: readonly UsageRow[], titleOf: (vendor: string) => string): string[] {
  const spans = new Map<string, { vendor: string; kind: "cycle" | "window"; spans: Set<string> }>();
  for (const { standing, vendor, connection, metrics } of rows) {
    if (standing !== "managed") continue;
    for (const { metric, used, period } of metrics) {
      const { kind, from, to } = period;
      if (used === undefined || (kind !== "cycle" && kind !== "window")) continue;
      const key = JSON.stringify([vendor, connection, metric]);
      const found = spans.get(key) ?? { vendor, kind, spans: new Set() };
      spans.set(key, found);
      found.spans.add(`${from ?? "n/a"} to ${to ?? "n/a"}`);
    }
  }
  return [...spans.entries()]
    .filter(([, found]) => found.spans.size > 1)
    .map(([key, { vendor, kind, spans: all }]) => {
      const [, connection, metric]: [string, string | null, string] = JSON.parse(key);
      const where = connection === null ? titleOf(vendor) : `${titleOf(vendor)}, connection "${connection}"`;
      const what = kind === "cycle" ? "billing cycles" : "windows";
      return `${where}: the sum of ${metric} is of ${all.size} different ${what}: ${[...all].sort().slice(0, 2).join(" and ")}`;
    });
}

/** Whether a metric has a limit, or is something that a vendor only counts. */
function isLimit(vendor: string, metric: string): boolean {
  return accountOf(vendor as VendorName).fields[metric] !== undefined;
}

function plus<Name extends string>(
  name: Name,
  before: number | undefined,
  more: number | undefined,
): { [Key in Name]?: number } {
  if (before === undefined && more === undefined) return {};
  return { [name]: (before ?? 0) + (more ?? 0) } as { [Key in Name]: number };
}
