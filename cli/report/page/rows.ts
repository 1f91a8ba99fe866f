import { hasDrift, percentOf } from "../metrics";
import type { UsageMetric, UsageReport, UsageRow } from "../usage-report";
import { looksOf, shortWarnings, statusOf } from "./look";
import { escaped, figure, labelOf, limit, money, monthOf, percent, periodOf } from "./words";

/** Rows of a group, which the browser does not lay out while it is out of sight. */
const GROUP = 100;

/** The width of a bold digit, and the most that a column of numbers takes, in em; longer ones are wrapped. */
const DIGIT_EM = 0.64;
const MOST_EM = 16;

/** The width of a letter, most often, in em. */
const TEXT_EM = 0.56;

/** {@link DIGIT_EM} of a share, of which one is the wider `%`: a share on two lines stands beside another figure. */
const SHARE_DIGIT_EM = 0.72;

export interface Column {
  readonly name: string;
  readonly title: string;
  /** Its least width, in em. */
  readonly width: number;
  /** Its part of the space that is left. */
  readonly grow?: number;
  readonly isNumber?: boolean;
  /** Its words are not broken; it is as wide as the longest line needs. */
  readonly fits?: boolean;
  readonly cell: (row: UsageRow) => string;
}

/** A cell with a line for each figure of the account. */
const lines =
  (line: (metric: UsageMetric) => string) =>
  ({ metrics }: UsageRow) =>
    metrics.length === 0 ? "n/a" : metrics.map(line).join("\n");

/** {@link lines}, without those at the end that are `n/a` beside a figure that has none. */
const shortLines = (line: (metric: UsageMetric) => string) => (row: UsageRow) =>
  lines(line)(row).replace(/(?:\nn\/a)+$/, "");

/** The columns of tables of accounts. Those of money and months are left out where no row has any. */
export function columnsOf({ at, month, rows, connections, currency, warnAt }: UsageReport): Column[] {
  const year = new Date(at).getUTCFullYear();
  const has = (name: "cost" | "mayCost" | "thisMonth") =>
    rows.some(({ metrics }) => metrics.some((metric) => metric[name] !== undefined));
  const title = new Map(connections.map((each) => [each.vendor, each.title]));
  const barOf = ({ share, period }: UsageMetric) => {
    if (share === undefined) return "<p class=na>n/a";
    const width = `p${Math.min(100, percentOf(share))}`;
    const level = share >= 1 ? "over" : "near";
    return `<p class=${share >= warnAt && !period.isOver ? `"${width} ${level}"` : width}>${percent(share)}`;
  };
  const amountOf = (title: string) => ({
    name: "cost",
    title: `${title}, ${escaped(currency ?? "")}`,
    width: 6.8,
    isNumber: true,
  });
  const columns: (Column | false)[] = [
    {
      name: "tenant",
      title: "Tenant",
      width: 11,
      grow: 1.5,
      cell: ({ externalId, name }) =>
        twoLines(name ?? externalId ?? "n/a", name === null ? null : externalId),
    },
    { name: "tier", title: "Tier", width: 5.6, fits: true, cell: ({ tier }) => escaped(tier ?? "n/a") },
    {
      name: "vendor",
      title: "Vendor",
      width: 10.4,
      grow: 1,
      cell: ({ vendor, connection, account }) =>
        twoLines(`${title.get(vendor) ?? vendor}${connection === null ? "" : `, ${connection}`}`, account),
    },
    { name: "status", title: "Status", width: 9.2, grow: 1.6, cell: statusCell(warnAt) },
    {
      name: "figure",
      title: "Figure",
      width: 18.6,
      grow: 1.5,
      cell: lines(labelOf),
    },
    {
      name: "declared",
      title: "Declared",
      width: 6.4,
      isNumber: true,
      cell: lines(({ declared }) => limit(declared)),
    },
    {
      name: "actual",
      title: "At vendor",
      width: 6.7,
      isNumber: true,
      cell: lines((metric) => (hasDrift(metric) ? `<b>${limit(metric.actual)}</b>` : limit(metric.actual))),
    },
    { name: "used", title: "Used", width: 5.8, isNumber: true, cell: lines(({ used }) => figure(used)) },
    {
      name: "share",
      title: "Share",
      width: 7.4,
      isNumber: true,
      cell: ({ metrics }) =>
        metrics.every(({ share }) => share === undefined)
          ? "n/a"
          : metrics
              .map(barOf)
              .join("")
              .replace(/(?:<p class=na>n\/a)+$/, ""),
    },
    {
      name: "period",
      title: "Period",
      width: 10.8,
      fits: true,
      cell: lines(({ period }) => periodOf(period, year)),
    },
    has("thisMonth") && {
      name: "month",
      title: monthOf(month ?? at),
      width: 7,
      isNumber: true,
      cell: shortLines(({ thisMonth }) => figure(thisMonth)),
    },
    has("cost")
      ? { ...amountOf("Cost"), cell: shortLines(({ cost }) => money(cost)) }
      : has("mayCost") && { ...amountOf("May cost"), cell: shortLines(({ mayCost }) => money(mayCost)) },
  ];
  return columns.filter((column) => column !== false).map((column) => roomy(column, rows));
}

/** A column of numbers is as wide as its longest one needs: a number that is cut off reads as another. So is one of periods. */
function roomy(column: Column, rows: readonly UsageRow[]): Column {
  if (!column.isNumber && !column.fits) return column;
  const longest = rows.reduce((most, row) => Math.max(most, longestLine(column.cell(row))), 0);
  // The bar of a share has half of its cell.
  const em = column.name === "share" ? SHARE_DIGIT_EM / 0.48 : column.fits ? TEXT_EM : DIGIT_EM;
  const room = longest * em + 1.1;
  return { ...column, width: Math.max(column.width, Math.min(MOST_EM, Math.ceil(room * 10) / 10)) };
}

function longestLine(cell: string): number {
  return Math.max(...cell.split(/<[^>]*>|\n/).map(({ length }) => length));
}

const twoLines = (first: string, second: string | null): string =>
  `${escaped(first)}${second === null ? "" : `<p>${escaped(second)}`}`;

const statusCell = (warnAt: number) => (row: UsageRow) =>
  `${statusOf(row)}${shortWarnings(row, warnAt)
    .map((warning) => `<p>${escaped(warning)}`)
    .join("")}`;

interface Table {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly rows: readonly UsageRow[];
  readonly warnAt: number;
}

/** Writes a table of accounts, a group at a time; `id` is that of its heading, too, with `-title`. End tags that HTML does not need are left out. */
export function* tableOf({ id, columns, rows, warnAt }: Table): Generator<string> {
  const head = columns
    .map(
      ({ name, title, isNumber }) =>
        `<th scope="col" data-name="${name}"${isNumber ? ' class="number"' : ""}>${title}`,
    )
    .join("");
  const line = (row: UsageRow) => {
    const found = looksOf(row, warnAt);
    return `<tr${found.length === 0 ? "" : ` data-look="${found.join(" ")}"`}>${columns.map(({ cell }) => `<td>${cell(row)}`).join("")}\n`;
  };
  yield `<table id="${id}" class="accounts" aria-labelledby="${id}-title"><thead><tr>${head}</thead>`;
  for (let index = 0; index < rows.length; index += GROUP) {
    const group = rows.slice(index, index + GROUP);
    yield `<tbody${group.length < GROUP ? "" : ' class="group"'}>${group.map(line).join("")}`;
  }
  yield "</table>";
}
