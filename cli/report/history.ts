import {
  appendFileSync,
  closeSync,
  createReadStream,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { CommandError } from "../command-error";
import { count } from "../count";
import { codeOf } from "../why";
import { DAY_MS, type Month } from "./month";
import { keyOf } from "./states";
import { type UsageReport, usageReport } from "./usage-report";

/** The use of a metric, and the billing cycle that it is of. */
const kept = z.tuple([z.number()]).or(z.tuple([z.number(), z.string(), z.string()]));

/** The use of each account in all or in its cycle, by account and metric. */
const figures = z.record(z.string(), z.record(z.string(), kept));

/** A line of the history: the sums of a report, and the figures of its accounts. */
const line = z.looseObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  sums: usageReport.shape.sums,
  used: z.unknown(),
  stacks: z.array(z.string()).optional(),
  /** The stacks with their projects, `tenants/prod`. Older lines have the names of the stacks alone. */
  stackIds: z.array(z.string()).optional(),
});
type Line = z.infer<typeof line>;

/** The figures of one report. */
export interface Figures {
  readonly at: string;
  readonly used: z.infer<typeof figures>;
}

/** Earlier reports, oldest first. */
export interface History {
  readonly sums: UsageReport["history"];
  /** Of the reports that are at most a day from an end of the month. */
  readonly figures: readonly Figures[];
  /** The stacks that the newest report has read and this one has not. */
  readonly unread: readonly string[];
  /** Says which lines are of other stacks alone, and so are none of these. */
  readonly others?: string;
}

/** No earlier report. */
export const NO_HISTORY: History = { sums: [], figures: [], unread: [] };

/**
 * Reads a history, line by line; one that is not there is empty.
 *
 * @param stackIds of this report: lines that have none of them are another estate's, which shares the file
 * @throws CommandError
 */
export async function readHistory(
  file: string,
  { startMs, endMs }: Month,
  stackIds: readonly string[],
): Promise<History> {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return NO_HISTORY;
  const near: Figures[] = [];
  const sums: UsageReport["history"] = [];
  const strangers = new Map<string, number>();
  let newest: { ms: number; unread: readonly string[] } = { ms: 0, unread: [] };
  let number = 0;
  for await (const text of linesOf(file)) {
    number++;
    if (text.trim() === "") continue;
    const { data } = line.safeParse(parsed(text));
    const ms = Date.parse(data?.at ?? "");
    const isNear = [startMs, endMs].some((end) => Math.abs(ms - end) <= DAY_MS);
    const used = isNear ? figures.safeParse(data?.used).data : {};
    if (data === undefined || used === undefined) {
      throw new CommandError([
        `${file}:${number} is no line of this history: take it out, or name another file with --history`,
      ]);
    }
    const { all, unread } = stacksOf(data, stackIds);
    if (all.length > 0 && unread.length === all.length) {
      const names = all.join(", ");
      strangers.set(names, (strangers.get(names) ?? 0) + 1);
      continue;
    }
    sums.push({ at: data.at, sums: data.sums });
    if (ms >= newest.ms) newest = { ms, unread };
    if (isNear) near.push({ at: data.at, used });
  }
  const byTime = (one: { at: string }, other: { at: string }) => Date.parse(one.at) - Date.parse(other.at);
  return {
    sums: sums.toSorted(byTime),
    figures: near.toSorted(byTime),
    unread: newest.unread,
    ...(strangers.size > 0 && { others: strangersText(strangers) }),
  };
}

/** The stacks of a line, and those of them that this report has not read. */
function stacksOf({ stacks = [], stackIds }: Line, read: readonly string[]) {
  if (stackIds !== undefined) return { all: stackIds, unread: stackIds.filter((id) => !read.includes(id)) };
  // Older lines name a second stack of one name with its file behind it: each of this report's stands for one of them.
  const names = read.map((id) => id.slice(id.indexOf("/") + 1));
  const unread = stacks.filter((stack) => {
    const place = names.indexOf(stack.replace(/ \(.*\)$/, ""));
    if (place >= 0) names.splice(place, 1);
    return place < 0;
  });
  return { all: stacks, unread };
}

function strangersText(strangers: ReadonlyMap<string, number>): string {
  const lines = [...strangers.values()].reduce((sum, each) => sum + each, 0);
  const [first = ""] = strangers.keys();
  return `${count(lines, "line")} of the history ${lines === 1 ? "is" : "are"} of other stacks, such as ${first}, and not counted here`;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file, "utf8") });
  } catch (error) {
    throw new CommandError([`the history ${file} cannot be read (${codeOf(error)})`]);
  }
}

/** Adds a report to a history; of one of another month without its windows. @throws CommandError */
export function addToHistory(
  file: string,
  { at, month, sums, rows, stacks }: UsageReport,
  stackIds: readonly string[],
): void {
  const used = rows.flatMap((row) => {
    const ofRow = row.metrics.flatMap(({ metric, period, used: amount }) => {
      if (amount === undefined || (period.kind !== "total" && period.kind !== "cycle")) return [];
      const span = period.from === null || period.to === null ? [] : [period.from, period.to];
      return [[metric, [amount, ...span]] as const];
    });
    return row.account === null || ofRow.length === 0
      ? []
      : [[keyOf(row.vendor, row.account), Object.fromEntries(ofRow)] as const];
  });
  const text = JSON.stringify({
    version: 1,
    at,
    stacks: stacks.map(({ stack }) => stack),
    stackIds,
    sums: at.startsWith(`${month}-`) ? sums : sums.filter(({ period }) => period !== "window"),
    used: Object.fromEntries(used),
  });
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  try {
    appendFileSync(file, `${endsInLine(file) ? "" : "\n"}${text}\n`);
  } catch (error) {
    cutBack(file, bytes);
    throw new CommandError([
      `the history ${file} cannot be written (${codeOf(error)}), so it has no line of this report: make room or name another file with --history, and run this again`,
    ]);
  }
}

/** Takes what was written of a line out again. */
function cutBack(file: string, bytes: number | undefined): void {
  try {
    if (bytes === undefined) rmSync(file, { force: true });
    else truncateSync(file, bytes);
  } catch {
    // The failure of the write itself is told; a line that is cut off is named by the next run.
  }
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
