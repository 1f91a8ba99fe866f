import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";
import { Mistake } from "../core/mistake";
import { nearest, unknownName } from "../core/nearest";

/** So many lines a message has at most. */
const MOST_LINES = 3;

/** The text of a file; undefined where there is none. @throws Mistake for one that cannot be read */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    throw new Mistake(`${file} cannot be read: ${code === "EISDIR" ? "it is a folder" : code}`);
  }
}

/** What a YAML or JSON file holds. @throws Mistake */
export function contentOf(file: string): unknown {
  const text = textOf(file);
  if (text === undefined) throw new Mistake(`${file}: there is no such file`);
  if (text.trim() === "") throw new Mistake(`${file} is empty`);
  try {
    return parse(text);
  } catch (error) {
    const [first = ""] = error instanceof Error ? error.message.split("\n") : [];
    throw new Mistake(`${file} is neither YAML nor JSON: ${first.replace(/:$/, "")}`);
  }
}

/**
 * Content that fits a schema. @throws Mistake that names the path of each value that does not, in three lines at most
 * @param noun what a member of the content is called: `field`
 */
export function checked<Content>(
  content: unknown,
  schema: z.ZodType<Content>,
  { where, noun }: { where: string; noun: string },
): Content {
  const result = schema.safeParse(content, { error: (issue) => words(issue, noun) });
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => {
    const place = pathText(path);
    return `${where}: ${place === "" ? "" : `${place}: `}${message}`;
  });
  const shown = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES - 1) : lines;
  const more = lines.length - shown.length;
  throw new Mistake([...shown, ...(more > 0 ? [`and ${more} more like these`] : [])].join("\n"));
}

/** The code of a system's error, or its message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

/** What is wrong, in words that go behind the path of the value. */
function words(issue: z.core.$ZodRawIssue, noun: string): string | undefined {
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = membersOf(issue.inst);
      return issue.keys.map((name) => unknownMember(name, noun, known)).join("; ");
    }
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return issue.origin === "string"
        ? `must have ${issue.minimum} characters or more`
        : `must be ${issue.minimum} or more`;
    default:
      return undefined;
  }
}

function unknownMember(name: string, noun: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  if (meant === undefined) return unknownName(name, `a ${noun}`, known);
  return `${JSON.stringify(name)} is not a ${noun}; did you mean ${meant}?`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

function membersOf(schema: unknown): string[] {
  return Object.keys(Object(Object(Object(schema).def).shape));
}

/** `zavu.accounts[0].creditLimit` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}
