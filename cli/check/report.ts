import { printable } from "../../provider/core/base/printable";
import { count } from "../count";
import { jsonText } from "../json-text";

/** The ways to print a report. */
export type Format = "text" | "json" | "github";

/** Something wrong in a file. */
export interface Problem {
  readonly file: string;
  /** From 1; absent where it is of the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** The path in the tenant and the rule, such as `vendors.zavu.creditLimit must be …`. */
  readonly message: string;
}

/** The whole report, as `--json` prints it. */
export interface CheckReport {
  /** Whether nothing is wrong. */
  readonly ok: boolean;
  /** How many tenants the files hold. */
  readonly tenants: number;
  /** The files of tenants that were read. */
  readonly files: readonly string[];
  /** The file of tiers that they were checked with, or null. */
  readonly tiers: string | null;
  readonly problems: readonly Problem[];
  /** Files that look like tenants' and that no path names. */
  readonly unread: readonly string[];
  /** Tiers that tenants name, where no file of tiers is there to be checked with. */
  readonly tierless: readonly string[];
}

/** Composes the text of a report. */
export function format(report: CheckReport, as: Format): string {
  if (as === "json") return jsonText(report);
  const lines = as === "github" ? annotations(report) : textLines(report);
  return [...lines, summary(report), ""].join("\n");
}

/** Composes the notes on files and tiers that were not checked. */
function notes({ unread, tierless }: CheckReport): { file: string | undefined; text: string }[] {
  const ofTiers = `no file of tiers was found, so what ${tierless.join(", ")} gives is not checked: name the file with --tiers`;
  return [
    ...unread.map((file) => ({ file, text: `${file} is not checked, since no path names it` })),
    ...(tierless.length > 0 ? [{ file: undefined, text: ofTiers }] : []),
  ];
}

function textLines(report: CheckReport): string[] {
  return [
    ...report.problems.map(({ file, line, column, message }) =>
      oneLine(`${line === undefined ? file : `${file}:${line}:${column}`} ${message}`),
    ),
    ...notes(report).map(({ text }) => oneLine(`note: ${text}`)),
  ];
}

/** One line, whatever a file holds. */
function oneLine(text: string): string {
  return printable(text, 2000);
}

/** Commands of GitHub Actions, by which a pull request shows the problem beside the line. */
function annotations(report: CheckReport): string[] {
  return [
    ...report.problems.map(({ file, line, column, message }) => {
      const place = line === undefined ? "" : `,line=${line},col=${column}`;
      return `::error file=${property(file)}${place}::${data(message)}`;
    }),
    ...notes(report).map(
      ({ file, text }) => `::notice${file ? ` file=${property(file)}` : ""}::${data(text)}`,
    ),
  ];
}

function data(text: string): string {
  return oneLine(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function summary({ problems, tenants, files, tiers }: CheckReport): string {
  const read = `${count(tenants, "tenant")} in ${count(files.length, "file")}${tiers === null ? "" : ` and ${oneLine(tiers)}`}`;
  return problems.length === 0
    ? `Nothing is wrong: ${read}.`
    : `${count(problems.length, "problem")}: ${read}.`;
}
