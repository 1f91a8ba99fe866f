import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { plainRule } from "./syntax";

/** Values that a document may come to with its aliases: a few lines can stand for billions. */
const MOST_VALUES = 1_000_000;

/** A number whose text is not how JSON writes its value: `012`, `1.10`, `50.00`. */
export interface OddNumber {
  readonly path: readonly string[];
  readonly text: string;
  readonly value: number;
  readonly offset: number;
}

/** What a document holds that YAML takes and that would not arrive as it is written. */
export interface Survey {
  readonly problems: readonly { readonly message: string; readonly offset: number }[];
  readonly numbers: readonly OddNumber[];
  /** Paths of keys without a value. */
  readonly empty: readonly (readonly string[])[];
}

/** Looks at each node of a document once, however many aliases lead to it. */
export function survey(document: Document.Parsed): Survey {
  const problems: { message: string; offset: number }[] = [];
  const numbers: OddNumber[] = [];
  const empty: (readonly string[])[] = [];
  const counts = new Map<Node, number>();
  const open = new Set<Node>();
  const tell = (message: string, node: Node): void => {
    problems.push({ message, offset: node.range?.[0] ?? 0 });
  };

  const count = (node: unknown, path: readonly string[]): number => {
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target !== undefined) return count(target, path);
      tell(`*${node.source} names no anchor that stands before it in this document`, node);
      return 1;
    }
    if (!isMap(node) && !isSeq(node)) {
      if (isScalar(node)) note(node, path);
      return 1;
    }
    const known = counts.get(node);
    if (known !== undefined) return known;
    if (open.has(node)) {
      tell("holds an alias of itself", document.contents ?? node);
      return 1;
    }
    open.add(node);
    let sum = 1;
    for (const [index, item] of node.items.entries()) {
      sum += isMap(node) ? countPair(item as Pair, path, node) : count(item, [...path, String(index)]);
    }
    open.delete(node);
    counts.set(node, sum);
    return sum;
  };

  const countPair = ({ key, value }: Pair, path: readonly string[], { flow }: YAMLMap): number => {
    if (!isScalar(key)) {
      const text = "has a mapping or a list as a key: put a text with brackets in quotes";
      if (!isAlias(key)) tell(text, key as Node);
      return 1;
    }
    if (key.value === "<<" && key.type === "PLAIN") {
      tell("<< is not merged here: use a tier, or repeat the lines", key);
    }
    const name = String(key.value);
    if (isNothing(value)) {
      if (flow && /^\d{3}$/.test(key.source ?? "")) {
        tell("is what a comma cut off from the number before it: write 5000 for 5,000", key);
        return 1;
      }
      empty.push([...path, name]);
    }
    const rule = key.type === "PLAIN" ? plainRule(key.source ?? "", true) : undefined;
    if (rule) tell(rule, key);
    return count(key, [...path, name]) + count(value, [...path, name]);
  };

  const note = (node: Scalar, path: readonly string[]) => {
    const { value, source: text, range } = node;
    const rule = node.type === "PLAIN" ? plainRule(text ?? "", false) : undefined;
    if (rule) tell(rule, node);
    // Whole numbers that are too large for JSON are told by the schemas.
    if (typeof value !== "number" || text === undefined || text === String(value)) return;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return;
    numbers.push({ path, text, value, offset: range?.[0] ?? 0 });
  };

  if (count(document.contents, []) > MOST_VALUES && document.contents) {
    tell(`comes to more than ${MOST_VALUES} values with its aliases`, document.contents);
  }
  return { problems, numbers, empty };
}

/** Whether nothing is written where a value should stand. */
function isNothing(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null && value.source === "");
}
