import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { armor, Encrypter } from "age-encryption";

interface Inputs {
  path: string;
  recipient: string;
  content: string;
}

async function write({ path, recipient, content }: Inputs): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const text = armor.encode(await encrypter.encrypt(content));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

// The content is no output, so that the state holds it only as a secret input.
const provider: pulumi.dynamic.ResourceProvider<Inputs, { path: string }> = {
  async create(inputs) {
    await write(inputs);
    return { id: inputs.path, outs: { path: inputs.path } };
  },
  async update(_id, old, inputs) {
    await write(inputs);
    if (old.path !== inputs.path) await rm(old.path, { force: true });
    return { outs: { path: inputs.path } };
  },
  async read(id, props) {
    return props && existsSync(props.path) ? { id, props } : {};
  },
  async delete(_id, { path }) {
    await rm(path, { force: true });
  },
};

export interface EncryptedFileArgs {
  /** From the program's folder. */
  path: pulumi.Input<string>;
  /** Who can read the file: an age public key, `age1…`. */
  recipient: pulumi.Input<string>;
  /** The text to encrypt. */
  content: pulumi.Input<string>;
}

/** A file encrypted with age (https://age-encryption.org). It is written in `pulumi up`, and never in a preview. */
export class EncryptedFile extends pulumi.dynamic.Resource {
  declare readonly path: pulumi.Output<string>;

  constructor(name: string, args: EncryptedFileArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, content: pulumi.secret(args.content) }, opts, "age", "File");
  }
}
