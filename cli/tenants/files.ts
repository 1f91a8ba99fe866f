import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Document, isMap } from "yaml";
import type { Values } from "../../provider/core/contract/resource";
import { accountOf, type VendorName } from "../../tenant/description";
import { parse } from "../../tenant/document";
import { CommandError } from "../command-error";
import { makeFolder } from "../folders";
import { noteUnits } from "../units";
import { codeOf } from "../why";
import { writeWhole } from "../write-file";

/** The remedy where a file cannot be written. */
const ADVICE = "give a folder that may be written, with --out. A run again goes on where this one ended";
const SCHEMA = "node_modules/pulumi-subaccounts/dist/schemas/tenants.schema.json";
/** Names that a file may not have on some systems. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** The YAML of a tenant, with the line by which editors know its schema, and the unit of each number. */
export function tenantText(tenant: Values, folder: string, project: string): string {
  const document = new Document(tenant);
  const schema = join(relative(folder, project) || ".", SCHEMA)
    .split(sep)
    .join("/");
  document.commentBefore = ` yaml-language-server: $schema=${schema}`;
  for (const vendor of Object.keys(tenant["vendors"] as object)) {
    const account = document.getIn(["vendors", vendor]);
    if (isMap(account)) noteUnits(account, accountOf(vendor as VendorName).fields);
  }
  const plain = document.toString({ lineWidth: 0 });
  // Some texts the loader takes for a mistake unless they are quoted.
  return parse(plain).problems.length === 0
    ? plain
    : document.toString({ lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}

/** Names for the files of tenants, none of which is taken; the same on systems that do not tell cases apart. */
export class FileNames {
  readonly #folder: string;
  readonly #taken: Set<string>;

  constructor(folder: string) {
    this.#folder = folder;
    this.#taken = new Set(existsSync(folder) ? readdirSync(folder).map(stemOf) : []);
  }

  /** A name made of what of the externalId a file name may hold. */
  next(externalId: string): string {
    const plain = externalId
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[.-]+|[.-]+$/g, "")
      .slice(0, 80);
    const stem = plain === "" || RESERVED.test(plain) ? `tenant-${plain}`.replace(/-$/, "") : plain;
    let name = stem;
    for (let number = 2; this.#taken.has(name.toLowerCase()); number++) name = `${stem}-${number}`;
    this.#taken.add(name.toLowerCase());
    return join(this.#folder, `${name}.yaml`);
  }
}

function stemOf(file: string): string {
  return file.replace(/\.(?:ya?ml|json)$/i, "").toLowerCase();
}

/** Writes a file that is not there yet, in one piece; the same text may be there already. @throws CommandError */
export function writeNew(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  if (existsSync(file)) throw new CommandError([`${file} is there already: nothing is overwritten`]);
  write(file, text);
}

/** Writes a report, in one piece. @throws CommandError */
export function write(file: string, text: string): void {
  try {
    makeFolder(dirname(file));
  } catch (error) {
    throw new CommandError([`${dirname(file)} cannot be made (${codeOf(error)}): ${ADVICE}`]);
  }
  writeWhole(file, text, ADVICE);
}
