// Shorter values (a port, a database user called "bolna") are words of innocent sentences: they are taken out only where
// they are a whole quoted value.
const SHORTEST_ANYWHERE = 8;
const SHORTEST_SECRET = 4;
const QUOTES = ['"', "'", "`", '\\"'];

/** Forms are found by so many of their first characters: a short secret and its quotes have as many. */
const HEAD = SHORTEST_SECRET + 2;

/** Takes known secrets and everything shaped like a key out of text that goes to people. */
export class Redactor {
  /** The forms in which a secret may stand in a text, with what stands there instead, by their first characters. */
  readonly #forms = new Map<string, Map<string, string>>();
  readonly #shapes: RegExp[] = [/\bBearer\s+\S+/g];

  /** Takes out whatever looks like this too: the keys of a vendor, whose messages may repeat one. */
  addShape(shape: RegExp): void {
    this.#shapes.push(shape);
  }

  /** Remembers every string in `value`, at any depth, as a secret of this process. */
  add(value: unknown): void {
    if (typeof value === "string") {
      if (value.length < SHORTEST_SECRET) return;
      // A vendor may repeat it as it was sent: within JSON or a URL.
      for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])) {
        for (const quote of form.length >= SHORTEST_ANYWHERE ? [""] : QUOTES) this.#addForm(form, quote);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const item of Object.values(value)) this.add(item);
    }
  }

  #addForm(secret: string, quote: string): void {
    const form = quote + secret + quote;
    const head = form.slice(0, HEAD);
    const forms = this.#forms.get(head) ?? new Map<string, string>();
    this.#forms.set(head, forms.set(form, `${quote}[secret]${quote}`));
  }

  /** The text with each secret replaced by `[secret]`. Each place in it is looked at once, however many secrets there are. */
  clean(text: string): string {
    let clean = "";
    for (let at = 0; at < text.length; ) {
      const [form, instead] = this.#formAt(text, at) ?? [text.charAt(at), text.charAt(at)];
      clean += instead;
      at += form.length;
    }
    for (const shape of this.#shapes) clean = clean.replace(shape, "[secret]");
    return clean;
  }

  /** The longest form that stands there: a shorter secret may be the beginning of a longer one. */
  #formAt(text: string, at: number): readonly [form: string, instead: string] | undefined {
    let longest: readonly [string, string] | undefined;
    for (const each of this.#forms.get(text.slice(at, at + HEAD)) ?? []) {
      if (each[0].length > (longest?.[0].length ?? 0) && text.startsWith(each[0], at)) longest = each;
    }
    return longest;
  }
}
