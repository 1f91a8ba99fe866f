import { isDeepStrictEqual } from "node:util";
import {
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseAllDocuments,
  parseDocument,
  type YAMLMap,
} from "yaml";

type Entry = YAMLMap.Parsed;

/** A part of a text, by its offsets, and what takes its place. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes or takes out the line `shard:` of a tenant; all else of the text stays as it is.
 *
 * @param shard undefined takes it out
 * @returns undefined where the text does not have the tenant, or has it in a form that is not edited, such as JSON
 */
export function withPin(text: string, externalId: string, shard: string | undefined): string | undefined {
  const documents = parseAllDocuments(text);
  if ("empty" in documents) return undefined;
  for (const { contents } of documents) {
    const entries: readonly unknown[] = isSeq(contents) ? contents.items : [contents];
    const entry = entries.find((each): each is Entry => isMap(each) && each.get("externalId") === externalId);
    const splice = entry && pinOf(text, entry, shard);
    if (splice) return checked(text, splice, (before) => pinned(before, externalId, shard));
  }
  return undefined;
}

/** Puts the children of a shard in its place in a shard map; undefined where it stands in a form that is not edited. */
export function withChildren(text: string, shard: string, children: readonly string[]): string | undefined {
  const list = parseDocument(text, { schema: "failsafe" }).get("shards", true);
  const item = isSeq(list) ? list.items.find((each) => isScalar(each) && each.value === shard) : undefined;
  if (!isSeq(list) || !isScalar(item) || !item.range) return undefined;
  const [start, end] = item.range;
  const quote = /^["']/.exec(text.slice(start))?.[0] ?? "";
  const quoted = children.map((child) => `${quote}${child}${quote}`);
  const dash = text.slice(text.lastIndexOf("\n", start) + 1, start);
  const splice = { start, end, text: quoted.join(list.flow ? ", " : `\n${dash}`) };
  return checked(text, splice, ([before]) => {
    const map = before as { shards: string[] };
    return [{ ...map, shards: map.shards.flatMap((name) => (name === shard ? children : [name])) }];
  });
}

function pinOf(text: string, entry: Entry, shard: string | undefined): Splice | undefined {
  const pairOf = (name: string) => entry.items.find(({ key }) => isScalar(key) && key.value === name);
  const own = pairOf("shard");
  if (own?.value) {
    const [start, end] = own.value.range;
    if (shard !== undefined) return { start, end, text: shard };
    return entry.flow ? flowPair(text, own.key, end) : line(text, own.key, end);
  }
  const first = pairOf("externalId");
  if (shard === undefined || !first?.value) return undefined;
  const [start] = first.key.range;
  const [, end] = first.value.range;
  if (entry.flow) return { start: end, end, text: `, shard: ${shard}` };
  const at = lineEnd(text, end);
  return { start: at, end: at, text: `\n${" ".repeat(start - lineStart(text, start))}shard: ${shard}` };
}

/** A pair of `{ … }` with the comma in front of it. */
function flowPair(text: string, key: ParsedNode, end: number): Splice {
  const before = /,\s*$/.exec(text.slice(0, key.range[0]));
  return { start: before?.index ?? key.range[0], end, text: "" };
}

function line(text: string, key: ParsedNode, end: number): Splice {
  return { start: lineStart(text, key.range[0]), end: lineEnd(text, end) + 1, text: "" };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The values of all documents once a tenant has its pin. */
function pinned(documents: readonly unknown[], externalId: string, shard: string | undefined): unknown[] {
  const set = (entry: unknown) => {
    const { shard: _, ...others } = entry as Record<string, unknown>;
    if (others["externalId"] !== externalId) return entry;
    return shard === undefined ? others : { ...others, shard };
  };
  return documents.map((each) => (Array.isArray(each) ? each.map(set) : set(each)));
}

/** The changed text, if it holds what it shall hold. */
function checked(
  text: string,
  { start, end, text: other }: Splice,
  expected: (before: readonly unknown[]) => unknown[],
): string | undefined {
  const changed = text.slice(0, start) + other + text.slice(end);
  try {
    return isDeepStrictEqual(valuesIn(changed), expected(valuesIn(text))) ? changed : undefined;
  } catch {
    return undefined;
  }
}

/** All scalars are texts: prefixes such as `1e3` are. */
function valuesIn(text: string): unknown[] {
  return parseAllDocuments(text, { schema: "failsafe" }).map((document) => document.toJS());
}
