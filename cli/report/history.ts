import { appendFileSync, closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { z } from "zod";
import { codeOf } from "../why";
import type { Month } from "./month";
import { ReportError } from "./report-error";
import { keyOf } from "./states";
import { type UsageMetric, type UsageReport, type UsageRow, usageReport } from "./usage-report";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What was used of a metric, and the billing cycle that it is of. */
const kept = z.tuple([z.number()]).or(z.tuple([z.number(), z.string(), z.string()]));

/** A line of the history: the sums of a report, and what each account has used in all or in its cycle. */
const line = z.looseObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  sums: usageReport.shape.sums,
  used: z.record(z.string(), z.record(z.string(), kept)),
});

type Line = z.infer<typeof line>;

/** Earlier reports, oldest first. */
export interface History {
  readonly sums: UsageReport["history"];
  readonly lines: readonly Line[];
}

/** No earlier report. */
export const NO_HISTORY: History = { sums: [], lines: [] };

/**
 * Reads a history; one that is not there is empty. The figures of accounts are kept of those reports alone that tell of the
 * month: those near its ends, and those within it.
 *
 * @throws ReportError
 */
export function readHistory(file: string, month: Month): History {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return NO_HISTORY;
  const lines: Line[] = [];
  const sums: UsageReport["history"] = [];
  for (const [index, text] of textOf(file).split("\n").entries()) {
    if (text.trim() === "") continue;
    const { data } = line.safeParse(parsed(text));
    if (data === undefined) {
      throw new ReportError([
        `${file}:${index + 1} is no line of this history: take it out, or name another file with --history`,
      ]);
    }
    sums.push({ at: data.at, sums: data.sums });
    const ms = Date.parse(data.at);
    if (ms >= month.startMs - DAY_MS && ms <= month.endMs + DAY_MS) lines.push(data);
  }
  const byTime = (one: { at: string }, other: { at: string }) => Date.parse(one.at) - Date.parse(other.at);
  return { sums: sums.toSorted(byTime), lines: lines.toSorted(byTime) };
}

/** Adds a report to a history. @throws ReportError */
export function addToHistory(file: string, { at, sums, rows }: UsageReport): void {
  const used = rows.flatMap((row) => {
    const figures = row.metrics.flatMap(({ metric, period, used: amount }) => {
      if (amount === undefined || (period.kind !== "total" && period.kind !== "cycle")) return [];
      const span = period.from === null || period.to === null ? [] : [period.from, period.to];
      return [[metric, [amount, ...span]] as const];
    });
    return row.account === null || figures.length === 0
      ? []
      : [[keyOf(row.vendor, row.account), Object.fromEntries(figures)] as const];
  });
  const text = JSON.stringify({ version: 1, at, sums, used: Object.fromEntries(used) });
  try {
    appendFileSync(file, `${endsInLine(file) ? "" : "\n"}${text}\n`);
  } catch (error) {
    throw new ReportError([`the history ${file} cannot be written (${codeOf(error)})`]);
  }
}

/**
 * Tells what an account used in a month. A total is the difference of two reports that are at most a day from the month's
 * ends, and begins with 0 for an account that was made within it; a cycle or a window counts where it is the month.
 */
export function monthlyFigures(history: History, month: Month, nowMs: number) {
  const isCurrent = nowMs < month.endMs;
  return (
    { vendor, account, createdAt }: UsageRow,
    { metric, period: { kind, from, to }, used }: UsageMetric,
  ): Pick<UsageMetric, "thisMonth" | "monthFrom"> => {
    if (account === null) return {};
    const figure = (each: Line | undefined) => each?.used[keyOf(vendor, account)]?.[metric];
    const isOfMonth = (begin: string | null | undefined, end: string | null | undefined) =>
      begin != null && end != null && Date.parse(begin) === month.startMs && isEnd(Date.parse(end), month);
    if (kind === "window") {
      return used !== undefined && isWithin(from, to, month) ? { thisMonth: used } : {};
    }
    if (kind === "cycle") {
      if (isOfMonth(from, to)) return used === undefined ? {} : { thisMonth: used };
      const last = nearest(history.lines, month.endMs, -1);
      const [amount, begin, end] = figure(last) ?? [];
      return amount !== undefined && isOfMonth(begin, end) ? { thisMonth: amount } : {};
    }
    if (kind !== "total") return {};
    const atEnd =
      isCurrent || nowMs - month.endMs <= DAY_MS ? used : figure(nearest(history.lines, month.endMs))?.[0];
    if (atEnd === undefined) return {};
    const madeMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    if (madeMs >= month.endMs) return {};
    if (madeMs >= month.startMs) return { thisMonth: atEnd };
    const first = nearest(history.lines, month.startMs);
    const [before] = figure(first) ?? [];
    if (first === undefined || before === undefined || before > atEnd) return {};
    return { thisMonth: atEnd - before, monthFrom: first.at };
  };
}

/** The line that is nearest to a time, and at most a day from it; with -1 only one before it. */
function nearest(lines: readonly Line[], ms: number, side: -1 | 0 = 0): Line | undefined {
  const distance = ({ at }: Line) => Math.abs(Date.parse(at) - ms);
  return lines
    .filter((each) => distance(each) <= DAY_MS && (side === 0 || Date.parse(each.at) <= ms))
    .toSorted((one, other) => distance(one) - distance(other))[0];
}

function isWithin(from: string | null, to: string | null, { startMs, endMs }: Month): boolean {
  return from !== null && to !== null && Date.parse(from) === startMs && Date.parse(to) <= endMs;
}

/** An end may be the next month's begin, or the last moment before it. */
function isEnd(ms: number, { endMs }: Month): boolean {
  return ms <= endMs && endMs - ms <= 1000;
}

/** Whether a file is empty or ends in a whole line: a run that was killed may have left a part of one. */
function endsInLine(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return true;
  const handle = openSync(file, "r");
  try {
    const last = Buffer.alloc(1);
    readSync(handle, last, 0, 1, size - 1);
    return last.toString() === "\n";
  } finally {
    closeSync(handle);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ReportError([`the history ${file} cannot be read (${codeOf(error)})`]);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
