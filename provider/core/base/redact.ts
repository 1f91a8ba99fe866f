import { decodings, type Span, unescapedViews, withSpans } from "./escapes";
import { isPlainWord } from "./plain-words";

// Shorter values (a port, a database user called "bolna") are words of innocent sentences: they are taken out only where
// they are a whole quoted value.
const SHORTEST_ANYWHERE = 8;
const SHORTEST_SECRET = 4;
/** Keys of the vendors have 35 characters or more, and what they list of one has 20 or less. */
const SHORTEST_KEY = 24;
const QUOTES = ["'", '"', "`"];

/** So much of a secret's beginning or end is too much in words that are not ours. */
const EDGE = 6;

/** So many beginnings of secrets are searched for one by one. */
const FEW = 16;

/** So many secrets are looked through where one may stand. */
const MOST_ALIKE = 32;

/** So much of a long text is looked through at a time, in characters. */
const WINDOW = 1 << 16;

/** A secret with its escapes escaped again is at most so many times as long. */
const LONGEST_ESCAPED = 24;

/** Runs that may be a text in base64 or hex; base64 of a secret may be within that of a longer text. */
const ENCODED = /[\w+/-]{11,}={0,2}/g;

/**
 * Takes known secrets and everything shaped like a key out of text that goes to people: in any case, forwards and
 * backwards, escaped (JSON, HTML, URLs, Python), in base64 or hex, whole or cut to a half. One pass over the text, however many
 * secrets there are.
 */
export class Redactor {
  /** Every secret, folded. */
  readonly #known = new Set<string>();
  /** Secrets by the part that must be there. */
  readonly #byHead = new Map<string, string[]>();
  /** How long that part is, by its first characters. */
  readonly #headLengths = new Map<string, Set<number>>();
  /** The length of the longest one. */
  #longest = 0;
  /** One is so short that it is looked for within quotes alone. */
  #hasShort = false;
  /** How secrets begin and end. */
  readonly #edges = new Set<string>();
  readonly #shapes: RegExp[] = [/\bBearer\s+\S+/g];

  /** Takes out whatever looks like this too: the keys of a vendor, whose messages may repeat one. */
  addShape(shape: RegExp): void {
    this.#shapes.push(shape);
  }

  /** Remembers every string in `value`, at any depth, as a secret of this process. */
  add(value: unknown): void {
    if (typeof value === "string") {
      if (value.length >= SHORTEST_SECRET) this.#addText(folded(value));
    } else if (typeof value === "object" && value !== null) {
      for (const item of Object.values(value)) this.add(item);
    }
  }

  #addText(secret: string): void {
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    this.#longest = Math.max(this.#longest, secret.length);
    const spaced = withBlanks(secret);
    if (secret.length >= EDGE) this.#edges.add(spaced.slice(0, EDGE)).add(spaced.slice(-EDGE));
    if (secret.length < SHORTEST_ANYWHERE) {
      this.#hasShort = true;
      return;
    }
    // Also without the signs in it, as an id may repeat it.
    const bare = secret.replace(/[^\p{L}\p{N}]/gu, "");
    const forms = new Set([secret, reversed(secret), bare.length < SHORTEST_ANYWHERE ? secret : bare]);
    for (const form of forms) {
      const head = form.slice(0, this.#headLength(form));
      const known = this.#byHead.get(head);
      if (known === undefined) this.#byHead.set(head, [form]);
      else known.push(form);
      const first = form.slice(0, SHORTEST_ANYWHERE);
      this.#headLengths.set(first, (this.#headLengths.get(first) ?? new Set()).add(head.length));
    }
  }

  /** A half, and more where many secrets have that in common, as hosts of one domain do. */
  #headLength(form: string): number {
    let length = Math.max(SHORTEST_ANYWHERE, Math.ceil(form.length / 2));
    const alike = () => this.#byHead.get(form.slice(0, length))?.length ?? 0;
    while (length < form.length && alike() >= MOST_ALIKE) length += 4;
    return length;
  }

  /** The text with each secret replaced by `[secret]`. */
  clean(text: string): string {
    let clean = withSpans(text, this.#found(text), "[secret]");
    for (const shape of this.#shapes) clean = clean.replace(shape, "[secret]");
    return clean;
  }

  /** Whether a secret stands anywhere in a value or its names of fields, in any form; what only looks like a key is none. */
  isIn(value: unknown): boolean {
    if (typeof value === "string") {
      for (const part of this.#windowsOf(value)) if (this.#found(part).length > 0) return true;
      return false;
    }
    return (
      typeof value === "object" &&
      value !== null &&
      Object.entries(value).some(([name, item]) => this.isIn(name) || this.isIn(item))
    );
  }

  /**
   * Whether something as long as a key and of a key's shape stands in a text: the key of an account that this process has not
   * come to. Its beginning, which vendors list, is shorter; words of people have no digits in such a run.
   */
  hasKey(text: string): boolean {
    return this.#shapes.some((shape) =>
      [...text.matchAll(shape)].some(([run]) => run.length >= SHORTEST_KEY && /\d/.test(run)),
    );
  }

  /** The value with `[secret]` for each secret in its strings and names of fields, at any depth. */
  masked(value: unknown): unknown {
    if (typeof value === "string") return withSpans(value, this.#found(value), "[secret]");
    if (Array.isArray(value)) return value.map((item) => this.masked(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.masked(key), this.masked(item)]),
    );
  }

  /** The parts of a text, which overlap by more than a secret. A page of a vendor has megabytes, and is copied in several forms. */
  *#windowsOf(text: string): Generator<string> {
    const overlap = this.#longest * LONGEST_ESCAPED;
    const step = Math.max(WINDOW, 2 * overlap);
    for (let start = 0; start === 0 || start < text.length; start += step)
      yield text.slice(start, start + step + overlap);
  }

  #found(text: string): Span[] {
    if (this.#known.size === 0) return [];
    return unescapedViews(text).flatMap(({ text: view, origin }) =>
      [...this.#secretsIn(folded(view)), ...this.#endsIn(folded(view)), ...this.#encodedIn(view)].map(origin),
    );
  }

  /** Tells of the words of a text from elsewhere, by their place, whether one is a secret, or begins or ends like one. */
  doubts(text: string): (word: Span) => boolean {
    const view = folded(text);
    const spaced = withBlanks(view);
    return ([start, end]) =>
      this.#known.has(view.slice(start, end)) ||
      this.#edges.has(spaced.slice(start, start + EDGE)) ||
      this.#edges.has(spaced.slice(Math.max(0, end - EDGE), end));
  }

  #secretsIn(view: string): Span[] {
    const spans: Span[] = [];
    let end = 0;
    for (const at of this.#placesIn(view)) {
      const length = at < end ? 0 : Math.max(this.#longestAt(view, at), this.#quotedAt(view, at));
      if (length === 0) continue;
      const start = QUOTES.includes(view.charAt(at)) && length < SHORTEST_ANYWHERE ? at + 1 : at;
      end = start + length;
      spans.push([start, end]);
    }
    return spans;
  }

  /** Where a secret may begin: a few are searched for, of many each place is looked at. */
  #placesIn(view: string): Iterable<number> {
    if (this.#hasShort || this.#headLengths.size > FEW)
      return Array.from({ length: view.length }, (_, at) => at);
    const places: number[] = [];
    for (const head of this.#headLengths.keys()) {
      for (let at = view.indexOf(head); at >= 0; at = view.indexOf(head, at + 1)) places.push(at);
    }
    return places.sort((one, other) => one - other);
  }

  /** Second halves, which begin a text that is read backwards. */
  #endsIn(view: string): Span[] {
    const { length } = view;
    return this.#secretsIn(reversed(view)).map(([start, end]): Span => [length - end, length - start]);
  }

  /** How much of a secret of 8 characters or more stands there: all, or a half or more, where the word ends then. */
  #longestAt(view: string, at: number): number {
    let longest = 0;
    for (const headLength of this.#headLengths.get(view.slice(at, at + SHORTEST_ANYWHERE)) ?? []) {
      for (const secret of this.#byHead.get(view.slice(at, at + headLength)) ?? []) {
        let length = headLength;
        while (length < secret.length && view[at + length] === secret[length]) length++;
        const isIt = length === secret.length || isCut(secret.slice(0, length), view.charAt(at + length));
        if (isIt && length > longest) longest = length;
      }
    }
    return longest;
  }

  /** The length of the short secret that the quote there encloses. */
  #quotedAt(view: string, at: number): number {
    const quote = view.charAt(at);
    if (!QUOTES.includes(quote)) return 0;
    for (let length = SHORTEST_SECRET; length < SHORTEST_ANYWHERE; length++) {
      const isEnclosed = view.charAt(at + 1 + length) === quote;
      if (isEnclosed && this.#known.has(view.slice(at + 1, at + 1 + length))) return length;
    }
    return 0;
  }

  #encodedIn(view: string): Span[] {
    const spans: Span[] = [];
    // One at a time: the pages of a vendor have some hundred thousand such runs.
    for (const { 0: run, index } of view.matchAll(ENCODED)) {
      if (decodings(run).some((text) => this.#secretsIn(folded(text)).length > 0))
        spans.push([index, index + run.length]);
    }
    return spans;
  }
}

/** A text with a blank for each sign, of the same length. */
function withBlanks(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, (sign) => " ".repeat(sign.length));
}

/** Whether a part of a secret stands for it: it ends with a word, and has more in it than words of any message. */
function isCut(part: string, next: string): boolean {
  const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const isPlain = [part, reversed(part)].some((text) => words(text).every(isPlainWord));
  return !isPlain && words(next).length === 0;
}

/** The UTF-16 units of a text, the last one first. */
function reversed(text: string): string {
  // Pages of a vendor are read backwards, too: an array of their letters takes ten times their memory.
  return Buffer.from(text, "utf16le").swap16().reverse().toString("utf16le");
}

/** A text as it is compared: in lower case, a blank for `+` (as in URLs), of the same length. */
function folded(text: string): string {
  const lower = text.toLowerCase();
  const same =
    lower.length === text.length ? lower : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return same.replaceAll("+", " ");
}
