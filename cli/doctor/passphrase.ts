import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Values } from "../../provider/core/contract/resource";
import { type Finding, fail, note } from "./report";

const MEND = "export PULUMI_CONFIG_PASSPHRASE=<the stack's passphrase>";

/**
 * Tells whether the passphrase opens the stack. Pulumi asks for it in an `up`, but in a look at the config only where a value
 * is encrypted, so without this a wrong one is noticed late.
 */
export async function checkPassphrase(
  env: Readonly<Record<string, string | undefined>>,
  stackFile: Values | undefined,
): Promise<Finding[]> {
  const salt = stackFile?.["encryptionsalt"];
  if (typeof salt !== "string") return [];
  const passphrase = passphraseOf(env);
  if (passphrase === undefined) {
    return [note("no passphrase is set: Pulumi asks for it, and fails where nobody can answer", MEND)];
  }
  return (await opens(passphrase, salt))
    ? []
    : [fail("the passphrase is wrong: it does not open the stack", MEND)];
}

function passphraseOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (given !== undefined || !file) return given;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

// https://github.com/pulumi/pulumi/blob/master/pkg/secrets/passphrase/manager.go
const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** Whether a salt, `v1:<salt>:v1:<nonce>:<the word "pulumi", encrypted>`, is that of a passphrase; an unknown form may be. */
async function opens(passphrase: string, text: string): Promise<boolean> {
  const [version, salt = "", inner, nonce = "", sealed = ""] = text.split(":");
  if (version !== "v1" || inner !== "v1") return true;
  const key = await promisify(pbkdf2)(
    passphrase,
    Buffer.from(salt, "base64"),
    ITERATIONS,
    KEY_BYTES,
    "sha256",
  );
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(0, -TAG_BYTES)).toString() + decipher.final("utf8") === "pulumi";
  } catch {
    return false;
  }
}
