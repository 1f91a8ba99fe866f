import type { UsageMetric, UsageReport, UsageRow } from "../usage-report";
import { type Look, looks, looksOf } from "./look";
import { escaped, figure, hasDrift, limit, money, percent, periodOf } from "./words";

/** Rows of a group, which the browser leaves out while it is out of sight. */
const GROUP = 100;

export interface Column {
  readonly name: string;
  readonly title: string;
  /** Its width, in CSS. */
  readonly width: string;
  readonly isNumber?: boolean;
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
export function columnsOf({ rows, connections, currency, warnAt }: UsageReport): Column[] {
  const has = (name: "cost" | "mayCost" | "thisMonth") =>
    rows.some(({ metrics }) => metrics.some((metric) => metric[name] !== undefined));
  const title = new Map(connections.map((each) => [each.vendor, each.title]));
  const barOf = (share: number) => {
    const width = `p${Math.min(100, Math.floor(share * 100))}`;
    return share >= warnAt ? `"${width} ${share >= 1 ? "over" : "near"}"` : width;
  };
  const columns: (Column | false)[] = [
    {
      name: "tenant",
      title: "Tenant",
      width: "minmax(10rem,2fr)",
      cell: ({ externalId, name }) =>
        twoLines(name ?? externalId ?? "n/a", name === null ? null : externalId),
    },
    { name: "tier", title: "Tier", width: "5.5rem", cell: ({ tier }) => escaped(tier ?? "n/a") },
    {
      name: "vendor",
      title: "Vendor",
      width: "minmax(7rem,1fr)",
      cell: ({ vendor, connection, account }) =>
        twoLines(`${title.get(vendor) ?? vendor}${connection === null ? "" : `, ${connection}`}`, account),
    },
    { name: "status", title: "Status", width: "minmax(7rem,1.3fr)", cell: statusOf },
    {
      name: "figure",
      title: "Figure",
      width: "minmax(9rem,1.4fr)",
      cell: lines(({ metric, unit }) => `${escaped(metric.replace("limits.", ""))}, ${escaped(unit)}`),
    },
    {
      name: "declared",
      title: "Declared",
      width: "5.5rem",
      isNumber: true,
      cell: lines(({ declared }) => limit(declared)),
    },
    {
      name: "actual",
      title: "At vendor",
      width: "5.5rem",
      isNumber: true,
      cell: lines((metric) => (hasDrift(metric) ? `<b>${limit(metric.actual)}</b>` : limit(metric.actual))),
    },
    { name: "used", title: "Used", width: "5.5rem", isNumber: true, cell: lines(({ used }) => figure(used)) },
    {
      name: "share",
      title: "Share",
      width: "7rem",
      isNumber: true,
      cell: shortLines(({ share }) =>
        share === undefined ? "n/a" : `<p class=${barOf(share)}>${percent(share)}`,
      ),
    },
    { name: "period", title: "Period", width: "9rem", cell: lines(({ period }) => periodOf(period)) },
    has("thisMonth") && {
      name: "month",
      title: "This month",
      width: "5.5rem",
      isNumber: true,
      cell: shortLines(({ thisMonth }) => figure(thisMonth)),
    },
    has("cost") && {
      name: "cost",
      title: `Cost, ${escaped(currency ?? "")}`,
      width: "6rem",
      isNumber: true,
      cell: shortLines(({ cost }) => money(cost)),
    },
    has("mayCost") && {
      name: "may-cost",
      title: `May cost, ${escaped(currency ?? "")}`,
      width: "6rem",
      isNumber: true,
      cell: shortLines(({ mayCost }) => money(mayCost)),
    },
  ];
  return columns.filter((column) => column !== false);
}

const twoLines = (first: string, second: string | null): string =>
  `${escaped(first)}${second === null ? "" : `<p>${escaped(second)}`}`;

function statusOf({ standing, status, warnings }: UsageRow): string {
  const word = standing === "planned" ? looks.planned : status === "unknown" ? looks.unknown : status;
  return `${word}${warnings.map((warning) => `<p>${escaped(warning)}`).join("")}`;
}

interface Table {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly rows: readonly UsageRow[];
  readonly warnAt: number;
}

/** A table of accounts; `id` is that of its heading, too, with `-title`. End tags that HTML does not need are left out. */
export function tableOf({ id, columns, rows, warnAt }: Table): string {
  const head = columns
    .map(
      ({ name, title, isNumber }) =>
        `<th scope="col" data-name="${name}"${isNumber ? ' class="number"' : ""}>${title}`,
    )
    .join("");
  const line = (row: UsageRow) => {
    const found: Look[] = looksOf(row, warnAt);
    return `<tr${found.length === 0 ? "" : ` data-look="${found.join(" ")}"`}>${columns.map(({ cell }) => `<td>${cell(row)}`).join("")}\n`;
  };
  const groups: string[] = [];
  for (let index = 0; index < rows.length; index += GROUP)
    groups.push(
      `<tbody>${rows
        .slice(index, index + GROUP)
        .map(line)
        .join("")}`,
    );
  return `<table id="${id}" class="accounts" aria-labelledby="${id}-title"><thead><tr>${head}</thead>${groups.join("")}</table>`;
}
