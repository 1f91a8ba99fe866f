import type { Description } from "../provider/core/contract/description.ts";
import type { LookupDescription, Shown } from "../provider/core/contract/lookup-description.ts";
import { firstSentence } from "./hover.mts";
import { comment, GENERATED } from "./typescript.mts";

/** The lookups of a vendor in `sdk/`: functions, their arguments and results. */
export function lookupsSource(
  vendor: string,
  title: string,
  { get, list, account, usage }: LookupDescription,
  resource: Description,
): string {
  const id = [`id`, `Id of the account at ${title}.`] as const;
  const by = {
    id: id[1],
    externalId: "Your own reference for the customer, exactly as the account has it.",
    name: "Display name, exactly as the account has it.",
  };
  const connection = {
    connection: resource.args["connection"]?.doc ?? "",
  };
  const lacks = Object.keys(get.lacks ?? {});
  const oneOf = get.by.map((name) => `\`${name}\``);
  const usageArgs = usage.args ?? {};
  const shownId = { id: { type: "string", doc: id[1], always: true } } as const;
  return [
    GENERATED,
    'import type * as pulumi from "@pulumi/pulumi";',
    'import { type InputsOf, type LookupSpec, lookUp, lookUpOutput } from "../core/lookup";',
    ...(usage.problem ? [`import { ${usage.problem.name} } from "./${usage.problem.module}";`] : []),
    "",
    comment(
      `Arguments of {@link getSubAccount}: exactly one of ${oneOf.slice(0, -1).join(", ")} and ${oneOf.at(-1)}.`,
    ),
    "export interface GetSubAccountArgs {",
    ...get.by.map((name) => optional(name, by[name])),
    ...lacks.map(
      (name) => `${comment(`Not supported: ${get.lacks?.[name]}.`, "  ")}\n  readonly ${name}?: never;`,
    ),
    ...Object.entries(connection).map(([name, doc]) => optional(name, doc)),
    "}",
    "",
    comment(account.doc),
    "export interface GetSubAccountResult {",
    ...fields(
      { ...shownId, name: { type: "string", always: true, doc: "Display name." }, ...account.fields },
      resource,
    ),
    "}",
    "",
    ...(account.shapes ?? []).map(
      ({ name, doc, fields: own }) =>
        `${comment(doc)}\nexport interface ${name} {\n${fields(own, resource).join("\n")}\n}\n`,
    ),
    comment("Arguments of {@link listSubAccounts}."),
    "export interface ListSubAccountsArgs {",
    ...Object.entries(connection).map(([name, doc]) => optional(name, doc)),
    "}",
    "",
    comment("Arguments of {@link getUsage}."),
    "export interface GetUsageArgs {",
    `${comment(id[1], "  ")}\n  readonly id: string;`,
    ...Object.entries({ ...usageArgs, ...connection }).map(([name, doc]) => optional(name, doc)),
    "}",
    "",
    comment(usage.resultDoc),
    "export interface GetUsageResult {",
    ...fields({ ...shownId, ...usage.fields }, resource),
    "}",
    "",
    spec(
      "GET",
      vendor,
      "getSubAccount",
      get.by,
      ["connection"],
      get.lacks ? `lacks: ${JSON.stringify(get.lacks)},` : "",
    ),
    spec("LIST", vendor, "listSubAccounts", [], ["connection"]),
    spec(
      "USAGE",
      vendor,
      "getUsage",
      ["id"],
      [...Object.keys(usageArgs), "connection"],
      usage.problem ? `problem: ${usage.problem.name},` : "",
    ),
    "",
    comment(
      `${get.doc}\n\nVendor page: ${get.page}\n\n@throws pulumi.RunError if there is none, or several.\n\n@example\n\`\`\`ts\n` +
        `import { ${vendor} } from "pulumi-subaccounts";\n\n${get.example}\n\`\`\``,
    ),
    ...pair("getSubAccount", "GET", "GetSubAccountArgs", "GetSubAccountResult"),
    comment(`${list.doc}\n\nVendor page: ${list.page}`),
    ...pair("listSubAccounts", "LIST", "ListSubAccountsArgs", "GetSubAccountResult[]", "?"),
    comment(
      `${usage.doc}\n\nVendor page: ${usage.page}\n\n@throws pulumi.RunError if there is no such account.`,
    ),
    ...pair("getUsage", "USAGE", "GetUsageArgs", "GetUsageResult"),
  ].join("\n");
}

function optional(name: string, doc: string): string {
  return `${comment(doc, "  ")}\n  readonly ${name}?: string | undefined;`;
}

function fields(shown: Readonly<Record<string, Shown>>, resource: Description): string[] {
  return Object.entries(shown).map(([name, { type, doc, always }]) => {
    const text = doc ?? docOf(name, resource);
    return `${comment(text, "  ")}\n  readonly ${name}${always ? `: ${type}` : `?: ${type} | undefined`};`;
  });
}

/** What the resource says of a field, in one line. */
function docOf(name: string, { args, outputs }: Description): string {
  if (name === "metadata") {
    return "Free data, without the ownership marker of this package. It is in clear, even if a program keeps it secret.";
  }
  const { [name]: field } = args;
  if (field === undefined) return outputs[name]?.doc ?? "";
  const facts = [field.unit && `Unit: ${field.unit}.`, field.null && "`null`: none."].filter(Boolean);
  return [firstSentence(field.doc), ...facts].join(" ");
}

function spec(
  constant: string,
  vendor: string,
  name: string,
  oneOf: readonly string[],
  others: readonly string[],
  more = "",
): string {
  return `const ${constant}: LookupSpec = { vendor: "${vendor}", name: "${name}", oneOf: ${JSON.stringify(oneOf)}, optional: ${JSON.stringify(others)}, ${more} };`;
}

function pair(name: string, constant: string, args: string, result: string, mark = ""): string[] {
  return [
    `export function ${name}(args${mark}: ${args}): Promise<${result}> {`,
    `  return lookUp(${constant}, args);`,
    "}",
    "",
    `/** {@link ${name}} with arguments that may be outputs. */`,
    `export function ${name}Output(args${mark}: InputsOf<${args}>): pulumi.Output<${result}> {`,
    `  return lookUpOutput(${constant}, args);`,
    "}",
    "",
  ];
}
