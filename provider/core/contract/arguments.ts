import { z } from "zod";
import { INVISIBLE_IN_NAMES } from "./identity";
import { codePoint, visible } from "./json-gate";

/** The one metadata key that is ours. Accounts carry it for ever, so it never changes. */
export const STAMP_KEY = "pulumi-subaccounts";

const NOT_BLANK = /\S/;

/** A string that says something. */
export const text = z.string().regex(NOT_BLANK).describe("a string that is not blank");

/** Refuses characters that cannot be seen and that vendors may drop: the name would not be found again. */
const isPlain: z.core.CheckFn<string> = (payload) => {
  const rule = ruleOfName(payload.value);
  if (rule === undefined) return;
  payload.issues.push({ code: "custom", input: payload.value, params: { rule } });
};

function ruleOfName(name: string): string | undefined {
  const [half] = name.match(/\p{Cs}/u) ?? [];
  if (half !== undefined) return "holds half of a character, such as an emoji that was cut; complete it";
  const [control] = name.match(/\p{Cc}/u) ?? [];
  if (control !== undefined) return `holds the control character ${visible(control)}; take it out`;
  const [invisible] = name.match(INVISIBLE_IN_NAMES) ?? [];
  if (invisible !== undefined) return `holds the invisible character ${codePoint(invisible)}; take it out`;
  return NOT_BLANK.test(name) && name !== name.trim()
    ? "begins or ends with a blank; take it out"
    : undefined;
}

/** A name or an id, without blanks at its ends, control and invisible characters. */
export const plainText = text.check(isPlain).describe(`${text.description}`);

/** A name of 1 to 200 characters. */
export const name200 = z
  .string()
  .max(200)
  .regex(NOT_BLANK)
  .check(isPlain)
  .describe("a string of 1 to 200 characters, not blank");

const metadataKey = z
  .string()
  .refine((key) => key !== STAMP_KEY, "is reserved for the ownership marker; rename the key");

/** Free data beside the ownership marker. */
export const metadata = z
  .record(metadataKey, z.json().describe("a JSON value"))
  .describe("an object of JSON values");

/** {@link metadata} of a vendor that keeps texts alone. */
export const textMetadata = z
  .record(metadataKey, z.string().describe("a string"))
  .describe("an object of strings");

/** Refuses what is no id: a name, an address, or a path that would lead out of its collection. */
const isId: z.core.CheckFn<string> = (payload) => {
  const rule = ruleOfId(payload.value);
  if (rule !== undefined) payload.issues.push({ code: "custom", input: payload.value, params: { rule } });
};

function ruleOfId(text: string): string | undefined {
  if (text.includes("://")) return "is an address; pass the id in it alone";
  if (/\s/.test(text.trim())) return "holds a blank, which no id has; pass the id, not the name";
  return text === "." || text === ".." ? "is no id" : undefined;
}

/** The id of an object at a vendor. */
export const id = plainText.check(isId);
