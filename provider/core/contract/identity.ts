import { isDeepStrictEqual } from "node:util";

// Soft hyphens, joiners, marks of direction, variation selectors, tags, fillers and blanks that are no blanks.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu;

/** A character that cannot be seen; the selector that makes an emoji colourful is one only behind something else. */
export const INVISIBLE_IN_NAMES =
  /(?<![\p{Extended_Pictographic}#*\d])\uFE0F|(?!\uFE0F)[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800\u2028\u2029]/u;

const UNDECLARABLE = new RegExp(INVISIBLE_IN_NAMES.source, "gu");

/**
 * Returns a name in the form in which two names are compared: NFC, case-folded, without invisible characters, trimmed,
 * each run of blanks as one space. Idempotent.
 */
export function normalized(text: string): string {
  const decomposed = text.replace(INVISIBLE, "").normalize("NFD");
  // Folds case fully: upper case makes "ß" SS, which lower case alone would tell apart; "ẞ" becomes "ß" first.
  const folded = decomposed.toLowerCase().toUpperCase().toLowerCase();
  return folded.replace(/\s+/g, " ").trim().normalize("NFC");
}

/**
 * Returns a name that a vendor has without what a declared one may not hold and a comparison does not see: invisible
 * characters, line breaks, blanks at its ends.
 */
export function declarable(name: string): string {
  return name
    .replace(/[\t-\r\u2028\u2029]+/g, " ")
    .replace(UNDECLARABLE, "")
    .trim();
}

/** Whether two values are one: texts by their normal form, everything else by value. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === "string" && typeof b === "string") return normalized(a) === normalized(b);
  return isDeepStrictEqual(a, b);
}
