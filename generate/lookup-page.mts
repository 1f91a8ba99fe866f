import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { docOf, members } from "./declarations.mts";
import { code, NOTE, table, text } from "./markdown.mts";

/** The functions of `sdk/<vendor>/lookups.ts`; the form that takes outputs is told with the other. */
export function lookupPage(root: string, vendor: string, title: string): string {
  const file = join(root, "sdk", vendor, "lookups.ts");
  const { statements } = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const interfaces = statements.filter(ts.isInterfaceDeclaration);
  const functions = statements
    .filter(ts.isFunctionDeclaration)
    .map((each) => ({ name: each.name?.text ?? "", doc: docOf(each), type: each.type?.getText() ?? "" }))
    .filter(({ name }) => !name.endsWith("Output"));
  const argsOf = (name: string) =>
    interfaces.find((each) => each.name.text === `${name.charAt(0).toUpperCase()}${name.slice(1)}Args`);
  const isResult = (each: ts.InterfaceDeclaration) => !each.name.text.endsWith("Args");
  const rows = (each: ts.InterfaceDeclaration) =>
    members(each).map(({ path, type, isOptional, doc }) => [
      code(path),
      code(type),
      isOptional ? "" : "yes",
      doc,
    ]);
  return text(
    NOTE,
    `# Lookups of ${vendor}`,
    `Functions that ask ${title} about accounts which exist, in the program's own process: [how they work](../lookups.md). Each has a form for outputs: \`getSubAccountOutput\` and so on, with the same arguments.`,
    ...functions.flatMap(({ name, doc, type }) => {
      const args = argsOf(name);
      return [
        `## ${vendor}.${name}`,
        doc.text,
        `The vendor's page: <${doc.vendorPage}>`,
        doc.example,
        args &&
          docOf(args)
            .text.replace(/^Arguments of `\w+`[.:]\s*/, "")
            .replace(/^exactly/, "Exactly"),
        args && table(["argument", "type", "required", "what it is"], rows(args)),
        `It returns \`${type}\`.`,
      ];
    }),
    ...interfaces
      .filter(isResult)
      .flatMap((each) => [
        `## ${each.name.text}`,
        docOf(each).text,
        table(["field", "type", "always there", "what it is"], rows(each)),
      ]),
  );
}
