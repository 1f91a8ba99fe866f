import type { Run } from "../../provider/core/base/run";
import { CommandError } from "../command-error";
import type { Wishes, World } from "../doctor/world";
import { openRun } from "../open-run";
import { NO_HISTORY, readHistory } from "./history";
import { type Look, look } from "./look";
import { type Month, monthOf, readMonth, windowOf } from "./month";
import { endsMonth, monthlyFigures } from "./monthly";
import { type Rates, readRates } from "./rates";
import { configOf, targetsFor } from "./reach";
import { rowsOf } from "./rows";
import { readPlanned, readStates, type States } from "./states";
import { finishedPeriods, mixedPeriods, sumsOf } from "./sums";
import type { UsageReport, UsageRow } from "./usage-report";

/** Options of a report. Paths are absolute. */
export interface ReportWishes extends Wishes {
  readonly connection?: string;
  /** Files of `pulumi stack export`; undefined: Pulumi is asked. */
  readonly states?: readonly string[] | undefined;
  /** Patterns of files of tenants, which may be not applied yet. */
  readonly tenants?: readonly string[] | undefined;
  readonly tiers?: string | undefined;
  readonly rates?: string | undefined;
  readonly history?: string | undefined;
  /** `2026-11`; undefined: this month. */
  readonly month?: string | undefined;
  /** 0.8 is 80 %. */
  readonly warnAt: number;
  /** Told the vendor's title and how many of its accounts are read. */
  readonly progress: (title: string, accounts: number) => void;
}

/** A report, with the rates that it counts money by. */
export interface Examined {
  readonly report: UsageReport;
  readonly rates: Rates | undefined;
  /** The stacks that were read, each with its project: `tenants/prod`. */
  readonly stackIds: readonly string[];
  /** The stacks that the newest report of the history has read and this one has not. */
  readonly unreadStacks: readonly string[];
  /** The report belongs into the history. */
  readonly isKept: boolean;
}

/** Reads states and vendors, and makes a report of them. It changes nothing. @throws CommandError */
export async function examineUsage(world: World, wishes: ReportWishes): Promise<Examined> {
  const notes: string[] = [];
  const run = openRun(world, notes);
  const nowMs = run.world.now();
  const month = wantedMonth(wishes.month, nowMs);
  const rates = wishes.rates === undefined ? undefined : readRates(wishes.rates);
  const config = await configOf(world, wishes, run);
  const states = await readStates(world, wishes, wishes.states);
  run.redactor.add(states.secrets);
  const stackIds = states.stacks.map(({ id }) => run.shown(id));
  const history =
    wishes.history === undefined ? NO_HISTORY : await readHistory(wishes.history, month, stackIds);
  if (history.others !== undefined) notes.push(history.others);
  const planned =
    wishes.tenants === undefined
      ? []
      : readPlanned(states, wishes.tenants, wishes.tiers, world.folder, nowMs);
  const { targets, problems } = targetsFor(run, config, wishes, states);
  const seen = await run.operation(() =>
    look(run, targets, {
      managed: states.managed,
      window: windowOf(month, nowMs),
      progress: wishes.progress,
    }),
  );
  const clean = (text: string) => run.shown(text);
  const stacks = states.stacks.map(({ stack, accounts }) => ({ stack: clean(stack), accounts }));
  const unreadStacks = history.unread.map(clean);
  const isWhole = problems.length + seen.problems.length + unreadStacks.length === 0;
  // One that lacks a part, or is of another month and ends none, would be a step in every trend.
  const isKept =
    wishes.history !== undefined && isWhole && (nowMs < month.endMs || endsMonth(history, month, nowMs));
  const titleOf = (name: string) => seen.connections.find(({ vendor }) => vendor === name)?.title ?? name;
  const fallen: string[] = [];
  const rows = rowsOf({
    states,
    look: seen,
    reach: wishes,
    planned,
    rates,
    nowMs,
    warnAt: wishes.warnAt,
    monthly: monthlyFigures(history, month, nowMs, isKept, (row, { metric }, { before, after }) =>
      fallen.push(
        `${titleOf(row.vendor)} ${row.account}: ${metric} was ${before} at the beginning of ${month.name} and ${after} at its end or now, so what that month used is not known`,
      ),
    ),
  }).map((row) => cleanRow(run, row));
  const report: UsageReport = {
    version: 1,
    at: new Date(nowMs).toISOString(),
    month: month.name,
    currency: rates?.currency ?? null,
    warnAt: wishes.warnAt,
    stacks,
    connections: seen.connections.map(({ vendor, title, connection, accounts, calls }) => ({
      vendor,
      title,
      connection: connection === undefined ? null : clean(connection),
      accounts,
      calls,
    })),
    rows,
    sums: sumsOf(rows),
    history: history.sums,
    notes: [
      ...new Set([
        ...notes,
        ...seen.notes,
        ...strangersOf(seen, states),
        ...finishedPeriods(rows, titleOf, nowMs >= month.endMs),
        ...mixedPeriods(rows, titleOf),
        ...firstOf(fallen),
      ]),
    ].map(clean),
    problems: [...problems, ...seen.problems].map(clean),
  };
  return { report, rates, stackIds, unreadStacks, isKept };
}

/** The first of many notes of one kind. */
function firstOf(notes: readonly string[]): string[] {
  const [first] = notes;
  if (first === undefined) return [];
  return [notes.length === 1 ? first : `${first}; so are ${notes.length - 1} more totals`];
}

function wantedMonth(text: string | undefined, nowMs: number): Month {
  const month = text === undefined ? monthOf(nowMs) : readMonth(text);
  if (month !== undefined && month.startMs <= nowMs) return month;
  throw new CommandError(["--month takes a month that has begun, as 2026-11"]);
}

/** Names the stacks whose markers accounts carry and whose states were not read. */
function strangersOf({ seen }: Look, { managed, owners }: States): string[] {
  const counts = new Map<string, number>();
  for (const [key, { marker, presence }] of seen) {
    if (marker === undefined || presence === "ended" || managed.has(key) || owners.has(marker.owner))
      continue;
    const stack = stackIn(marker.urn);
    counts.set(stack, (counts.get(stack) ?? 0) + 1);
  }
  return [...counts].map(
    ([stack, accounts]) =>
      `${accounts} accounts carry markers of ${stack}, whose state was not read: name its export with --state`,
  );
}

/** The stack and project in a URN, as `prod of tenants`. */
export function stackIn(urn: string): string {
  const [, stack = "an unknown stack", project = "an unknown project"] =
    /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
  return `${stack} of ${project}`;
}

/** A row without the secrets of the run: names and ids are anybody's text. */
export function cleanRow(run: Run, row: UsageRow): UsageRow {
  const text = (value: string | null) => (value === null ? null : run.shown(value));
  return {
    ...row,
    externalId: text(row.externalId),
    name: text(row.name),
    tier: text(row.tier),
    stack: text(row.stack),
    connection: text(row.connection),
    account: text(row.account),
    warnings: row.warnings.map((warning) => run.shown(warning)),
  };
}
