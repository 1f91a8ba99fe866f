import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { VENDOR_NAMES } from "../../tenant/description";
import { textOf } from "../../tenant/entries";
import { CommandError } from "../command-error";

/** Stands in the mapping for an account that is no tenant's. */
const NO_TENANT = "-";

/** Which tenant an account belongs to, as a person or a CRM says. */
interface Mapped {
  /** {@link NO_TENANT} for none. */
  readonly externalId: string;
  /** Line of a CSV file, or number of the entry, from 1. */
  readonly at: number;
}

/** The mapping by vendor and account id, `zavu sub_1`. */
export type Mapping = ReadonlyMap<string, Mapped>;

/** Whether the mapping says that an account is no tenant's. */
export function isLeftOut(mapping: Mapping, vendor: string, id: string): boolean {
  return mapping.get(`${vendor} ${id}`)?.externalId === NO_TENANT;
}

/** A row of a report on accounts, whose first columns are those of a mapping. */
export interface Row {
  readonly vendor: string;
  readonly id: string;
  readonly connection: string;
  /** The externalId that the account has at the vendor. */
  readonly has: string;
  readonly name: string;
  readonly reason: string;
  /** The account is still there after the `deleteAfter` of its tenant. */
  readonly isLeft?: boolean;
}

const COLUMNS = ["vendor", "id", "externalId"];

const entry = z.looseObject({
  vendor: z.string(),
  id: z.string(),
  externalId: z.string().nullish(),
});

/** Reads a mapping of CSV (with a header; commas, semicolons or tabs) or JSON (a list). @throws CommandError with all that is wrong */
export function readMapping(file: string): Mapping {
  const rows = file.toLowerCase().endsWith(".json") ? fromJson(file) : fromCsv(file);
  const mapping = new Map<string, Mapped>();
  const problems: string[] = [];
  for (const { at, row } of rows) {
    const { data } = entry.safeParse(row);
    const where = `${file}:${at}`;
    if (data === undefined) {
      problems.push(`${where} is no row of a mapping: give the texts ${COLUMNS.join(", ")}`);
      continue;
    }
    const [vendor, id, externalId] = [data.vendor.trim(), data.id.trim(), (data.externalId ?? "").trim()];
    // Left to be filled in.
    if (externalId === "") continue;
    if (`${id}${externalId}`.includes("\uFFFD")) {
      problems.push(`${where} holds U+FFFD, the sign for a lost character: export the file again, as UTF-8`);
    }
    const key = `${vendor} ${id}`;
    const before = mapping.get(key);
    if (!(VENDOR_NAMES as readonly string[]).includes(vendor)) {
      problems.push(`${where} vendor is none of ${VENDOR_NAMES.join(", ")}`);
    } else if (id === "") {
      problems.push(`${where} id is empty: give the id of the account at the vendor`);
    } else if (before !== undefined && before.externalId !== externalId) {
      problems.push(
        `${where} gives the account of line ${before.at} another externalId: keep one of the two`,
      );
    } else mapping.set(key, { externalId, at });
  }
  if (problems.length > 0) throw new CommandError(problems);
  return mapping;
}

/** Whether a person has written into a report that stands there. */
export function isFilledIn(file: string): boolean {
  return readMapping(file).size > 0;
}

/** A report on accounts, in the format of a mapping whose externalIds are to be filled in. */
export function reportText(rows: readonly Row[]): string {
  const filled = rows.map(({ vendor, id, has, name, reason, ...others }) => {
    const [shownHas, shownName, shownReason] = [has, name, reason].map(noFormula);
    return { vendor, id, externalId: "", ...others, has: shownHas, name: shownName, reason: shownReason };
  });
  return stringify(filled, { header: true, columns: REPORT_COLUMNS });
}

const REPORT_COLUMNS = [...COLUMNS, "connection", "has", "name", "reason"];

/** A spreadsheet takes such a text for a formula. An id stays as it is: it is read again. */
function noFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** Whether a file is a report of this command. */
export function isReport(file: string): boolean {
  try {
    return readFileSync(file, "latin1").startsWith(REPORT_COLUMNS.join(","));
  } catch {
    return false;
  }
}

/** Reads a mapping: which customer a misread name would become cannot be told. @throws CommandError */
function textOfMapping(file: string): string {
  try {
    return textOf(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError([
      code ? `${file} cannot be read (${code}): give a file that is there` : `${file} ${message}`,
    ]);
  }
}

function fromCsv(file: string): { at: number; row: unknown }[] {
  const text = textOfMapping(file);
  let records: { info: { lines: number }; record: Record<string, string> }[];
  try {
    records = parse(text, {
      columns: (header: string[]) => header.map((name) => name.trim()),
      delimiter: delimiterOf(text),
      info: true,
      skip_empty_lines: true,
    }) as unknown as typeof records;
  } catch (error) {
    const line = error instanceof Error && "lines" in error ? `:${error.lines}` : "";
    throw new CommandError([
      `${file}${line} is no row of a table: look for a quote that is not closed, and put quotes around a text with a separator in it`,
    ]);
  }
  const missing = COLUMNS.filter((name) => records[0] !== undefined && !(name in records[0].record));
  if (missing.length > 0) {
    throw new CommandError([
      `${file}:1 has no column ${missing.join(", ")}: begin with the line ${COLUMNS.join(",")}`,
    ]);
  }
  return records.map(({ info, record }) => ({ at: info.lines, row: record }));
}

/** The separator in the first line. */
function delimiterOf(text: string): string {
  const [header = ""] = text.split("\n", 1);
  return [";", "\t"].find((each) => header.includes(each)) ?? ",";
}

function fromJson(file: string): { at: number; row: unknown }[] {
  let list: unknown;
  try {
    list = JSON.parse(textOfMapping(file));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError([`${file} is no JSON`]);
  }
  if (!Array.isArray(list))
    throw new CommandError([`${file} is no list: give [{ "vendor", "id", "externalId" }]`]);
  return list.map((row: unknown, index) => ({ at: index + 1, row }));
}
