import { isDeepStrictEqual } from "node:util";

/** Characters without a width: zero-width space, joiners, word joiner, byte order mark. */
export const ZERO_WIDTH = /[\u200B-\u200D\u2060\uFEFF]/g;

/**
 * Returns a name in the form in which two names are compared: NFC, case-folded, without zero-width characters, trimmed,
 * each run of blanks as one space. Idempotent.
 */
export function normalized(text: string): string {
  const decomposed = text.replace(ZERO_WIDTH, "").normalize("NFD");
  // Folds case fully: upper case makes "ß" SS, which lower case alone would tell apart; "ẞ" becomes "ß" first.
  const folded = decomposed.toLowerCase().toUpperCase().toLowerCase();
  return folded.replace(/\s+/g, " ").trim().normalize("NFC");
}

/** Whether two values are one: texts by their normal form, everything else by value. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === "string" && typeof b === "string") return normalized(a) === normalized(b);
  return isDeepStrictEqual(a, b);
}
