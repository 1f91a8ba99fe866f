import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Run } from "../base/run";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts values so that only processes with the same parent key read them. */
export class Seal {
  readonly #key: Buffer;

  constructor(parentKey: string) {
    this.#key = Buffer.from(hkdfSync("sha256", parentKey, "", "pulumi-subaccounts list", 32));
  }

  /** @param about what the value belongs to; it opens together with that alone */
  close(value: object, about: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(serialize(value)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  /** @returns undefined for what was not sealed with this key, about this, or by a Node.js whose form is another one */
  open(sealed: string, about: string): unknown {
    const bytes = Buffer.from(sealed, "base64");
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return deserialize(Buffer.concat([opened, decipher.final()]));
    } catch {
      return undefined;
    }
  }

  /** A mark by which a secret is recognized by who has it already. */
  markOf(secret: string): string {
    return createHmac("sha256", this.#key).update(secret).digest("base64url");
  }
}

/** The seal of a connection. @param parentKey given once, where the connection is made */
export function sealOf(run: Run, connection: string, parentKey?: string): Seal | undefined {
  return run.shared(`seal ${connection}`, () => (parentKey === undefined ? undefined : new Seal(parentKey)));
}
