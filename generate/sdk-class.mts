import type { Description, Field, Fields, Shape } from "../provider/core/contract/description.ts";
import { firstSentence, hoverOf } from "./hover.mts";
import { comment, GENERATED, isOptional, typeOf } from "./typescript.mts";

/** A resource class of `sdk/`, with the interfaces of its arguments. */
export function classSource(vendor: string, kind: string, description: Description, example: string): string {
  const { args, outputs, doc, page } = description;
  const hasName = kind === "ApiKey" && args["name"] !== undefined;
  const entries = Object.entries(args);
  const secrets = [...Object.entries(outputs), ...entries].filter(([, { secret }]) => secret);
  return [
    GENERATED,
    'import * as pulumi from "@pulumi/pulumi";',
    ...(hasName ? ['import { refuseTwinKeys } from "../core/key-names";'] : []),
    'import { type ResourceSpec, registered, registration } from "../core/resource";',
    'import { typeToken } from "../core/token";',
    "",
    ...entries.flatMap(([, { shapes = [] }]) => shapes.flatMap((shape) => [shapeSource(shape), ""])),
    argumentsSource(kind, description),
    "",
    "const SPEC: ResourceSpec = {",
    `  vendor: ${JSON.stringify(vendor)},`,
    `  kind: ${JSON.stringify(kind)},`,
    `  optional: ${names(outputArguments(args).filter(([, { schema }]) => isOptional(schema)))},`,
    `  outputs: ${names(Object.entries(outputs))},`,
    `  secrets: ${names(secrets)},`,
    "};",
    "",
    comment(
      `${doc}\n\nVendor page: ${page}\n\n@example\n\`\`\`ts\nimport { ${vendor} } from "pulumi-subaccounts";\n\n${example}\n\`\`\``,
    ),
    `export class ${kind} extends pulumi.CustomResource {`,
    "  /** @internal */",
    "  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);",
    "",
    ...outputArguments(args).map(([name, field]) =>
      property(
        name,
        `${valueType(field)}${isOptional(field.schema) ? " | undefined" : ""}`,
        firstSentence(field.doc),
      ),
    ),
    ...Object.entries(outputs).map(([name, output]) => property(name, output.type, output.doc)),
    "",
    comment(
      "Declares a resource.\n\n@param name logical name, unique in the stack among those of this type; another one needs an alias.\n" +
        "@param args what it is to be.\n@param opts options of Pulumi; `import` is not supported.",
      "  ",
    ),
    `  constructor(name: string, args: ${kind}Args, opts?: pulumi.CustomResourceOptions) {`,
    ...(hasName ? ["    refuseTwinKeys(name, args?.subAccountId, args?.name);"] : []),
    "    super(...registration(SPEC, () => this, name, args, opts));",
    "    registered(this, SPEC);",
    "  }",
    "}",
    "",
  ].join("\n");
}

/** The arguments that are outputs too: not those that only say how the resource begins or is written. */
function outputArguments(args: Fields): [string, Field][] {
  return Object.entries(args).filter(([name]) => name !== "adopt" && name !== "unlimited");
}

function names(entries: readonly (readonly [string, unknown])[]): string {
  return JSON.stringify(entries.map(([name]) => name));
}

function property(name: string, type: string, doc: string): string {
  return `${comment(doc, "  ")}\n  declare readonly ${name}: pulumi.Output<${type}>;`;
}

/** The interface of the arguments; where an account has one of several sets of fields, a union of them. */
function argumentsSource(kind: string, { args, argsDoc, sets = {} }: Description): string {
  const about = `Arguments of {@link ${kind}}. ${argsDoc}`;
  const all = Object.entries(args);
  if (Object.keys(sets).length === 0) return interfaceSource(`${kind}Args`, about, all);
  const union = Object.values(sets)
    .map(({ name }) => name)
    .join(" | ");
  const inSets = all.filter(([, { set }]) => set !== undefined);
  return [
    comment(about),
    `export type ${kind}Args = AccountArgs & (${union});`,
    "",
    ...Object.entries(sets).map(([set, { name, doc }]) => {
      const absent = inSets.filter(([, field]) => field.set !== set);
      const [first] = inSets.filter(([, field]) => field.set === set);
      const own = inSets
        .filter(([, field]) => field.set === set)
        // The first of a set is what makes an account have it.
        .map((entry) => argument(entry, entry === first || !isNullable(entry[1])));
      const others = absent.map(([other]) => `  readonly ${other}?: undefined;`);
      return `${comment(doc)}\nexport interface ${name} {\n${[...own, ...others].join("\n")}\n}\n`;
    }),
    interfaceSource(
      "AccountArgs",
      "The arguments of every account.",
      all.filter(([, { set }]) => set === undefined),
      false,
    ),
  ].join("\n");
}

function isNullable(field: Field): boolean {
  return typeOf(field.schema).endsWith("| null");
}

function shapeSource({ name, doc, keys }: Shape): string {
  return interfaceSource(name, doc, Object.entries(keys));
}

function interfaceSource(
  name: string,
  doc: string,
  entries: readonly [string, Field][],
  isExported = true,
): string {
  const members = entries.map((entry) => argument(entry, !isOptional(entry[1].schema)));
  return `${comment(doc)}\n${isExported ? "export " : ""}interface ${name} {\n${members.join("\n")}\n}`;
}

function argument([name, field]: [string, Field], isRequired: boolean): string {
  const type = inputType(field);
  // An input of anything may be undefined as it is.
  const isAny = type === "pulumi.Input<unknown>";
  const ending = isRequired ? `: ${type}` : `?: ${type}${isAny ? "" : " | undefined"}`;
  return `${comment(hoverOf(field), "  ")}\n  readonly ${name}${ending};`;
}

function inputType({ schema, shapes }: Field): string {
  const input = (type: string) => `pulumi.Input<${type}>`;
  return input(shapes ? shapes.map(({ name }) => name).join(" | ") : typeOf(schema, input));
}

function valueType({ schema, shapes }: Field): string {
  return shapes ? shapes.map(({ name }) => `pulumi.Unwrap<${name}>`).join(" | ") : typeOf(schema);
}
