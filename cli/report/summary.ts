import { printable } from "../../provider/core/base/printable";
import { count } from "../count";
import type { Paint } from "../doctor/report";
import { EXIT, type ExitCode } from "../exit-codes";
import { alignedColumns } from "../table";
import type { UsagePeriod, UsageReport, UsageRow, UsageSum } from "./usage-report";

/** How many lines of one kind are shown. */
const MOST = 10;

/** The report, for people at a terminal: the sums, and what they should look at. */
export function readable(report: UsageReport, files: readonly string[], paint: Paint): string {
  const { rows, sums, connections, notes, problems } = report;
  const calls = connections.reduce((sum, each) => sum + each.calls, 0);
  const accounts = rows.filter(({ account }) => account !== null).length;
  const warned = rows.flatMap((row) => row.warnings.map((warning) => `${nameOf(row)}: ${warning}`));
  const lines = [
    ...(sums.length === 0 ? [] : [...tableOf(sums, report.currency, paint), ""]),
    ...few(warned, "to look at, in the page and in --json").map(
      (line) => `${paint("yellow", "look")}  ${line}`,
    ),
    ...notes.map((text) => `note  ${text}`),
    ...problems.map((text) => `${paint("red", "FAIL")}  ${text}`),
    `${count(accounts, "account")}, ${count(calls, "call")}, ${warned.length} to look at${standings(rows)}`,
    ...files.map((file) => `written: ${file}`),
  ];
  return `${lines.map((line) => printable(line, Number.POSITIVE_INFINITY)).join("\n")}\n`;
}

/** 7: looked, and found something that a person should look at. */
export function exitCode({ problems, rows }: UsageReport): ExitCode {
  if (problems.length > 0) return EXIT.failed;
  return rows.some(({ warnings }) => warnings.length > 0) ? EXIT.found : EXIT.done;
}

function standings(rows: readonly UsageRow[]): string {
  const of = (standing: UsageRow["standing"], what: string) => {
    const number = rows.filter((row) => row.standing === standing && row.status !== "ended").length;
    return number === 0 ? [] : [`${number} ${what}`];
  };
  const suspended = rows.filter(({ status }) => status === "suspended").length;
  const parts = [
    ...of("planned", "not applied yet"),
    ...of("retained", "retained"),
    ...of("unclaimed", "in no state that was read"),
    ...(suspended === 0 ? [] : [`${suspended} suspended`]),
  ];
  return parts.map((part) => `, ${part}`).join("");
}

function tableOf(sums: readonly UsageSum[], currency: string | null, paint: Paint): string[] {
  const header = ["VENDOR", "TIER", "METRIC", "ACCOUNTS", "USED", "LIMITS", "UNIT", "PERIOD"];
  const rows = sums.map((sum) => [
    sum.vendor,
    sum.tier ?? "none",
    sum.metric,
    String(sum.accounts),
    usedText(sum),
    limitsText(sum),
    sum.unit,
    `${PERIODS[sum.period]}${overText(sum)}`,
    ...(currency === null || sum.cost === undefined ? [] : [sum.cost.toFixed(2)]),
  ]);
  return alignedColumns([[...header, ...(currency === null ? [] : [`COST ${currency}`])], ...rows], paint);
}

/** Of a period that is over, and of how many accounts. */
function overText({ over = 0, accounts, unknown }: UsageSum): string {
  if (over === 0) return "";
  return over === accounts - unknown ? ", over" : ` (${over} over)`;
}

function usedText({ used, unknown }: UsageSum): string {
  if (used === undefined) return "n/a";
  return `${plainNumber(used)}${unknown > 0 ? ` (${unknown} n/a)` : ""}`;
}

/** The sum of the limits; nothing for a metric that no limit is of. */
function limitsText({ actual, unlimited, limitUnknown, accounts }: UsageSum): string {
  if (limitUnknown === undefined) return "";
  if (limitUnknown === accounts) return "n/a";
  const rest = [
    ...(unlimited > 0 && actual !== undefined ? [`${unlimited} without`] : []),
    ...(limitUnknown > 0 ? [`${limitUnknown} n/a`] : []),
  ];
  return `${actual === undefined ? "no limit" : plainNumber(actual)}${rest.length > 0 ? ` (${rest.join(", ")})` : ""}`;
}

/** A number with two decimals at most. */
export function plainNumber(number: number): string {
  return String(Number(number.toFixed(2)));
}

/** The periods in words. */
export const PERIODS: Readonly<Record<UsagePeriod["kind"], string>> = {
  total: "since it was made",
  cycle: "billing cycle",
  window: "month",
  now: "now",
};

function nameOf({ externalId, vendor, account }: UsageRow): string {
  return [externalId, vendor, account].filter((part) => part !== null).join(" ");
}

function few(lines: readonly string[], more: string): string[] {
  if (lines.length <= MOST) return [...lines];
  return [...lines.slice(0, MOST), `and ${lines.length - MOST} more ${more}`];
}
