import { isObject } from "../provider/core/base/json";
import { printable } from "../provider/core/base/printable";
import type { Problem, Values } from "../provider/core/contract/resource";
import { ownArguments, vendorsOf } from "./arguments";
import { accountOf, VENDOR_NAMES } from "./description";
import { type Entry, type FileProblem, itemsOf } from "./entries";
import { filesOf } from "./patterns";
import { clashesOf, problemsOfTenant, problemsOfTiers } from "./problems";
import { listedFiles } from "./shard-list";

/** A tenant and where it stands. */
interface Found extends Omit<Entry, "value"> {
  readonly values: Values;
  /** The shard that the file pins it to. */
  readonly pin?: string;
}

/** Whether a tenant is one of those that are wanted; of the others nothing is checked. */
export type IsWanted = (externalId: string, pin: string | undefined) => boolean;

/** The tenants of some files, and everything that is wrong with them. */
interface Tenants {
  /** Sorted by external id. */
  readonly tenants: Values[];
  readonly problems: FileProblem[];
  /** The files that were read. */
  readonly files: string[];
  /** Files that no pattern matches and that look like tenants' by their place and extension. */
  readonly unread: string[];
  /** The shard that a tenant is pinned to, by external id. */
  readonly pins: ReadonlyMap<string, string>;
  /** The file of each tenant, by external id. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Reads as {@link findTenants}, with the problems as a line each: `file:line:column path rule`.
 *
 * @param shard has the tenants that are wanted
 * @param list {@link ShardList} of that shard: a path
 */
export function readTenants(
  patterns: readonly string[],
  tiers: Values | undefined,
  shard?: { readonly name: string; readonly has: IsWanted },
  list?: string,
): { tenants: Values[]; problems: string[]; unread: string[] } {
  const isWanted = shard && ((externalId: string, pin: string | undefined) => shard.has(externalId, pin));
  const listed = shard && list ? listedFiles(list, shard.name, patterns) : undefined;
  const found = listed && tenantsIn({ files: listed.files, problems: [], unread: [] }, tiers, isWanted);
  const isSame = found?.tenants.map(({ externalId }) => externalId).join("\n") === listed?.tenants.join("\n");
  const { tenants, problems, unread } = found && isSame ? found : findTenants(patterns, tiers, isWanted);
  return { tenants, problems: problems.map(lineOf), unread };
}

/** Reads the tenants of some files: all of them, or those that are wanted. */
export function findTenants(
  patterns: readonly string[],
  tiers: Values | undefined,
  isWanted?: IsWanted,
): Tenants {
  return tenantsIn(filesOf(patterns), tiers, isWanted);
}

function tenantsIn(
  { files, problems, unread }: ReturnType<typeof filesOf>,
  tiers: Values | undefined,
  isWanted: IsWanted = () => true,
): Tenants {
  const found: Found[] = [];
  for (const file of files) {
    const { items, problems: ofFile } = itemsOf(file);
    problems.push(...ofFile);
    for (const { value, ...where } of items) {
      const rule = isObject(value) ? ruleOfStranger(value) : "is no tenant: it must be a mapping";
      if (rule) problems.push(at(where, { path: "", rule }));
      if (rule || !isObject(value)) continue;
      const { shard: pin, ...own } = value;
      const { externalId } = own;
      if (pin !== undefined && typeof pin !== "string") {
        problems.push(at(where, { path: "shard", rule: "must be the name of a shard of the fleet's map" }));
      } else if (typeof externalId !== "string" || isWanted(externalId, pin)) {
        const values = { ...(tiers ? { tiers } : {}), ...own };
        found.push({ ...where, values, ...(pin === undefined ? {} : { pin }) });
      }
    }
  }
  // Those of the tiers that all tenants share are told once.
  const shared = problemsOfTiers(tiers ?? {});
  problems.push(...shared.map(({ path, rule }) => ({ file: "tiers", text: `${path} ${rule}` })));
  const ofTiers = new Set(shared.map(({ path, rule }) => `tiers.${path} ${rule}`));
  for (const tenant of found) {
    const { secrets, rest } = withoutSecrets(tenant.values);
    const own = problemsOfTenant(rest).filter(({ path, rule }) => !ofTiers.has(`${path} ${rule}`));
    const isOfTier = ({ path }: Problem) => path.startsWith("tiers.") && tenant.values["tiers"] === tiers;
    problems.push(
      ...withEmpty([...secrets, ...own], tenant).map((problem) =>
        // What the tier fixes stands elsewhere, and is wrong only beside what this tenant says.
        isOfTier(problem) ? at(tenant, problem, ["tier"]) : at(tenant, problem),
      ),
    );
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
    sources: new Map(found.map(({ file, values }) => [String(values["externalId"]), file])),
    pins: new Map(found.flatMap(({ values, pin }) => (pin ? [[String(values["externalId"]), pin]] : []))),
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
    if (items.length > 1 || item.index !== undefined || !isObject(item.value)) {
      const rule = "must be one mapping of tiers by name, such as gold: { zavu: { … } }";
      return { tiers: {}, problems: [...problems, at(item, { path: "", rule })] };
    }
    if (isWrapped(tiers)) {
      const rule = "is no tier: the file holds the tiers right away, so take this line out";
      return { tiers: {}, problems: [...problems, at(item, { path: "tiers", rule })] };
    }
    const ofTiers = withEmpty(problemsOfTiers(tiers), item);
    problems.push(...ofTiers.map((problem) => at(item, problem)));
  }
  return { tiers, problems: inOrder(problems) };
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

/** What a mapping is that has nothing of a tenant, such as Pulumi.yaml where a pattern is too wide. */
function ruleOfStranger(value: Values): string | undefined {
  const isTenant = ["externalId", "vendors", "tier"].some((name) => name in value);
  return isTenant ? undefined : "is no tenant: it has neither externalId nor vendors";
}

/** Whether the tiers stand below a key `tiers`. */
function isWrapped({ tiers, ...others }: Values): boolean {
  const isTier = (value: unknown) => isObject(value) && VENDOR_NAMES.some((name) => name in value);
  return Object.keys(others).length === 0 && isObject(tiers) && Object.values(tiers).some(isTier);
}

/** Adds keys without a value, where `null` would be taken: it means something, and mostly not what was meant. */
function withEmpty(problems: readonly Problem[], { empty }: Pick<Found, "empty">): Problem[] {
  const told = problems.map(({ path, rule }) =>
    empty.includes(path) ? { path, rule: rule.replace("; got null", "; got no value") } : { path, rule },
  );
  const rule = "has no value: write one, or null if that is meant, or take the line out";
  return [
    ...told,
    ...empty.filter((path) => !problems.some((each) => each.path === path)).map((path) => ({ path, rule })),
  ];
}

function at(
  { file, index, placeOf }: Pick<Found, "file" | "index" | "placeOf">,
  { path, rule }: Problem,
  place = path === "" ? [] : path.split("."),
): FileProblem {
  const where = [...(index === undefined ? [] : [`[${index}]`]), ...(path === "" ? [] : [path])].join(".");
  return { file, ...placeOf(place), text: where === "" ? rule : `${where} ${rule}` };
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
