import type { Field } from "../provider/core/contract/description.ts";
import { isOptional } from "./typescript.mts";

/** What an editor shows of an argument: its meaning, its unit, and what absent, `null`, 0 and a change do. */
export function hoverOf(field: Field): string {
  return [field.doc, factsText(field)].filter(Boolean).join("\n\n");
}

function factsText(field: Field): string {
  const { schema, unit, versions } = field;
  const facts = [
    ["Unit", unit],
    ["API version", versions?.join(", ")],
    ["Not declared", isOptional(schema) ? absentOf(field) : undefined],
    ["`null`", field.null],
    ["0", field.zero],
    ["A change", changeOf(field)],
  ];
  return facts.flatMap(([label, fact]) => (fact ? [`- ${label}: ${fact}.`] : [])).join("\n");
}

/** Meaning of an argument that is left out. */
export function absentOf(field: Field): string | undefined {
  return field.absent ?? (field.default === undefined ? undefined : `\`${String(field.default)}\``);
}

/** Effect of a changed argument. */
export function changeOf(field: Pick<Field, "change" | "updatable" | "atCreation">): string | undefined {
  if (field.change !== undefined || field.updatable === undefined) return field.change;
  if (field.updatable) return "in place";
  return field.atCreation ? "refused in the preview" : "in the state alone";
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  return /^.*?[.:](?= [A-Z`{]|$)/s.exec(text)?.[0].replace(/:$/, ".") ?? text;
}
