import { globSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isObject } from "../provider/core/base/json";
import { printable } from "../provider/core/base/printable";
import { problemsOfSchema } from "../provider/core/contract/check";
import type { Problem, Values } from "../provider/core/contract/resource";
import { ownArguments, vendorsOf } from "./arguments";
import { accountOf, tiersSchema } from "./description";
import { type Entry, type FileProblem, itemsOf } from "./entries";
import { clashesOf, problemsOfTenant } from "./problems";

/** A tenant and where it stands. */
interface Found extends Omit<Entry, "value"> {
  readonly values: Values;
}

/** The tenants of some files, and everything that is wrong with them. */
interface Tenants {
  /** Sorted by external id. */
  readonly tenants: Values[];
  readonly problems: FileProblem[];
  /** The files that were read. */
  readonly files: string[];
  /** Files that no pattern matches and that look like tenants' by their place and extension. */
  readonly unread: string[];
}

/** Reads as {@link findTenants}, with the problems as a line each: `file:line:column path rule`. */
export function readTenants(
  patterns: readonly string[],
  tiers: Values | undefined,
): { tenants: Values[]; problems: string[]; unread: string[] } {
  const { tenants, problems, unread } = findTenants(patterns, tiers);
  return { tenants, problems: problems.map(lineOf), unread };
}

/** Reads every tenant of some files. */
export function findTenants(patterns: readonly string[], tiers: Values | undefined): Tenants {
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
    problems: inOrder(problems),
    files,
    unread: unread.map(inOneLine),
  };
}

/** Reads as {@link findTiers}, with the problems as lines. */
export function readTiers(file: string): { tiers: Values; problems: string[] } {
  const { tiers, problems } = findTiers(file);
  return { tiers, problems: problems.map(lineOf) };
}

/** Reads the tiers of a file. */
export function findTiers(file: string): { tiers: Values; problems: FileProblem[] } {
  const { items, problems } = itemsOf(file);
  const [item] = items;
  const tiers = isObject(item?.value) ? item.value : {};
  if (item !== undefined) {
    if (items.length > 1 || !isObject(item.value)) {
      problems.push(at(item, { path: "", rule: "must be one mapping of tiers by name" }));
    }
    problems.push(...problemsOfSchema(tiersSchema, tiers).map((problem) => at(item, problem)));
  }
  return { tiers, problems: inOrder(problems) };
}

/** The extensions of tenant files; on some systems their case does not count. */
const EXTENSION = /\.(ya?ml|json)$/i;
/** The extension of a pattern, or a choice of them. */
const OF_PATTERN = /\.(ya?ml|json|\{[^/]*\})$/i;

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
  const others = globSync(pattern.replace(OF_PATTERN, ".*"));
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
function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  const place = ({ line = 0, column = 0 }: FileProblem): number => line * 1e6 + column;
  return problems.toSorted((one, other) => compare(one.file, other.file) || place(one) - place(other));
}

/** A problem as a line: `file:line:column path rule`. */
export function lineOf({ file, line, column, text }: FileProblem): string {
  return inOneLine(`${line === undefined ? file : `${file}:${line}:${column}`} ${text}`);
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
