import type { BctrlSwitches } from "../../../emulator";
import type { Answers } from "./answers";
import { at, has } from "./replies";

type KeySwitches = Pick<
  BctrlSwitches,
  "shortKeyPrefix" | "keyPrefixShown" | "lastUseShown" | "keyCreatedAt" | "keyTimeUnit"
>;

/** The switches that {@link tellKey} tells. */
export const KEY_SHAPE = [
  "shortKeyPrefix",
  "keyPrefixShown",
  "lastUseShown",
  "keyCreatedAt",
  "keyTimeUnit",
] as const;

/**
 * Tells how a listing shows a key.
 *
 * @param listed the key in the listing, after it was used once. @param secret the key itself. @param usual what the vendor
 *   documents `createdAt` to be.
 */
export function tellKey(
  answers: Answers<KeySwitches>,
  listed: unknown,
  secret: string,
  usual: "number" | "text",
): void {
  tellPrefix(answers, listed, secret);
  const isUsed = has(listed, "lastUsedAt");
  answers.tell("lastUseShown", isUsed, `a key that was used has ${isUsed ? "a" : "no"} lastUsedAt`);
  tellTime(answers, listed, usual);
}

function tellPrefix(answers: Answers<KeySwitches>, listed: unknown, secret: string): void {
  const prefix = at(listed, "keyPrefix");
  answers.tell(
    "keyPrefixShown",
    has(listed, "keyPrefix"),
    `a listed key has ${has(listed, "keyPrefix") ? "a" : "no"} keyPrefix`,
  );
  const [, shown, dots] = /^(.*?)(\.\.\.)?$/.exec(typeof prefix === "string" ? prefix : "") ?? [];
  if (!shown || !secret.startsWith(shown)) {
    answers.cannotTell(["shortKeyPrefix"], "no keyPrefix that the key begins with is listed");
    return;
  }
  const form = dots ? `${shown.length} characters and three dots` : "a plain beginning of the key";
  answers.tell("shortKeyPrefix", dots ? shown.length : 0, `keyPrefix is ${form}`);
}

/** Numbers beyond it are milliseconds: in seconds it would be the year 5138. */
const FIRST_MS = 1e11;

function tellTime(answers: Answers<KeySwitches>, listed: unknown, usual: "number" | "text"): void {
  const value = at(listed, "createdAt");
  const number = typeof value === "number" ? value : /^\d+$/.test(String(value)) ? Number(value) : undefined;
  if (number === undefined) answers.cannotTell(["keyTimeUnit"], "a key's createdAt is no number");
  else
    answers.tell(
      "keyTimeUnit",
      number >= FIRST_MS ? "ms" : "s",
      `a key's createdAt is about ${number.toExponential(0)}`,
    );
  const form = formOf(value, has(listed, "createdAt"), usual);
  if (form === undefined)
    answers.cannotTell(["keyCreatedAt"], "a key's createdAt has a form that the emulator does not know");
  else answers.tell("keyCreatedAt", form, `a key's createdAt is ${form === null ? "null" : form}`);
}

function formOf(
  value: unknown,
  isThere: boolean,
  usual: "number" | "text",
): KeySwitches["keyCreatedAt"] | undefined {
  if (!isThere) return "absent";
  if (value === null) return null;
  if (typeof value === "number") return usual === "number" ? "usual" : "number";
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return "number in a text";
  const [, fraction] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
  if (Number.isNaN(Date.parse(value))) return undefined;
  const digits = fraction?.length ?? 0;
  if (digits <= 3) return usual === "text" ? "usual" : undefined;
  return digits === 6 ? "microseconds" : digits === 9 ? "nanoseconds" : undefined;
}
