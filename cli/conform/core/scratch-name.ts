import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "subaccounts-conform-";
const NAME = new RegExp(`^${PREFIX}([0-9a-f]{16})([0-9a-f]{16})(?![0-9a-z])`, "i");

/**
 * Names scratch accounts so that any later run with the same key can prove that this command made the name:
 * `subaccounts-conform-<random><code>`, where the code is an HMAC of the random part under the parent key.
 */
export class ScratchNames {
  readonly #sign: (random: string) => string;

  constructor(vendor: string, apiKey: string) {
    this.#sign = (random) =>
      createHmac("sha256", apiKey).update(`${PREFIX}${vendor} ${random}`).digest("hex").slice(0, 16);
  }

  /** A name that nobody has yet. */
  fresh(): string {
    const random = randomBytes(8).toString("hex");
    return `${PREFIX}${random}${this.#sign(random)}`;
  }

  /** Whether a name, or what it begins with, was made by this command with this key. */
  proves(text: string | undefined): boolean {
    const [, random = "", code] = NAME.exec(text ?? "") ?? [];
    return code !== undefined && code.toLowerCase() === this.#sign(random.toLowerCase());
  }

  /** Whether a name looks as if it were of this command, perhaps with another key. */
  looksAlike(text: string | undefined): boolean {
    return (text ?? "").toLowerCase().startsWith(PREFIX);
  }
}
