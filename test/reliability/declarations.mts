import { VENDORS, type VendorName } from "../vendors/index.mts";

/** A resource type, by the name a program uses: `zavu.SubAccount`. */
export type TypeName = `${VendorName}.${"ApiKey" | "SubAccount"}`;

/** One resource of a program. */
export interface Declaration {
  readonly type: TypeName;
  /** Its name, and the variable that holds it. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The id of another declaration, as an argument. */
interface IdOf {
  readonly idOf: string;
}

/** Stands in an argument for the id of the resource with this name, which is declared before. */
export const idOf = (name: string): IdOf => ({ idOf: name });

const isIdOf = (value: unknown): value is IdOf =>
  typeof value === "object" && value !== null && "idOf" in value && typeof value.idOf === "string";

/** The names of the resources whose ids these arguments hold. */
export function dependenciesOf({ args }: Declaration): string[] {
  return Object.values(args)
    .filter(isIdOf)
    .map((value) => value.idOf);
}

/** The arguments with the ids in place. */
export function resolved({ args }: Declaration, ids: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, isIdOf(value) ? ids(value.idOf) : value]),
  );
}

/** What a program exports of each resource: as much as one needs to look at its account and its key. */
export const exported = ["id", "apiKey", "keyId", "previousKeyId"] as const;

/** The program in JavaScript, which Pulumi runs without a compiler. */
export function programOf(declarations: readonly Declaration[]): string {
  const lines = declarations.map((declaration) => {
    const { type, name } = declaration;
    const marked = resolved(declaration, (other) => `<id of ${other}>`);
    const args = JSON.stringify(marked).replace(/"<id of (\w+)>"/g, "$1.id");
    const outputs = exported.map((output) => `${output}: ${name}.${output}`).join(", ");
    return `const ${name} = new ${type}("${name}", ${args});\nexports.${name} = { ${outputs} };`;
  });
  return `const { ${VENDORS.join(", ")} } = require("pulumi-subaccounts");\n${lines.join("\n")}\n`;
}

/** The URN of a resource in the stack of the tests. */
export function urnOf({ type, name }: Pick<Declaration, "type" | "name">): string {
  return `urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/${type.replace(".", ":")}::${name}`;
}
