// Shorter values (a port, a database user called "bolna") are words of innocent sentences: they are taken out only where
// they are a whole quoted value.
const SHORTEST_ANYWHERE = 8;
const SHORTEST_SECRET = 4;
const QUOTES = ['"', "'", "`", '\\"'];

/** Takes known secrets and everything shaped like a key out of text that goes to people. */
export class Redactor {
  readonly #secrets = new Set<string>();
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
      for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
        this.#secrets.add(form);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const item of Object.values(value)) this.add(item);
    }
  }

  /** The text with each secret replaced by `[secret]`. */
  clean(text: string): string {
    let clean = text;
    // The longest first: a shorter secret may be the beginning of a longer one.
    const secrets = [...this.#secrets].sort((one, other) => other.length - one.length);
    for (const secret of secrets) {
      const forms =
        secret.length < SHORTEST_ANYWHERE ? QUOTES.map((quote) => quote + secret + quote) : [secret];
      for (const form of forms) clean = clean.replaceAll(form, form.replace(secret, "[secret]"));
    }
    for (const shape of this.#shapes) clean = clean.replace(shape, "[secret]");
    return clean;
  }
}
