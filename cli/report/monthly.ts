import type { Figures, History } from "./history";
import { DAY_MS, type Month } from "./month";
import { keyOf } from "./states";
import type { UsageMetric, UsageRow } from "./usage-report";

/**
 * Tells what an account used in a month. A total is the difference of two reports that are at most a day from the month's
 * ends, and begins with 0 for an account that was made within it; a cycle or a window counts where it is the month.
 *
 * @param isKept this report will be in the history, so that the next month begins with it where it ends this one
 * @param tellFallen told of a total that is less than at the month's beginning: what the month used is not known
 */
export function monthlyFigures(
  history: History,
  month: Month,
  nowMs: number,
  isKept: boolean,
  tellFallen: (row: UsageRow, metric: UsageMetric, change: { before: number; after: number }) => void,
) {
  const isCurrent = nowMs < month.endMs;
  const first = nearest(history.figures, month.startMs);
  const end = nearest(history.figures, month.endMs);
  const isNow = isCurrent || (isKept && endsMonth(history, month, nowMs));
  // The newest first: a cycle that is over is still shown for a while, with what was used at its end.
  const around = history.figures.filter((each) => distance(each, month.endMs) <= DAY_MS).toReversed();
  return (row: UsageRow, of: UsageMetric): Pick<UsageMetric, "thisMonth" | "monthFrom" | "monthTo"> => {
    const { vendor, account, createdAt } = row;
    const {
      metric,
      period: { kind, from, to },
      used,
    } = of;
    if (account === null) return {};
    const figure = (each: Figures | undefined) => each?.used[keyOf(vendor, account)]?.[metric];
    const isOfMonth = (begin: string | null | undefined, over: string | null | undefined) =>
      begin != null && over != null && Date.parse(begin) === month.startMs && isEnd(Date.parse(over), month);
    if (kind === "window") {
      return used !== undefined && isWhole(from, to, month, nowMs) ? { thisMonth: used } : {};
    }
    if (kind === "cycle") {
      if (isOfMonth(from, to)) return used === undefined ? {} : { thisMonth: used };
      for (const each of around) {
        const [amount, begin, over] = figure(each) ?? [];
        if (amount !== undefined && isOfMonth(begin, over)) return { thisMonth: amount, monthTo: each.at };
      }
      return {};
    }
    if (kind !== "total") return {};
    const atEnd = isNow ? used : figure(end)?.[0];
    if (atEnd === undefined) return {};
    const toAt = isNow ? new Date(nowMs).toISOString() : end?.at;
    const counted = isCurrent || toAt === undefined ? {} : { monthTo: toAt };
    const madeMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    if (madeMs >= month.endMs) return {};
    if (madeMs >= month.startMs) return { thisMonth: atEnd, ...counted };
    const [before] = figure(first) ?? [];
    if (first === undefined || before === undefined) return {};
    if (before > atEnd) {
      tellFallen(row, of, { before, after: atEnd });
      return {};
    }
    return { thisMonth: atEnd - before, monthFrom: first.at, ...counted };
  };
}

/** Whether a report that is made now is the nearest one to the end of a month that is over. */
export function endsMonth({ figures }: History, { endMs }: Month, nowMs: number): boolean {
  const end = nearest(figures, endMs);
  const isAfter = nowMs >= endMs && nowMs - endMs <= DAY_MS;
  return isAfter && (end === undefined || nowMs - endMs < distance(end, endMs));
}

/** The report that is nearest to a time, and at most a day from it. */
function nearest(reports: readonly Figures[], ms: number): Figures | undefined {
  return reports
    .filter((each) => distance(each, ms) <= DAY_MS)
    .toSorted((one, other) => distance(one, ms) - distance(other, ms))[0];
}

function distance({ at }: Figures, ms: number): number {
  return Math.abs(Date.parse(at) - ms);
}

/** Whether a window is the month: all of it, or up to now where it lasts. */
function isWhole(from: string | null, to: string | null, { startMs, endMs }: Month, nowMs: number): boolean {
  if (from === null || to === null || Date.parse(from) !== startMs) return false;
  const ms = Date.parse(to);
  return ms <= endMs && ms >= Math.min(nowMs, endMs) - 1000;
}

/** An end may be the next month's begin, or the last moment before it. */
function isEnd(ms: number, { endMs }: Month): boolean {
  return ms <= endMs && endMs - ms <= 1000;
}
