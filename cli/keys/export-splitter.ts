/** How many objects and lists are open around a resource: the document, `deployment`, `resources`. */
const ABOVE = 3;

/**
 * Takes the resources out of what `pulumi stack export` prints, as it comes in pieces. For ten thousand tenants that is
 * 80 MB, of which no more than a piece and a resource are held.
 */
export class ExportSplitter {
  readonly #onResource: (text: string) => void;
  /** All but the resources. */
  #rest = "";
  /** The text that is not handed on, and how far it was looked through. */
  #text = "";
  #at = 0;
  /** The names of the objects and lists that are open, each in the one above. */
  readonly #open: string[] = [];
  /** The latest text in quotes: a name, where an object or a list follows. */
  #name = "";
  /** Within the list of resources. */
  #isIn = false;

  /** @param onResource gets the text of each resource */
  constructor(onResource: (text: string) => void) {
    this.#onResource = onResource;
  }

  push(piece: string): void {
    this.#text += piece;
    while (this.#at < this.#text.length && this.#step(this.#text[this.#at])) this.#at++;
  }

  /** All but the resources; in their place an empty list, or what was no resource. */
  end(): string {
    return this.#rest + this.#text;
  }

  /** Looks at a sign. @returns false where the text ends within quotes */
  #step(sign: string | undefined): boolean {
    if (sign === '"') return this.#skipQuoted();
    if (sign === "{" || sign === "[") this.#begin(sign);
    else if (sign === "}" || sign === "]") this.#finish();
    return true;
  }

  #skipQuoted(): boolean {
    let end = this.#text.indexOf('"', this.#at + 1);
    while (end >= 0 && isEscaped(this.#text, end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) return false;
    if (!this.#isIn) this.#name = this.#text.slice(this.#at + 1, end);
    this.#at = end;
    return true;
  }

  #begin(sign: string): void {
    const [, above] = this.#open;
    const isList = sign === "[" && this.#open.length === ABOVE - 1;
    this.#open.push(this.#name);
    if (isList && above === "deployment" && this.#name === "resources") {
      this.#isIn = true;
      this.#keep(this.#at + 1);
    } else if (this.#isIn && this.#open.length === ABOVE + 1) this.#keep(this.#at);
  }

  #finish(): void {
    this.#open.pop();
    if (!this.#isIn) return;
    if (this.#open.length === ABOVE) {
      this.#onResource(this.#text.slice(0, this.#at + 1));
      this.#cut(this.#at + 1);
    } else if (this.#open.length < ABOVE) {
      this.#isIn = false;
      this.#keep(this.#at);
    }
  }

  /** Hands on the text before a place, but for what stands between two resources. */
  #keep(place: number): void {
    const before = this.#text.slice(0, place);
    if (!/^[\s,]*$/.test(before)) this.#rest += before;
    this.#cut(place);
  }

  #cut(place: number): void {
    this.#text = this.#text.slice(place);
    this.#at -= place;
  }
}

/** Whether a quote belongs to the text that it stands in: an odd number of backslashes before it. */
function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text[quote - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
