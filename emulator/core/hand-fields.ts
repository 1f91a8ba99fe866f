import { Mistake } from "./mistake";

/** A field of an account that a person can change by hand, behind the program's back. */
export interface HandField {
  /** The member of the account, `limits.maxSpaces` for one in an object. */
  readonly name: string;
  /** For people, with the unit. */
  readonly label: string;
  /** A whole number from 0, a text, or one of these words. */
  readonly kind: "number" | "text" | readonly string[];
  /** What "not set" is called; without it the field is always set. */
  readonly unset?: string;
}

/** The value of a field, as text; empty where it is not set. */
export function handValue(account: object, { name }: HandField): string {
  const value = name.split(".").reduce<unknown>((inner, member) => Object(inner)[member], account);
  return value == null ? "" : String(value);
}

/** The members of an account that a person's texts stand for. @throws Mistake for a text that the field cannot have */
export function handChange(
  fields: readonly HandField[],
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const change: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    const field = fields.find((each) => each.name === name);
    if (field === undefined)
      throw new Mistake(`${JSON.stringify(name)} is not a field that can be changed by hand`);
    const [member = "", inner] = name.split(".");
    const value = parsed(field, text);
    change[member] = inner === undefined ? value : { ...Object(change[member]), [inner]: value };
  }
  return change;
}

function parsed({ label, kind, unset }: HandField, text: string): unknown {
  if (text === "" && unset !== undefined) return null;
  if (kind === "number") {
    if (!/^\d{1,15}$/.test(text)) throw new Mistake(`${label} must be a whole number from 0, not "${text}"`);
    return Number(text);
  }
  if (kind === "text") {
    if (text.trim() === "") throw new Mistake(`${label} must not be empty`);
    return text;
  }
  if (!kind.includes(text)) throw new Mistake(`${label} must be ${kind.join(" or ")}, not "${text}"`);
  return text;
}
