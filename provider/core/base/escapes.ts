/** A part of a text: where it starts, and where it ends. */
export type Span = readonly [start: number, end: number];

/** A text with escapes undone, and where each of its characters came from. */
interface View {
  readonly text: string;
  /** The part of the first text that stands for this part; none of it is empty. */
  readonly origin: (part: Span) => Span;
}

/** More views than that have only texts that are made for it. */
const MOST_VIEWS = 24;

/** Escapes, by who undoes them. Bytes go together: a character may be several of them. A lone backslash may be itself. */
const ESCAPES = [
  /\\u\{(?<braced>[\da-f]{1,6})\}|\\u(?<unit>[\da-f]{4})|(?<bytes>(?:\\x[\da-f]{2})+)/gi,
  /\\(?<single>.)/gs,
  /(?<bytes>(?:%[\da-f]{2})+)|&#x(?<hex>[\da-f]{1,6});?|&#(?<decimal>\d{1,7});?|&(?<name>amp|lt|gt|quot|apos|nbsp);/gi,
];

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * The text as it is, and with escapes of JSON, JavaScript, Python, URLs and HTML undone, as often and in whatever order there
 * are any: a message may quote a body that quotes another text.
 */
export function unescapedViews(text: string): View[] {
  const views = new Map<string, View>([[text, { text, origin: (part) => part }]]);
  if (!/[\\%&]/.test(text)) return [...views.values()];
  // A map's iteration comes to what is added on the way.
  for (const view of views.values()) {
    for (const pattern of ESCAPES) {
      const plain = unescaped(view, pattern);
      if (plain !== undefined && views.size < MOST_VIEWS && !views.has(plain.text))
        views.set(plain.text, plain);
    }
  }
  return [...views.values()];
}

function unescaped({ text, origin }: View, pattern: RegExp): View | undefined {
  /** By the character of the plain text: the part that it stands for. */
  const parts: Span[] = [];
  let plain = "";
  let from = 0;
  const copy = (end: number): void => {
    for (; from < end; from++) parts.push([from, from + 1]);
  };
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    const meant = meaning(match);
    plain += text.slice(from, match.index) + meant;
    copy(match.index);
    for (let index = 0; index < meant.length; index++) parts.push([from, end]);
    from = end;
  }
  if (from === 0) return undefined;
  plain += text.slice(from);
  copy(text.length);
  return {
    text: plain,
    origin: ([start, end]) => origin([parts[start]?.[0] ?? 0, parts[end - 1]?.[1] ?? text.length]),
  };
}

function meaning({ 0: whole, groups = {} }: RegExpExecArray): string {
  const { braced, unit, hex, decimal, bytes, single, name } = groups;
  const code = braced ?? unit ?? hex;
  if (code !== undefined) return character(Number.parseInt(code, 16));
  if (decimal !== undefined) return character(Number(decimal));
  if (bytes !== undefined) return decoded(Buffer.from(bytes.replace(/[\\x%]/gi, ""), "hex"));
  return NAMED[name?.toLowerCase() ?? single ?? ""] ?? single ?? whole;
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** UTF-8, or else one byte a character, as Python writes them. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

/** The text with `instead` in the place of these parts, which may overlap. */
export function withSpans(text: string, spans: readonly Span[], instead: string): string {
  let result = "";
  let from = 0;
  for (const [start, end] of spans.toSorted(([one], [other]) => one - other)) {
    if (end <= from) continue;
    if (start >= from) result += text.slice(from, start) + instead;
    from = end;
  }
  return result + text.slice(from);
}
