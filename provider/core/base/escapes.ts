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
  /** The escapes: what each means, in the plain text, and the part that stands for it. */
  const escapes: { readonly meant: Span; readonly part: Span }[] = [];
  let plain = "";
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const meant = meaning(match);
    plain += text.slice(from, match.index);
    from = match.index + match[0].length;
    escapes.push({ meant: [plain.length, plain.length + meant.length], part: [match.index, from] });
    plain += meant;
  }
  if (from === 0) return undefined;
  plain += text.slice(from);
  /** The part that stands for a character: that of its escape, or itself, as far behind the escape before it. */
  const partOf = (place: number): Span => {
    const { meant, part } = escapes[lastUpTo(escapes, place)] ?? { meant: [0, 0], part: [0, 0] };
    if (place < meant[1]) return part;
    const own = part[1] + place - meant[1];
    return [own, own + 1];
  };
  return { text: plain, origin: ([start, end]) => origin([partOf(start)[0], partOf(end - 1)[1]]) };
}

/** The place of the last escape whose meaning begins at a character or before it; -1 where there is none. */
function lastUpTo(escapes: readonly { readonly meant: Span }[], place: number): number {
  let [low, high] = [0, escapes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((escapes[middle]?.meant[0] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
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

/** The texts that a run of base64 or hex may stand for; it may have been cut anywhere. */
export function decodings(run: string): string[] {
  const isHex = /^[\da-f]+$/i.test(run);
  // One memory for all four: of a vendor's page every longer word is such a run.
  const bytes = Buffer.allocUnsafe(run.length);
  const decoded = (encoding: "base64" | "hex") => (skip: number) =>
    bytes.toString("utf8", 0, bytes.write(run.slice(skip), encoding));
  return [...[0, 1, 2, 3].map(decoded("base64")), ...(isHex ? [0, 1].map(decoded("hex")) : [])];
}
