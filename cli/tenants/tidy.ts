import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Document, isScalar, type Pair, type YAMLMap } from "yaml";
import type { Problem, Values } from "../../provider/core/contract/resource";
import { problemsOfTenant } from "../../tenant/problems";
import { CommandError } from "../command-error";
import { jsonText } from "../json-text";
import type { StateAccount } from "../keys/state";
import { accountsOf, documentsIn, namesIn, valuesIn } from "./documents";
import { write } from "./files";

/** The outcome of tidying. */
export interface TidyReport {
  /** Files that were changed. */
  readonly files: readonly string[];
  /** Lines that were taken out, by argument. */
  readonly taken: Readonly<Record<string, number>>;
  /** Accounts whose `adopt` line stays, since the state does not have them. */
  readonly waiting: number;
  /** Lines that stay, since the file would not load without them. */
  readonly kept: readonly KeptLine[];
}

/** A line that stays, and what the loader would say without it. */
interface KeptLine {
  readonly file: string;
  readonly vendor: string;
  readonly argument: string;
  readonly rule: string;
}

/** A line to be taken out: its account, and the pair in it. */
interface Line {
  readonly account: YAMLMap;
  readonly pair: Pair;
}

/**
 * Takes lines out of the files of tenants that are of no use once the state has their accounts: `adopt`, and where asked for
 * `deletionPolicy: retain`. Everything else in the files stays as it is, and so does a line without which a file would not
 * load.
 *
 * @throws CommandError where a file cannot be read or written
 */
export function tidy(
  folder: string,
  accounts: readonly StateAccount[],
  { takesPolicies, tiers }: { readonly takesPolicies: boolean; readonly tiers: Values },
): TidyReport {
  const ids = new Set(
    accounts.filter(({ name }) => name !== undefined).map(({ vendor, id }) => `${vendor} ${id}`),
  );
  const files: string[] = [];
  const taken: Record<string, number> = {};
  const kept: KeptLine[] = [];
  let waiting = 0;
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const documents = documentsIn(text);
    if (documents.some(({ errors }) => errors.length > 0)) {
      throw new CommandError([`${file} is no YAML: subaccounts check ${folder} says where`]);
    }
    const lines: Line[] = [];
    for (const document of documents) {
      for (const { tenant, vendor, account } of accountsOf(document)) {
        const adopt = account.get("adopt");
        if (adopt === undefined) continue;
        if (!ids.has(`${vendor} ${adopt}`)) {
          waiting++;
          continue;
        }
        const values = () => ({ tiers, ...tenant.toJS(document) });
        const { free, needed } = sortPairs(account, unusedPairs(account, takesPolicies), values);
        kept.push(...needed.map((line) => ({ file, vendor, ...line })));
        for (const pair of free) {
          lines.push({ account, pair });
          const key = nameOf(pair);
          taken[key] = (taken[key] ?? 0) + 1;
        }
      }
    }
    if (lines.length === 0) continue;
    write(file, without(text, documents, lines, file));
    files.push(file);
  }
  return { files, taken, waiting, kept };
}

/** The pairs of an account in the state that do nothing any more, or are not wanted. */
function unusedPairs(account: YAMLMap, takesPolicies: boolean): Pair[] {
  const isRetained = account.get("deletionPolicy") === "retain";
  const unused = takesPolicies && isRetained ? ["adopt", "deletionPolicy"] : ["adopt"];
  return account.items.filter((pair) => unused.includes(nameOf(pair)));
}

/** Tells pairs that can be taken out of an account from those without which its tenant would not load. */
function sortPairs(
  account: YAMLMap,
  pairs: readonly Pair[],
  tenant: () => Values,
): { free: Pair[]; needed: Pick<KeptLine, "argument" | "rule">[] } {
  const textOf = ({ path, rule }: Problem) => `${path} ${rule}`;
  const { items } = account;
  const before = new Set(problemsOfTenant(tenant()).map(textOf));
  const free: Pair[] = [];
  const needed: Pick<KeptLine, "argument" | "rule">[] = [];
  for (const pair of pairs) {
    account.items = items.filter((each) => each !== pair && !free.includes(each));
    const rule = problemsOfTenant(tenant())
      .map(textOf)
      .find((each) => !before.has(each));
    account.items = items;
    if (rule === undefined) free.push(pair);
    else needed.push({ argument: nameOf(pair), rule });
  }
  return { free, needed };
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

/**
 * The text without these lines. A pair that has its lines to itself is cut out of the text; where one shares them, the
 * document is written anew, with its comments.
 */
function without(
  text: string,
  documents: readonly Document.Parsed[],
  lines: readonly Line[],
  file: string,
): string {
  const cuts = lines.map((line) => cutOf(text, line, lines));
  for (const { account, pair } of lines) account.delete(pair.key);
  const wanted = documents.map((document) => document.toJS());
  const cut = cuts.every((each) => each !== undefined)
    ? cuts
        .toSorted((one, other) => other.from - one.from)
        .reduce((left, { from, to }) => left.slice(0, from) + left.slice(to), text)
    : undefined;
  const result =
    cut !== undefined && isDeepStrictEqual(valuesIn(cut), wanted)
      ? cut
      : file.toLowerCase().endsWith(".json")
        ? jsonText(wanted[0])
        : documents.map((document) => document.toString({ lineWidth: 0 })).join("");
  if (isDeepStrictEqual(valuesIn(result), wanted)) return result;
  throw new CommandError([
    `${file} cannot be tidied without changing something else: take the adopt lines out by hand`,
  ]);
}

/** The lines of a pair in a block, unless it is the last one there. */
function cutOf(
  text: string,
  { account, pair }: Line,
  lines: readonly Line[],
): { from: number; to: number } | undefined {
  const gone = lines.filter((each) => each.account === account).length;
  if (account.flow || gone === account.items.length || !isScalar(pair.key) || !isScalar(pair.value))
    return undefined;
  const [from = 0] = pair.key.range ?? [];
  const [, end = from] = pair.value.range ?? [];
  const start = text.lastIndexOf("\n", from) + 1;
  const next = text.indexOf("\n", end);
  if (text.slice(start, from).trim() !== "") return undefined;
  return { from: start, to: next < 0 ? text.length : next + 1 };
}
