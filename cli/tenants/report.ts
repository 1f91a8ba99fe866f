import { printable } from "../../provider/core/base/printable";
import { titleOf, type VendorName } from "../../tenant/description";
import { count } from "../count";
import type { Paint } from "../doctor/report";
import { EXIT, type ExitCode } from "../exit-codes";
import type { GenerateReport } from "./generate";
import type { TidyReport } from "./tidy";

/** How many lines of one kind are shown. */
const MOST = 10;

/** The report, for people. */
export function readable(report: GenerateReport, shorten: (path: string) => string, paint: Paint): string {
  const {
    read,
    files,
    known,
    unmatched,
    ended,
    left: leftOut,
    adopted,
    verified,
    notes,
    problems,
    isCheck,
  } = report;
  const lines: string[] = [];
  const painted = (colour: Parameters<Paint>[0], line: string) => paint(colour, plain(line));
  const counts = Object.entries(read).map(
    ([vendor, count]) => `${count} of ${titleOf(vendor as VendorName)}`,
  );
  if (counts.length > 0)
    lines.push(`Read ${count(sum(Object.values(read)), "account")}: ${counts.join(", ")}`);
  if (problems.length > 0) {
    lines.push(...problems.map((each) => painted("red", each)), "Nothing was written");
    return text(lines);
  }
  const already = known > 0 ? `, ${count(known, "account")} in files already` : "";
  lines.push(
    isCheck
      ? `${count(files.length, "customer")} in no file${already}`
      : `${count(files.length, "file")} written${already}`,
  );
  if (adopted.length > 0) lines.push(`adopt added to ${count(adopted.length, "file")}, whose state is lost`);
  if (isCheck) lines.push(...few(files.map((file) => `  ${shorten(file)} would be written`)));
  const left = unmatched.filter(({ isLeft }) => isLeft);
  const untold = unmatched.filter(({ isLeft }) => !isLeft);
  if (untold.length > 0) {
    lines.push(
      paint(
        "yellow",
        isCheck
          ? `${count(untold.length, "account")} that nobody can tell`
          : `${count(untold.length, "account")} in unmatched.csv: fill in externalId, or - for no tenant, rename it, and run this again with --map`,
      ),
      ...byReason(untold),
    );
  }
  if (left.length > 0) {
    const where = isCheck ? "" : ", in unmatched.csv";
    const heading = `${count(left.length, "account")} still there after deleteAfter${where}`;
    lines.push(paint("yellow", heading), ...byReason(left));
  }
  if (ended.length > 0) lines.push(`${count(ended.length, "account")} ended${isCheck ? "" : ": ended.csv"}`);
  if (leftOut > 0) lines.push(`${count(leftOut, "account")} of no tenant, by the mapping`);
  if (verified !== undefined) {
    const { adopted, changes, refusals, created, keys } = verified;
    const all = adopted + refusals.length + created.length;
    lines.push(
      `${count(all, "account")}: ${adopted} adopted, ${count(changes.length, "field")} changed` +
        `${refusals.length > 0 ? `, ${refusals.length} refused` : ""}${created.length > 0 ? `, ${created.length} created` : ""}${keys.length > 0 ? `, ${count(keys.length, "key")} made` : ""}`,
      ...few(
        [
          ...refusals,
          ...changes.map((each) => `${each} would change`),
          ...created.map((each) => `${each} would be created`),
          ...keys.map((each) => `${each} would be made`),
        ].map((each) => `  ${each}`),
      ),
    );
  }
  return text([...lines, ...notes.map((each) => painted("yellow", each))]);
}

/** The report of `tenants tidy`, for people. */
export function tidied({ files, taken, waiting, kept }: TidyReport): string {
  const lines = Object.entries(taken).map(
    ([argument, number]) => `${argument} taken out of ${count(number, "account")}`,
  );
  return text([
    files.length === 0
      ? "Nothing to take out"
      : `${count(files.length, "file")} changed: ${lines.join(", ")}`,
    ...(waiting === 0 ? [] : [`${count(waiting, "account")} not in the state yet: adopt stays`]),
    ...(kept.length === 0
      ? []
      : [`${count(kept.length, "line")} left, since the file would not load without it:`]),
    ...few(kept.map(({ file, vendor, argument, rule }) => `  ${file} ${vendor} ${argument}: ${rule}`)),
  ]);
}

export function exitCode({ problems, unmatched, files, verified, isCheck }: GenerateReport): ExitCode {
  if (problems.length > 0) return EXIT.failed;
  const { changes = [], refusals = [], created = [], keys = [] } = verified ?? {};
  const found = [unmatched, changes, refusals, created, keys, isCheck ? files : []];
  return found.some(({ length }) => length > 0) ? EXIT.found : EXIT.done;
}

/** A line for each account that needs a decision; one for all of a vendor that need the same. */
function byReason(rows: GenerateReport["unmatched"]): string[] {
  const groups = new Map<string, string[]>();
  for (const { vendor, id, reason } of rows) {
    const key = JSON.stringify([vendor, reason]);
    const ids = groups.get(key);
    if (ids === undefined) groups.set(key, [id]);
    else ids.push(id);
  }
  const lines = [...groups].slice(0, MOST).map(([key, ids]) => {
    const [vendor, reason] = JSON.parse(key);
    const more = ids.length > 3 ? ` and ${ids.length - 3} more` : "";
    return `  ${vendor} ${ids.slice(0, 3).join(", ")}${more}${ids.length > 1 ? ": each" : ""} ${reason}`;
  });
  const left = sum([...groups.values()].slice(MOST).map(({ length }) => length));
  return [...lines.map(plain), ...(left > 0 ? [`  and ${count(left, "account")} more`] : [])];
}

function few(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST).map(plain);
  return lines.length <= MOST ? shown : [...shown, `  and ${lines.length - MOST} more`];
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** Names and ids are anybody's text. */
function plain(line: string): string {
  return printable(line, Number.POSITIVE_INFINITY);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
