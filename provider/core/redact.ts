// What a key of one of the vendors looks like, for text that a vendor wrote (zavu.md, bolna.md: key formats).
const KEY_SHAPES = /\b(?:zv_(?:live|test)_\w+|sa-[0-9a-f]{16,}|bn-\w{8,})|\bBearer\s+\S+/g;
// Shorter values (a port, a user called "app") would blank out half of an innocent sentence.
const SHORTEST_SECRET = 4;

/** Takes known secrets and everything shaped like a key out of text that goes to people. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Remembers every string in `value`, at any depth, as a secret of this process. */
  add(value: unknown): void {
    if (typeof value === "string") {
      if (value.length >= SHORTEST_SECRET) this.#secrets.add(value);
    } else if (typeof value === "object" && value !== null) {
      for (const item of Object.values(value)) this.add(item);
    }
  }

  /** The text with each secret replaced by `[secret]`. */
  clean(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, "[secret]");
    return clean.replace(KEY_SHAPES, "[secret]");
  }
}
