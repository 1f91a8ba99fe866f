import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { docOf, members } from "./declarations.mts";
import { code, NOTE, table, text } from "./markdown.mts";

/** The page of the component and of the functions beside it, from the doc comments in `sdk/tenant/`. */
export function tenantPage(root: string): string {
  const folder = join(root, "sdk/tenant");
  const statements = readdirSync(folder).flatMap((file) => [
    ...ts.createSourceFile(file, readFileSync(join(folder, file), "utf8"), ts.ScriptTarget.Latest, true)
      .statements,
  ]);
  const named = <Node extends ts.Statement & { readonly name?: ts.Identifier | undefined }>(
    is: (node: ts.Node) => node is Node,
    name: string,
  ): Node => {
    const found = statements.filter(is).find((each) => each.name?.text === name);
    if (found === undefined) throw new Error(`sdk/tenant has no ${name}`);
    return found;
  };
  const tenant = named(ts.isClassDeclaration, "Tenant");
  const rows = (node: ts.InterfaceDeclaration | ts.ClassDeclaration) =>
    members(node).map(({ path, type, isOptional, doc }) => [
      code(path),
      code(type),
      isOptional || ts.isClassDeclaration(node) ? "" : "required",
      doc,
    ]);
  const functionPart = (name: string): string => {
    const node = named(ts.isFunctionDeclaration, name);
    const { text: said, example } = docOf(node);
    const parameters = node.parameters.map(({ name, type, initializer }) => {
      const label = ts.isIdentifier(name) ? name.text : "options";
      return `${label}${initializer ? "?" : ""}: ${type?.getText() ?? ""}`;
    });
    return text(
      `## ${name}`,
      code(`${name}(${parameters.join(", ")})`),
      said,
      thrown(node),
      example,
    ).trimEnd();
  };
  const { text: said, example } = docOf(tenant);
  return text(
    NOTE,
    "# Tenant",
    said,
    thrown(tenant),
    "From one to a thousand, step by step: the [guide](../guide.md).",
    example,
    "## Arguments",
    table(["argument", "type", "", "what it is"], rows(named(ts.isInterfaceDeclaration, "TenantArgs"))),
    "What a vendor's entry may hold: the arguments of its [`SubAccount`](README.md), and `keepExternalId: true` for an account that is to keep the `externalId` that it has, or none; in `tiers` those without `externalId`, `name`, `adopt` and secrets; in `keys` those of its `ApiKey` but `subAccountId`.",
    "## Outputs",
    table(["output", "type", "", "what it is"], rows(tenant)),
    ...["directory", "writeDirectory", "loadTenants", "loadTiers"].map(functionPart),
  );
}

function thrown(node: ts.Node): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "throws");
  const what = ts.getTextOfJSDocComment(tag?.comment)?.replace(/\{@link (\w+)\}/g, "`$1`");
  return what && `Throws ${what.replace(/^pulumi\.RunError/, "`pulumi.RunError`")}`;
}
