import { readFileSync } from "node:fs";
import { UNKNOWN } from "../provider/core/contract/check";
import { accountOf, VENDOR_NAMES } from "./description";
import { type Parsed, type Place, parse } from "./document";

/** Something wrong in a file. */
export interface FileProblem extends Partial<Place> {
  readonly file: string;
  readonly text: string;
}

/** One entry of a file, and where it stands. */
export interface Entry {
  readonly file: string;
  /** Its index, where the file holds a list. */
  readonly index?: number;
  readonly value: unknown;
  readonly placeOf: (path: readonly string[]) => Place;
  /** Paths of keys without a value, which YAML reads as `null`. */
  readonly empty: readonly string[];
}

/** The text of a file. @throws Error that says why it cannot be read */
export function textOf(file: string): string {
  const bytes = readFileSync(file);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("is not UTF-8, and names would change: save it as UTF-8");
  }
  if (text.includes("\uFEFF")) throw new Error("holds a byte order mark in its middle: take it out");
  return text;
}

/** Lists the entries of a file: documents, and the entries of those that are lists. */
export function itemsOf(file: string): { items: Entry[]; problems: FileProblem[] } {
  let text: string;
  try {
    text = textOf(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      items: [],
      problems: [{ file, text: code ? `cannot be read (${code}): give a file that is there` : message }],
    };
  }
  const { documents, problems } = parse(text);
  // In a program it stands for an output, and so passes.
  const mark = text.indexOf(UNKNOWN);
  if (mark >= 0) {
    const message = "is Pulumi's mark for a value that is not known yet; use another text";
    problems.push({ message, ...placeAt(text, mark) });
  }
  const placesIn = placesOf(text);
  const items = documents.flatMap(({ value, empty }, document) => {
    const placeOf = placesIn(document);
    return Array.isArray(value)
      ? value.map((entry: unknown, index) => ({
          file,
          index,
          value: entry,
          placeOf: (path: readonly string[]) => placeOf([String(index), ...path]),
          empty: empty.filter(([first]) => first === String(index)).map(([, ...path]) => path.join(".")),
        }))
      : [{ file, value, placeOf, empty: empty.map((path) => path.join(".")) }];
  });
  if (items.length === 0 && problems.length === 0) return { items, problems: [{ file, text: "is empty" }] };
  const ofNumbers = documents.flatMap(({ numbers }) => numbers.map((number) => oddNumber(file, number)));
  return {
    items,
    problems: [...problems.map(({ message, ...place }) => ({ file, ...place, text: message })), ...ofNumbers],
  };
}

/** Finds places in a text by parsing it again, once: thousands of parsed documents take much more memory than their texts. */
function placesOf(text: string): (document: number) => Entry["placeOf"] {
  let documents: Parsed[] | undefined;
  return (document) => (path) => {
    documents ??= parse(text).documents;
    return documents[document]?.placeOf(path) ?? { line: 1, column: 1 };
  };
}

/** Another number would arrive than the one that is written, or another text. */
function oddNumber(
  file: string,
  { path, text, value, line, column }: Parsed["numbers"][number],
): FileProblem {
  const vendor = VENDOR_NAMES.find((name) => path.includes(name));
  const unit = vendor && accountOf(vendor).fields[path.slice(path.indexOf(vendor) + 1).join(".")]?.unit;
  const rule =
    unit?.includes("cents") && /^\d+\.\d\d$/.test(text)
      ? `is ${text}, and its unit is ${unit}: write ${Number(text.replace(".", ""))}`
      : Number.isFinite(value)
        ? `is ${text}, which is read as ${value}: write ${value}, or put it in quotes if it is a text`
        : `is ${text}, which no vendor takes: write a number, or name the field in \`unlimited\``;
  const where = path.map((step, index) => (index === 0 && /^\d+$/.test(step) ? `[${step}]` : step)).join(".");
  return { file, line, column, text: where === "" ? rule : `${where} ${rule}` };
}

function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
