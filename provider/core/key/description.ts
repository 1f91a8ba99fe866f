import { name200 } from "../contract/arguments";
import type { Description, Field } from "../contract/description";
import { connectionOf, keyOutputs, rotation, subAccountIdOf } from "../contract/shared-fields";
import { KEY_NAME } from "./keys";

type OwnField = Omit<Field, "change">;
type With<Own> = Omit<typeof NAME, keyof Own> & Own;
type Rotates = { readonly change: string };

/** The part of a key's description that is the vendor's. */
interface OwnDescription<Own> extends Pick<Description, "doc" | "page"> {
  readonly vendor: { readonly name: string; readonly title: string };
  /** The arguments of its own. A changed one rotates the key. */
  readonly args: Own;
}

const NAME = {
  name: {
    schema: name200
      .refine((name) => name !== KEY_NAME)
      .describe(`${name200.description}, other than "${KEY_NAME}"`),
    doc: "The key's name, 1 to 200 characters. Two keys of one account may not share it.",
  },
};

/** The description of a key that is shown once. A vendor's own `name` stands for the usual one, which is required. */
export function keyDescription<Own extends Readonly<Record<string, OwnField>>>({
  vendor,
  doc,
  page,
  args,
}: OwnDescription<Own>) {
  const own = { ...NAME, ...args };
  const rotating = Object.keys(own)
    .map((each) => `\`${each}\``)
    .join(", ");
  return {
    doc,
    argsDoc:
      `A changed ${rotating} or \`keepers\`, and the age \`rotateAfterDays\`, rotate the key: a new one is made, while the previous ` +
      "one stays valid for `overlapHours`. Another `subAccountId` replaces it.",
    page,
    example: [
      `const acme = new ${vendor.name}.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });`,
      `export const backendKey = new ${vendor.name}.ApiKey("acme", { subAccountId: acme.id, name: "backend" }).apiKey;`,
    ].join("\n"),
    args: {
      subAccountId: subAccountIdOf("Id of the sub-account the key belongs to", "replacement"),
      ...(Object.fromEntries(
        Object.entries(own).map(([each, field]) => [each, { ...field, change: "a rotation" }]),
      ) as { readonly [Name in keyof With<Own>]: With<Own>[Name] & Rotates }),
      ...rotation,
      connection: connectionOf(vendor.title, "key"),
    },
    outputs: keyOutputs(vendor.title),
  };
}
