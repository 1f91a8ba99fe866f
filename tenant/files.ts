import { globSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isObject } from "../provider/core/base/json";
import { printable } from "../provider/core/base/printable";
import { problemsOfSchema, UNKNOWN } from "../provider/core/contract/check";
import type { Problem, Values } from "../provider/core/contract/resource";
import { ownArguments, vendorsOf } from "./arguments";
import { accountOf, tiersSchema, VENDOR_NAMES } from "./description";
import { type Parsed, type Place, parse } from "./document";
import { clashesOf, problemsOfTenant } from "./problems";

/** Something wrong in a file. */
interface FileProblem extends Partial<Place> {
  readonly file: string;
  readonly text: string;
}

/** A tenant and where it stands. */
interface Found {
  readonly file: string;
  /** Its index, where the file holds a list. */
  readonly index?: number;
  readonly values: Values;
  readonly placeOf: (path: readonly string[]) => Place;
}

/**
 * Every tenant of some files, sorted by external id.
 *
 * @returns also everything that is wrong, a line each: `file:line:column path rule`; and the files that no pattern matches,
 * and that look like tenants' by their place and extension.
 */
export function readTenants(
  patterns: readonly string[],
  tiers: Values | undefined,
): { tenants: Values[]; problems: string[]; unread: string[] } {
  const { files, problems, unread } = filesOf(patterns);
  const found: Found[] = [];
  for (const file of files) {
    const { items, problems: ofFile } = itemsOf(file);
    problems.push(...ofFile);
    for (const { value, ...where } of items) {
      if (isObject(value)) found.push({ ...where, values: { ...(tiers ? { tiers } : {}), ...value } });
      else problems.push(at(where, { path: "", rule: "is no tenant: it must be a mapping" }));
    }
  }
  // Those of the tiers that all tenants share are told once.
  const shared = problemsOfSchema(tiersSchema, tiers ?? {});
  problems.push(...shared.map(({ path, rule }) => ({ file: "tiers", text: `${path} ${rule}` })));
  const ofTiers = new Set(shared.map(({ path, rule }) => `tiers.${path} ${rule}`));
  for (const tenant of found) {
    const { secrets, rest } = withoutSecrets(tenant.values);
    const own = problemsOfTenant(rest).filter(({ path, rule }) => !ofTiers.has(`${path} ${rule}`));
    problems.push(...[...secrets, ...own.map(quoted)].map((problem) => at(tenant, problem)));
  }
  for (const { tenant, first, path, rule } of clashesOf(found.map(({ values }) => values))) {
    const [one, other] = [found[tenant], found[first]];
    if (one && other) problems.push(at(one, { path, rule: `${rule} (${placeText(other, path)})` }));
  }
  return {
    tenants: found.map(({ values }) => values).sort(byExternalId),
    problems: linesOf(problems),
    unread: unread.map(inOneLine),
  };
}

/** The tiers of a file; else as {@link readTenants}. */
export function readTiers(file: string): { tiers: Values; problems: string[] } {
  const { items, problems } = itemsOf(file);
  const [item] = items;
  const tiers = isObject(item?.value) ? item.value : {};
  if (item !== undefined) {
    if (items.length > 1 || !isObject(item.value)) {
      problems.push(at(item, { path: "", rule: "must be one mapping of tiers by name" }));
    }
    problems.push(...problemsOfSchema(tiersSchema, tiers).map((problem) => at(item, problem)));
  }
  return { tiers, problems: linesOf(problems) };
}

/** The extensions of tenant files; on some systems their case does not count. */
const EXTENSION = /\.(ya?ml|json)$/i;

function filesOf(patterns: readonly string[]): {
  files: string[];
  problems: FileProblem[];
  unread: string[];
} {
  const problems: FileProblem[] = [];
  const matched = patterns.map((pattern) => globSync(pattern).filter((path) => isFile(path, problems)));
  const known = new Set(matched.flat());
  const files = [...known].sort();
  for (const [index, pattern] of patterns.entries()) {
    if (matched[index]?.length !== 0) continue;
    const effect =
      files.length === 0
        ? "a program without tenants deletes every one"
        : "the tenants of the files that it was to match are deleted";
    const text = `matches no file in ${process.cwd()}, and ${effect}: correct the pattern`;
    problems.push({ file: pattern, text });
  }
  const alike = new Set(patterns.flatMap(likeThoseOf).filter((path) => EXTENSION.test(path)));
  const unread = [...alike].filter((path) => !known.has(path) && isFile(path, [])).sort();
  return { files, problems, unread };
}

/** Files that a pattern passes over by their extension or, in a folder of their own, by lying deeper. */
function likeThoseOf(pattern: string): string[] {
  const others = globSync(pattern.replace(EXTENSION, ".*"));
  const folder = dirname(pattern);
  if (folder === "." || pattern.includes("**") || !basename(pattern).includes("*")) return others;
  return [...others, ...globSync(join(folder, "*/**/*"), { exclude: ["**/node_modules/**"] })];
}

/** Whether a path is a file; a link that leads nowhere is a problem. */
function isFile(path: string, problems: FileProblem[]): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "is a link to nothing" : code === "ELOOP" ? "is a link to itself" : code;
    problems.push({ file: path, text: `cannot be read: it ${why}` });
    return false;
  }
}

/** The text of a file. @throws Error that says why it cannot be read */
function textOf(file: string): string {
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
function itemsOf(file: string): {
  items: (Omit<Found, "values"> & { readonly value: unknown })[];
  problems: FileProblem[];
} {
  let text: string;
  try {
    text = textOf(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { items: [], problems: [{ file, text: code ? `cannot be read: ${code}` : message }] };
  }
  const { documents, problems } = parse(text);
  // In a program it stands for an output, and so passes.
  const mark = text.indexOf(UNKNOWN);
  if (mark >= 0) {
    const message = "is Pulumi's mark for a value that is not known yet; use another text";
    problems.push({ message, ...placeAt(text, mark) });
  }
  const items = documents.flatMap(({ value, placeOf }) =>
    Array.isArray(value)
      ? value.map((entry: unknown, index) => ({
          file,
          index,
          value: entry,
          placeOf: (path: readonly string[]) => placeOf([String(index), ...path]),
        }))
      : [{ file, value, placeOf }],
  );
  if (items.length === 0 && problems.length === 0) return { items, problems: [{ file, text: "is empty" }] };
  const ofNumbers = documents.flatMap(({ numbers }) => numbers.map((number) => oddNumber(file, number)));
  return {
    items,
    problems: [...problems.map(({ message, ...place }) => ({ file, ...place, text: message })), ...ofNumbers],
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
      : `is ${text}, which is read as ${value}: write ${value}, or put it in quotes if it is a text`;
  const where = path.map((step, index) => (index === 0 && /^\d+$/.test(step) ? `[${step}]` : step)).join(".");
  return { file, line, column, text: where === "" ? rule : `${where} ${rule}` };
}

function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** Secrets do not belong in a file that people review. */
function withoutSecrets(tenant: Values): { secrets: Problem[]; rest: Values } {
  const secrets: Problem[] = [];
  const vendors: Record<string, unknown> = isObject(tenant["vendors"]) ? { ...tenant["vendors"] } : {};
  for (const vendor of vendorsOf(tenant)) {
    const own: Record<string, unknown> = { ...ownArguments(tenant, vendor) };
    for (const name of accountOf(vendor).secrets.filter((each) => each in own)) {
      const rule =
        "is a secret, which does not belong in a file: add it in the program, from the stack's config";
      secrets.push({ path: `vendors.${vendor}.${name}`, rule });
      delete own[name];
    }
    vendors[vendor] = own;
  }
  return { secrets, rest: secrets.length > 0 ? { ...tenant, vendors } : tenant };
}

/** YAML takes 42 for a number. */
function quoted({ path, rule }: Problem): Problem {
  return { path, rule: /a string.*; got a number$/.test(rule) ? `${rule}: put it in quotes` : rule };
}

function at({ file, index, placeOf }: Omit<Found, "values">, { path, rule }: Problem): FileProblem {
  const steps = path === "" ? [] : path.split(".");
  const where = [...(index === undefined ? [] : [`[${index}]`]), ...steps].join(".");
  return { file, ...placeOf(steps), text: where === "" ? rule : `${where} ${rule}` };
}

function placeText({ file, placeOf }: Found, path: string): string {
  const { line, column } = placeOf(path.split("."));
  return `${file}:${line}:${column}`;
}

/** In the order of the files, from top to bottom. */
function linesOf(problems: readonly FileProblem[]): string[] {
  const place = ({ line = 0, column = 0 }: FileProblem): number => line * 1e6 + column;
  return problems
    .toSorted((one, other) => compare(one.file, other.file) || place(one) - place(other))
    .map(({ file, line, column, text }) =>
      inOneLine(`${line === undefined ? file : `${file}:${line}:${column}`} ${text}`),
    );
}

/** Names of files and keys in them are anybody's text, and a line of a log may be a command to the pipeline. */
function inOneLine(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY);
}

function byExternalId(one: Values, other: Values): number {
  return compare(String(one["externalId"]), String(other["externalId"]));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
