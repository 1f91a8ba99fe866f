import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isScalar, type YAMLMap } from "yaml";
import { CommandError } from "../command-error";
import { accountsOf, documentsIn, namesIn, valuesIn } from "./documents";
import { write } from "./files";
import type { Lost } from "./plan";

/**
 * Writes `adopt` lines into files of tenants whose state is lost, and changes nothing else in them.
 *
 * @returns the files. @throws CommandError where one cannot be changed
 */
export function addAdoptLines(folder: string, lost: readonly Lost[]): string[] {
  if (lost.length === 0) return [];
  const ids = new Map(
    lost.map(({ tenant, seen }) => [`${tenant["externalId"]} ${seen.vendor}`, seen.account.id]),
  );
  const files: string[] = [];
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const documents = documentsIn(text);
    const lines = documents.flatMap(accountsOf).flatMap(({ externalId, vendor, account }) => {
      const id = ids.get(`${externalId} ${vendor}`);
      return id === undefined || account.has("adopt") ? [] : [{ account, id, ...lineOf(text, account, id) }];
    });
    if (lines.length === 0) continue;
    const result = lines
      .toSorted((one, other) => other.at - one.at)
      .reduce((left, { at, line }) => left.slice(0, at) + line + left.slice(at), text);
    for (const { account, id } of lines) account.set("adopt", id);
    const wanted = documents.map((document) => document.toJS());
    if (!isDeepStrictEqual(valuesIn(result), wanted)) {
      throw new CommandError([
        `${file} cannot be changed without changing something else. Add by hand: ${lines.map(({ id }) => `adopt: ${id}`).join(", ")}`,
      ]);
    }
    write(file, result);
    files.push(file);
  }
  return files;
}

/** Where the line of an account goes: first in a block, or behind the brace. */
function lineOf(text: string, account: YAMLMap, id: string): { at: number; line: string } {
  const [from = 0] = account.range ?? [];
  const shown = JSON.stringify(id);
  if (account.flow) {
    const key = text.trimStart().startsWith("{") || text.trimStart().startsWith("[") ? '"adopt"' : "adopt";
    return { at: from + 1, line: ` ${key}: ${shown}${account.items.length > 0 ? "," : " "}` };
  }
  const [first] = account.items;
  const [at = from] = isScalar(first?.key) ? (first.key.range ?? []) : [];
  const start = text.lastIndexOf("\n", at) + 1;
  return { at: start, line: `${text.slice(start, at)}adopt: ${shown}\n` };
}
