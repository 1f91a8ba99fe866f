import { isObject } from "../base/json";
import type { Problem } from "./resource";

// Pulumi's marks for an unknown boolean, number, list, asset, archive and object (sdk/go/common/resource/plugin/rpc.go).
const TYPED_UNKNOWNS = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** The key by which Pulumi marks secrets, assets, archives and references (`specialSigKey`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Levels of lists and objects that a value may have. */
const DEEPEST = 64;

/** Finds a value with too many levels: everything else that walks through values recurses. */
export function problemsOfDepth(values: unknown): Problem[] {
  const steps = pathBeyond(values, []);
  if (steps === undefined) return [];
  return [
    { path: pathText(steps.slice(0, 4)), rule: `is nested deeper than ${DEEPEST} levels; make it flatter` },
  ];
}

/** The first path with more levels than a value may have. */
function pathBeyond(value: unknown, steps: readonly string[]): readonly string[] | undefined {
  if (steps.length > DEEPEST) return steps;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = pathBeyond(item, [...steps, key]);
    if (found) return found;
  }
  return undefined;
}

/** Finds every value that JSON, Pulumi's protobuf Struct and the vendors do not all store as it is. */
export function problemsOfJson(values: unknown): Problem[] {
  return walk(values, []);
}

/** A text with its control, invisible and incomplete characters as their code points: `a\u{0}`. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, codePoint);
}

function walk(value: unknown, steps: readonly string[]): Problem[] {
  const path = pathText(steps);
  if (typeof value === "string") return problem(path, ruleOfText(value));
  if (typeof value === "number") return problem(path, ruleOfNumber(value));
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => walk(item, [...steps, String(index)]));
  }
  if (!isObject(value)) return [];
  if (Object.hasOwn(value, SIGNATURE)) {
    return problem(path, "is an asset, an archive or another special value of Pulumi; pass plain data");
  }
  const keys = Object.keys(value);
  return [
    ...lookAlikes(keys, path),
    ...keys.flatMap((key) => {
      const below = [...steps, key];
      const wrong = problem(pathText(below), ruleOfKey(key));
      return wrong.length > 0 ? wrong : walk(value[key], below);
    }),
  ];
}

function pathText(steps: readonly string[]): string {
  return steps.map(visible).join(".");
}

function problem(path: string, rule: string | undefined): Problem[] {
  return rule === undefined ? [] : [{ path, rule }];
}

function ruleOfText(text: string): string | undefined {
  if (TYPED_UNKNOWNS.includes(text))
    return "is Pulumi's mark for a value that is not known yet; use another text";
  return ruleOfCharacters(text);
}

function ruleOfCharacters(text: string): string | undefined {
  if (/\p{Cs}/u.test(text)) return "holds half of a character, such as an emoji that was cut; complete it";
  return text.includes("\0") ? "holds the character NUL (U+0000); take it out" : undefined;
}

function ruleOfKey(key: string): string | undefined {
  if (key === "__proto__") return "is a key that JavaScript does not carry; rename it";
  return ruleOfCharacters(key);
}

function ruleOfNumber(number: number): string | undefined {
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return undefined;
  return (
    `is a whole number beyond ${Number.MAX_SAFE_INTEGER} (2^53 - 1), which cannot be stored exactly; declare a smaller one, ` +
    "or put it in quotes where a string is allowed"
  );
}

/** Keys that look alike and differ in how they are composed; a vendor may take them for one. */
function lookAlikes(keys: readonly string[], path: string): Problem[] {
  const first = new Map<string, string>();
  return keys.flatMap((key) => {
    const form = key.normalize("NFC");
    const other = first.get(form);
    first.set(form, other ?? key);
    if (other === undefined) return [];
    const rule = `has two keys that look alike, ${spelled(other)} and ${spelled(key)}; keep one`;
    return [{ path, rule }];
  });
}

/** A key as text and, beyond ASCII, by its code points: `"é" (\u{e9})`. */
function spelled(key: string): string {
  return `"${visible(key)}" (${key.replace(/[^ -~]/gu, codePoint)})`;
}

/** A character as its code point: `\u{200b}`. */
export function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
