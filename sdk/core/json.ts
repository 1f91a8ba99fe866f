import * as pulumi from "@pulumi/pulumi";
import { isLater } from "./later";
import { ProgramError } from "./program-error";

/** Arguments of any shape. Outputs in their place are checked as well; the type of the others is the provider's to check. */
const FREE_FORM = ["keepers", "limits", "metadata"];

const DEEPEST = 100;
const HALF_CHARACTER = /\p{Cs}/u;
const HALF = "half a character (a lone surrogate), as of a text that was cut within an emoji";

/** A value that JSON does not have, and the path to it. */
interface Finding {
  readonly path: string;
  readonly rule: string;
}

/**
 * Refuses values that JSON does not have: they reach the provider as `{}`, where no change of them is seen. Outputs within
 * an argument are checked when they are known.
 *
 * @returns the arguments, with outputs that check what they resolve to.
 * @throws pulumi.RunError with everything that is wrong, each with its path and never with a value.
 */
export function inspected(what: string, args: object): Record<string, unknown> {
  const findings: Finding[] = [];
  const inspect = inspector(findings, (value, path) => later(what, value, path));
  const checked = Object.entries(args).map(([key, value]) => {
    const isLeft = isLater(value) && !FREE_FORM.includes(key);
    return [key, isLeft ? value : inspect(value, keyPath("", key), 0)];
  });
  refuse(what, findings);
  return Object.fromEntries(checked);
}

/** Finds parts of a value that JSON cannot hold; outputs in it are skipped. */
export function notJson(value: unknown): Finding[] {
  const findings: Finding[] = [];
  inspector(findings, (output) => output)(value, "", 0);
  return findings;
}

/** Whether a text holds half of a character, which no UTF-8 can carry. */
export function hasHalfCharacter(text: string): boolean {
  return HALF_CHARACTER.test(text);
}

function refuse(what: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new ProgramError(`${what}: ${findings.map(({ path, rule }) => `${path} ${rule}`).join("; ")}`);
}

function later(what: string, value: unknown, path: string): unknown {
  const check = (known: unknown): unknown => {
    const findings: Finding[] = [];
    const same = inspector(findings, (output) => output)(known, path, 0);
    refuse(what, findings);
    return same;
  };
  return pulumi.Output.isInstance(value) ? value.apply(check) : (value as Promise<unknown>).then(check);
}

type Inspect = (value: unknown, path: string, depth: number) => unknown;

/** Walks through a value. The walk returns the value itself, or a copy where an output in it was exchanged. */
function inspector(findings: Finding[], exchange: (output: unknown, path: string) => unknown): Inspect {
  const inspect: Inspect = (value, path, depth) => {
    if (isLater(value)) return exchange(value, path);
    const rule =
      depth > DEEPEST ? `is nested more than ${DEEPEST} levels deep, or in itself` : ruleAgainst(value);
    if (rule !== undefined) {
      findings.push({ path: path.length > 80 ? `${path.slice(0, 80)}…` : path, rule });
      return value;
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const items = value.map((item, index) => inspect(item, `${path}[${index}]`, depth + 1));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const entries = Object.entries(value);
    const exchanged = entries.map(
      ([key, item]) => [key, inspect(item, keyPath(path, key), depth + 1)] as const,
    );
    return exchanged.some(([, item], index) => item !== entries[index]?.[1])
      ? Object.fromEntries(exchanged)
      : value;
  };
  return inspect;
}

function ruleAgainst(value: unknown): string | undefined {
  if (typeof value === "string") return hasHalfCharacter(value) ? `holds ${HALF}` : undefined;
  if (["function", "symbol", "bigint"].includes(typeof value)) return `is a ${typeof value}; pass plain data`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  if (pulumi.Resource.isInstance(value)) return "is a resource; pass one of its outputs, such as its id";
  if (value instanceof Date) return "is a Date; pass a string such as date.toISOString()";
  if (value instanceof Map) return "is a Map; pass a plain object such as Object.fromEntries(map)";
  if (value instanceof Set) return "is a Set; pass a list such as [...set]";
  if (isPlain(value)) return ruleAgainstKeys(Object.keys(value));
  return `is a ${value.constructor?.name ?? "class instance"}; pass plain data: objects, lists, strings, numbers`;
}

function ruleAgainstKeys(keys: readonly string[]): string | undefined {
  if (keys.some(hasHalfCharacter)) return `has a key with ${HALF}`;
  // Pulumi would set it as the prototype of what it sends.
  return keys.includes("__proto__")
    ? 'has a key "__proto__", which JavaScript does not carry; rename it'
    : undefined;
}

/** Whether nothing but `Object.prototype` (of any realm, as tests have several) or nothing at all is behind an object. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function keyPath(path: string, key: string): string {
  if (/^[\w$-]+$/.test(key)) return path === "" ? key : `${path}.${key}`;
  return `${path}[${JSON.stringify(key)}]`;
}

/** The kind of a value, for messages that must not show it. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return "a list";
  if (pulumi.Output.isInstance(value)) return "an output";
  if (value instanceof Promise) return "a promise";
  if (value === "") return "an empty string";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
