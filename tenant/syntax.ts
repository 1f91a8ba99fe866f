import type { ErrorCode } from "yaml";

/** A text between quotes that mean something to a text processor alone. */
const CURLY = /^[“”„‟«»‘’]/;

const NO_KEY = "is no `key: value`: write a colon and a blank after the key";

/** How to mend what the parser refuses, by its code; what is not here keeps the parser's words. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "is indented with a tab, which YAML does not take: use blanks",
  MULTILINE_IMPLICIT_KEY: NO_KEY,
  BLOCK_AS_IMPLICIT_KEY:
    "has a second key within its value: put a text with a colon in quotes, or begin the key in the column of the others",
  BAD_INDENT: "is not in the column of the keys above: begin the keys of one mapping in the same column",
  UNEXPECTED_TOKEN: "stands behind a value that is complete: check the quotes, brackets and commas before it",
};

/** What is wrong at a place of a text that is no YAML, and what mends it, in place of the parser's words. */
export function syntaxRule(code: ErrorCode, message: string, text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1).split("\n", 1)[0] ?? "";
  const here = text.slice(offset);
  if (message.startsWith("Maximum call stack")) return "is nested too deeply: make it flatter";
  if (/^(?:<{7}|={7}|>{7})(?: |$)/.test(line)) return "is a conflict marker of Git: resolve the conflict";
  if (/\$\{|\{\{/.test(line)) return PLACEHOLDER;
  if (beginsComment(here) || /[,{[\]}"\d] *(?:\/\/|\/\*)/.test(line)) return COMMENT;
  switch (code) {
    case "DUPLICATE_KEY":
      return `${keyAt(here)} stands twice in one mapping: keep one of the two`;
    case "BAD_SCALAR_START":
      return `begins with ${here[0]}, which means something else in YAML: put the text in quotes`;
    case "BAD_DQ_ESCAPE":
      return "holds a \\ in double quotes that begins no escape: use single quotes, or write \\\\";
    case "TAG_RESOLVE_FAILED":
      return "begins with !, which makes it a tag: put the text in quotes, or take the tag out";
    case "MISSING_CHAR":
      return ruleOfMissing(message);
    default:
      return WORDS[code] ?? `is no YAML (${message}): correct it`;
  }
}

/** What is wrong with the text of a key or value that YAML takes for another thing than was meant. */
export function plainRule(source: string, isKey: boolean): string | undefined {
  if (isKey && beginsComment(source)) return COMMENT;
  if (isKey && CURLY.test(source)) {
    return 'is in the quotes of a text processor, which are part of the text here: write "';
  }
  return /^\$\{[^}]*\}$/.test(source) ? PLACEHOLDER : undefined;
}

const COMMENT = "is no comment: in YAML begin comments with #, and in JSON take them out";
const PLACEHOLDER =
  "is a placeholder, which nothing fills in here: write the value, or put it in quotes if the text is meant";

function beginsComment(text: string): boolean {
  return text.startsWith("//") || text.startsWith("/*");
}

function ruleOfMissing(message: string): string {
  if (message.includes("quote")) return "ends within a text: add the quote that closes it";
  if (message.startsWith("Implicit")) return NO_KEY;
  if (message.startsWith("Missing ,")) return "has no comma before it: add one";
  return "lacks a bracket, comma or colon: add it";
}

function keyAt(text: string): string {
  return /^[\w.-]{1,40}/.exec(text)?.[0] ?? "a key";
}
