import { isPlainWord } from "../base/plain-words";
import type { Redactor } from "../base/redact";

/** Stands for words that are not shown. */
const HIDDEN = "…";

/** The longest text that is looked at, in characters; what is shown of it is shorter still. */
const LONGEST = 1_000;

// A key that this process has not met yet, of a shape that is not documented. Ids are shorter, or have dashes.
const LONG_TOKEN = /\b(?=\w*[A-Za-z])(?=\w*\d)\w{28,}\b/g;

/** More numbers than that may be a text in numbers. */
const MOST_NUMBERS = 6;

/** What may stand before and behind a word. */
const TOKEN = /^(["'`“‘([{<*]{0,3})(.*?)(["'`”’)\]}>*.,;:!?…]{0,4})$/su;
const NUMBER = /^[<>=~$€]{0,2}(?:\d{1,6}(?:\.\d{1,2})?|\d{1,3}(?:,\d{3}){1,2})(?:%|ms|s|[kmg]i?b)?$/i;
const VERSION = /^v\d{1,2}$/i;
const PUNCTUATION = /^(?:[-–—•→…:=|/&+<>]{1,2}|\.\.\.)$/;
const SIGNS = /[-._]{3,}|[^A-Za-z\d]{5,}/;
const PART = /[^-_./:=,;"'`()[\]{}<>|?!]+/g;
/** The end of `doesn't`, `account's`. */
const CONTRACTION = /['’](?:s|t|re|ve|ll|d)(?![a-z])/gi;
const HUMPS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

type Kind = "word" | "number" | "punctuation" | "hidden";

interface Token {
  readonly before: string;
  readonly core: string;
  readonly after: string;
  kind: Kind;
}

/**
 * What is shown of a vendor's free text: words that every vendor may use ({@link isPlainWord}), also joined to the name of a
 * field, and single short numbers. `…` stands for the others, since each may be a secret of the request in some encoding:
 * names and ids go with them. No text that could not be made of that list leaves here, whatever a vendor answers.
 *
 * @returns undefined where too little is left to understand.
 */
export function vendorWords(text: string, redactor: Redactor): string | undefined {
  const clean = redactor.clean(text.slice(0, LONGEST)).replace(LONG_TOKEN, "[secret]");
  const isDoubtful = redactor.doubts(clean);
  const tokens = [...clean.matchAll(/\S+/g)].map(({ 0: token, index }): Token => {
    const [, before = "", core = "", after = ""] = TOKEN.exec(token) ?? [];
    const start = index + before.length;
    const parts = [
      [0, core],
      ...[...core.matchAll(PART)].map((part) => [part.index, part[0]] as const),
    ] as const;
    const doubtful = parts.some(([at, part]) => isDoubtful([start + at, start + at + part.length]));
    return { before, core, after, kind: doubtful ? "hidden" : kindOf({ before, core, after }) };
  });
  hideSeries(tokens);
  return readable(tokens);
}

/**
 * A vendor's code, such as `subaccount.not_found`; undefined where it is no number and not made of plain
 * words.
 */
export function vendorCode(code: string, redactor: Redactor): string | undefined {
  const isShown = /^\d{1,5}$/.test(code) || vendorWords(code, redactor) === code;
  return isShown ? code : undefined;
}

const REQUEST_IDS = [
  /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i,
  /^(?:req|request|rid|trace|id)[-_][\da-z]{8,32}$/i,
  /^[\da-f]{16,32}(?:-[A-Z]{3})?$/i,
  // A ULID of this century.
  /^0[\dA-HJKMNP-TV-Z]{25}$/,
];

/** A request id, for the vendor's support; undefined for what does not look like one, or holds a known secret. */
export function requestIdOf(text: string | undefined, redactor: Redactor): string | undefined {
  if (text === undefined || !REQUEST_IDS.some((shape) => shape.test(text))) return undefined;
  // In a UUID the dashes stand within what may be a text in hex.
  const isClean = [text, text.replaceAll("-", "")].every((each) => redactor.clean(each) === each);
  return isClean ? text : undefined;
}

function kindOf({ before, core, after }: Omit<Token, "kind">): Kind {
  if (PUNCTUATION.test(before + core + after)) return "punctuation";
  if (NUMBER.test(core)) return "number";
  const parts = core.replace(CONTRACTION, "").match(PART) ?? [];
  const numbers = parts.filter((part) => /^\d{1,3}$/.test(part));
  const words = parts.filter((part) => !numbers.includes(part) && !VERSION.test(part));
  const isOfWords = parts.length > 0 && numbers.length <= 1 && words.every(isPlain);
  return isOfWords && !SIGNS.test(core) ? "word" : "hidden";
}

/** `limit`, `creditLimit`, `URLs`. */
function isPlain(word: string): boolean {
  if (isPlainWord(word)) return true;
  const humps = word.match(HUMPS) ?? [];
  return humps.length > 1 && humps.join("") === word && humps.every(isPlainWord);
}

/** Numbers or signs side by side, many numbers, and bits beside what is hidden may be the characters of a text. */
function hideSeries(tokens: readonly Token[]): void {
  /** @returns whether there was anything to hide. */
  const hide = (is: (token: Token, beside: readonly Token[]) => boolean): boolean => {
    const found = tokens.filter((token, index) => {
      const beside = [tokens[index - 1], tokens[index + 1]].filter((each) => each !== undefined);
      return token.kind !== "hidden" && is(token, beside);
    });
    for (const token of found) token.kind = "hidden";
    return found.length > 0;
  };
  const isNumber = ({ core }: Token) => /\d/.test(core);
  const isSign = ({ kind }: Token) => kind === "punctuation";
  const isMany = tokens.filter(isNumber).length > MOST_NUMBERS;
  hide((token, beside) => isNumber(token) && (isMany || beside.some(isNumber)));
  hide((token, beside) => isSign(token) && beside.some(isSign));
  const isBit = (token: Token) => isNumber(token) || isSign(token) || !/[a-z]{2}$/i.test(token.core);
  while (hide((token, beside) => isBit(token) && beside.some(({ kind }) => kind === "hidden")));
}

function readable(tokens: readonly Token[]): string | undefined {
  const shown: Token[] = [];
  for (const token of tokens) {
    const last = shown.at(-1);
    if (token.kind !== "hidden") shown.push(token);
    else if (last?.kind !== "hidden") shown.push({ ...token, core: HIDDEN });
    else shown[shown.length - 1] = { ...last, after: token.after };
  }
  const count = (kind: Kind) => shown.filter((token) => token.kind === kind).length;
  if (count("word") === 0 || count("hidden") > count("word")) return undefined;
  return shown.map(textOf).join(" ");
}

const CLOSING: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "<": ">",
  "“": "”",
  "‘": "’",
};

/** The token as it is shown; what is hidden has quotes and brackets around it only where they belong together. */
function textOf({ before, core, after, kind }: Token): string {
  const isClosed = before !== "" && [...before].every((sign) => after.includes(CLOSING[sign] ?? sign));
  if (kind !== "hidden" || isClosed) return before + core + after;
  return core + after.replace(/[^.,;:!?]/g, "");
}
