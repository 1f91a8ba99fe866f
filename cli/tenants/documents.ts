import { readdirSync } from "node:fs";
import { type Document, isMap, isSeq, parseAllDocuments, type YAMLMap } from "yaml";
import { VENDOR_NAMES } from "../../tenant/description";
import { CommandError } from "../command-error";
import { codeOf } from "../why";

/** Parses a file as it is written, so that it can be changed in one place. */
export function documentsIn(text: string): Document.Parsed[] {
  return parseAllDocuments(text, { version: "1.2", prettyErrors: false }) as Document.Parsed[];
}

/** The values that a text has. */
export function valuesIn(text: string): unknown[] {
  return documentsIn(text).map((document) => document.toJS());
}

/** The names of the files of tenants in a folder, sorted. @throws CommandError */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(ya?ml|json)$/i.test(name))
      .sort();
  } catch (error) {
    throw new CommandError([
      `${folder} cannot be read (${codeOf(error)}): name the folder of the tenants with --out`,
    ]);
  }
}

/** The accounts of the tenants in a document, as it is written. */
export function accountsOf({
  contents,
}: Document.Parsed): { tenant: YAMLMap; externalId: unknown; vendor: string; account: YAMLMap }[] {
  const tenants: readonly unknown[] = isSeq(contents) ? contents.items : [contents];
  return tenants
    .filter((each) => isMap(each))
    .flatMap((tenant) => {
      const vendors = tenant.get("vendors");
      return VENDOR_NAMES.flatMap((vendor) => {
        const account = isMap(vendors) ? vendors.get(vendor) : undefined;
        return isMap(account) ? [{ tenant, externalId: tenant.get("externalId"), vendor, account }] : [];
      });
    });
}
