import { isDeepStrictEqual } from "node:util";

/** A property as a policy sees it: its value (`undefined` if it is absent), or that nobody can know it yet. */
export type Reading = { readonly isKnown: true; readonly value: unknown } | { readonly isKnown: false };

const UNKNOWN: Reading = { isKnown: false };
/** The text that `pulumi policy analyze --file` shows instead of a secret that it cannot decrypt. */
const REDACTED = "[secret]";
/** The key of the object that an exported state holds instead of a secret. */
const SECRET_KEY = "4dabf18193072939515e22adb298388d";

/**
 * Reads a property by its path, such as `limits.maxSpaces`. In a preview Pulumi throws when a policy touches a value that
 * is not known yet, and then gives up the whole policy with an advisory note; here that is an answer like any other.
 */
export function read(props: Readonly<Record<string, unknown>>, path: string): Reading {
  let value: unknown = props;
  for (const key of path.split(".")) {
    if (value === null || value === undefined) return { isKnown: true, value: undefined };
    if (typeof value !== "object") return UNKNOWN;
    try {
      value = (value as Readonly<Record<string, unknown>>)[key];
    } catch {
      return UNKNOWN;
    }
    if (value === REDACTED || isEncrypted(value)) return UNKNOWN;
  }
  return { isKnown: true, value };
}

/** The value of a property that is a text; undefined if it is absent, not known, or no text. */
export function readText(props: Readonly<Record<string, unknown>>, path: string): string | undefined {
  const reading = read(props, path);
  return reading.isKnown && typeof reading.value === "string" ? reading.value : undefined;
}

/** What was read, as JSON has it, in an object of its own; undefined where it, or a part of it, is not known. */
export function plain(reading: Reading): { readonly value?: unknown } | undefined {
  if (!reading.isKnown) return undefined;
  try {
    return JSON.parse(JSON.stringify({ value: reading.value }));
  } catch {
    // Pulumi throws for what is not known yet.
    return undefined;
  }
}

/** Whether two values differ, or might. */
export function mayDiffer(one: Reading, other: Reading): boolean {
  const [had, has] = [plain(one), plain(other)];
  return had === undefined || has === undefined || !isDeepStrictEqual(had, has);
}

/** A text as vendors may store it: composed, without blanks around it or twice within, in lower case. */
export function normalized(text: string): string {
  return text.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, SECRET_KEY);
}
