import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { type OddNumber, survey } from "./survey";
import { syntaxRule } from "./syntax";

/** A place in a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One document of a file: its value, and where each part of it stands. */
export interface Parsed {
  readonly value: unknown;
  /** The place of a path, or of the nearest part above it that is there. */
  readonly placeOf: (path: readonly string[]) => Place;
  /** Numbers that are not written as they are read. */
  readonly numbers: readonly (Omit<OddNumber, "offset"> & Place)[];
  /** Paths of keys with nothing behind their colon, which YAML reads as `null`. */
  readonly empty: readonly (readonly string[])[];
}

/** A text that is no YAML. */
export interface SyntaxProblem extends Place {
  readonly message: string;
}

/** Reads YAML 1.2, and so JSON: plain data, without a tag or a type of its own. */
export function parse(text: string): { documents: Parsed[]; problems: SyntaxProblem[] } {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // The comment that a parser of documents has for a text without any.
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, version: "1.2" });
  const documents = "empty" in parsed ? [] : (parsed as Document.Parsed[]);
  // One mistake often has several messages, of which the first tells it best.
  const problems = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].slice(0, 1).map(({ code, message, pos: [offset] }) => ({
      message: syntaxRule(code, message, text, offset),
      ...placeAt(offset),
    })),
  );
  if (problems.length > 0) return { documents: [], problems };
  const found = documents.map((document) => ({ document, ...survey(document) }));
  const isAlone = documents.length === 1;
  const flaws = found.flatMap(({ document, problems }) =>
    isEmpty(document) && !isAlone
      ? [{ message: "is an empty document: take out one of the lines ---", offset: document.range[0] }]
      : problems,
  );
  if (flaws.length > 0) {
    return {
      documents: [],
      problems: flaws.map(({ message, offset }) => ({ message, ...placeAt(offset) })),
    };
  }
  const filled = found.filter(({ document }) => !isEmpty(document));
  return {
    documents: filled.map(({ document, numbers, empty }) => ({
      // How large it comes to is known.
      value: document.toJS({ maxAliasCount: -1 }),
      placeOf: (path) => placeAt(offsetOf(document, path)),
      numbers: numbers.map(({ offset, ...number }) => ({ ...number, ...placeAt(offset) })),
      empty,
    })),
    problems: [],
  };
}

function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === "");
}

function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String((key as { value?: unknown } | null)?.value) === step);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = resolved(document, pair.value as Node | null);
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (item === undefined) break;
      offset = item.range?.[0] ?? offset;
      node = resolved(document, item);
    } else break;
  }
  return offset;
}

function resolved(document: Document.Parsed, node: Node | null | undefined): Node | null | undefined {
  return node && "resolve" in node && typeof node.resolve === "function" ? node.resolve(document) : node;
}
