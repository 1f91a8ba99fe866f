import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import type { Declared, Mark, Switch } from "../emulator/core/switches.ts";
import { docOf } from "./declarations.mts";
import { code, table, text, within } from "./markdown.mts";

type Vendors = Readonly<Record<string, { readonly vendor: { readonly title: string } }>>;
type StandIns = Readonly<Record<string, { readonly switches: Declared }>>;

/** docs/emulator.md with its tables of switches: those that all vendors have alike, then each vendor's own. */
export function emulatorPage(root: string, vendors: Vendors, standIns: StandIns): string {
  const page = readFileSync(join(root, "docs/emulator.md"), "utf8");
  const core = readdirSync(join(root, "emulator/core")).map((file) => `emulator/core/${file}`);
  const rows = Object.entries(standIns).map(([name, { switches }]) => {
    const docs = docsIn(root, [...core, `emulator/${name}/switches.ts`]);
    const all = Object.entries(switches).toSorted(([one], [other]) => (one < other ? -1 : 1));
    const title = vendors[name]?.vendor.title ?? name;
    return { title, rows: all.map(([each, declared]) => rowOf(each, declared, docs.get(each) ?? "")) };
  });
  const isEverywhere = (row: readonly string[]) =>
    rows.every((vendor) => vendor.rows.some((other) => other.join("|") === row.join("|")));
  const head = ["switch", "values", "default", "what", "conform"];
  const blocks = rows.map(({ title, rows }) =>
    text(
      `### ${title}`,
      table(
        head,
        rows.filter((row) => !isEverywhere(row)),
      ),
    ),
  );
  const common = (rows[0]?.rows ?? []).filter(isEverywhere);
  return within(page, "switches", text("### Every vendor", table(head, common), ...blocks).trim());
}

function rowOf(
  name: string,
  { schema, default: initial, mark }: Switch<unknown, unknown>,
  doc: string,
): string[] {
  const values = schema === undefined ? "a function, in tests alone" : valuesOf(z.toJSONSchema(schema));
  return [
    code(name),
    values,
    initial === undefined ? "off" : code(JSON.stringify(initial)),
    doc,
    conformOf(mark),
  ];
}

function conformOf(mark: Mark): string {
  if (typeof mark === "object") return `no: ${mark.notObservable}`;
  return mark === "key" ? "reads" : "scratch accounts";
}

function valuesOf(schema: z.core.JSONSchema._JSONSchema): string {
  if (typeof schema === "boolean") return "";
  const { type, minimum = Number.MIN_SAFE_INTEGER, items, additionalProperties: inner } = schema;
  const listed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (listed) return listed.map((value) => code(JSON.stringify(value))).join(", ");
  switch (type) {
    case "boolean":
      return "`true`, `false`";
    case "integer":
      return minimum > Number.MIN_SAFE_INTEGER ? `whole, from ${minimum}` : "whole";
    case "array":
      return `a list of ${valuesOf(Object(items))}`;
    case "object":
      return `by call: ${valuesOf(Object(inner))}`;
    case "string":
      return "a text";
    default:
      return `a ${type}`;
  }
}

/** The doc comments of the switches that files declare, by name. */
function docsIn(root: string, files: readonly string[]): Map<string, string> {
  const docs = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer)) {
      const { text } = docOf(node);
      if (/^define(Optional)?$/.test(node.initializer.expression.getText()) && text !== "")
        docs.set(node.name.getText(), text);
    }
    node.forEachChild(visit);
  };
  for (const file of files) {
    visit(ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true));
  }
  return docs;
}
