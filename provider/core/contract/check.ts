import { z } from "zod";
import { isObject } from "../base/json";
import { nearest } from "../base/nearest";
import { problemsOfDepth, problemsOfJson } from "./json-gate";
import type { Circumstances, Problem, Resource, Values } from "./resource";
import { wayOut } from "./way-out";

/** Pulumi's mark for a value that is not known yet (`unknownValue` in @pulumi/pulumi/runtime/rpc). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown, or holds something unknown at any depth. It does not recurse. */
export function hasUnknown(value: unknown): boolean {
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (next === UNKNOWN) return true;
    if (typeof next !== "object" || next === null) continue;
    for (const item of Object.values(next)) rest.push(item);
  }
  return false;
}

/** Everything wrong with the arguments, all at once. What is unknown is taken to be right. */
export function problemsOf(
  resource: Pick<Resource<never>, "args" | "rules">,
  news: Values,
  olds?: Values,
  about: Circumstances = {},
): Problem[] {
  return [...problemsOfSchema(resource.args, news), ...(resource.rules?.(news, olds, about) ?? [])];
}

/** Everything that a schema has against some values; each description in it is the rule that a message gives. */
export function problemsOfSchema(schema: z.ZodType, values: Values): Problem[] {
  const deep = problemsOfDepth(values);
  if (deep.length > 0) return deep;
  const parsed = schema.safeParse(values);
  const issues = parsed.success ? [] : parsed.error.issues;
  const ofSchema = issues.flatMap((issue) => problemsOfIssue(schema, issue, values));
  const misused = misusedOutputs(values);
  const told = new Set([...ofSchema, ...misused].map(({ path }) => path));
  const ofJson = problemsOfJson(values).filter(({ path }) => !told.has(path));
  const isMisused = (path: string) => misused.some((each) => each.path === path);
  return [...ofSchema.filter(({ path }) => !isMisused(path)), ...ofJson, ...misused];
}

function problemsOfIssue(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  news: Values,
  above: readonly string[] = [],
): Problem[] {
  const path = [...above, ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") {
    const shape = shapeOf(follow(schema, path).at(-1)) ?? {};
    return issue.keys.map((key) => {
      const known = Object.keys(shape).join(", ");
      const rule = `is no argument${meantBy(key, valueAt(news, [...path, key]), shape)} The arguments are ${known}`;
      return { path: [...path, key].join("."), rule };
    });
  }
  if (issue.code === "custom" && typeof issue.params?.["rule"] === "string") {
    return [{ path: path.join("."), rule: issue.params["rule"] }];
  }
  if (issue.code === "invalid_key") return [{ path: path.join("."), rule: issue.issues[0]?.message ?? "" }];
  const value = valueAt(news, path);
  if (issue.code === "invalid_union" && (isObject(value) || Array.isArray(value))) {
    // Of the shapes that a value may have, the object or the list is the one that is meant.
    const ofObject = issue.errors.find((issues) =>
      issues.every(({ path: below, code }) => below.length > 0 || code === "unrecognized_keys"),
    );
    if (ofObject) return ofObject.flatMap((inner) => problemsOfIssue(schema, inner, news, path));
  }
  if (hasUnknown(value)) return [];
  const rule = ruleOf(schema, path);
  const last = follow(schema, path).at(-1);
  const takes = (other: unknown) => last?.safeParse(other).success === true;
  const names = Object.keys(shapeOf(last) ?? {});
  const got = `${wrongValue(issue, value) ?? kindOf(value)}${wayOut(value, { takes, names, rule })}`;
  return [
    {
      path: path.join("."),
      rule: value === undefined ? `is required: ${rule}` : `must be ${rule}; got ${got}`,
    },
  ];
}

function valueAt(values: Values, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (isObject(at) || Array.isArray(at) ? Reflect.get(at, key) : undefined),
    values,
  );
}

/** What an unknown key most likely means: a known one, one a level deeper, or a level too much. */
function meantBy(key: string, value: unknown, shape: Readonly<Record<string, z.ZodType>>): string {
  const names = Object.keys(shape);
  const meant = nearest(key, names);
  if (meant) return `: did you mean ${meant}?`;
  const deeper = names.flatMap((name) =>
    Object.keys(shapeOf(shape[name]) ?? {}).flatMap((inner) =>
      [inner, `${name}.${inner}`].includes(key) ? [{ name, text: `${name}: { ${inner}: … }` }] : [],
    ),
  );
  // Of several places, the one that must be there.
  const required = deeper.filter(({ name }) => !(shape[name] instanceof z.ZodOptional));
  const [only, ...others] = deeper.length > 1 ? required : deeper;
  if (only && others.length === 0) return `: did you mean ${only.text}?`;
  const below = isObject(value) ? Object.keys(value) : [];
  const isLevelTooMuch = below.length > 0 && below.every((name) => names.includes(name));
  return isLevelTooMuch ? ": what it holds belongs one level up." : ".";
}

/** A value of the right type that is wrong all the same: what about it, since most values must not be shown. */
function wrongValue(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (issue.code === "invalid_value" && typeof value === "string" && value !== "") {
    const meant = nearest(value, issue.values.map(String));
    const shown = WORD.test(value) ? JSON.stringify(value) : "another string";
    return meant ? `${shown}: did you mean "${meant}"?` : shown;
  }
  if (issue.code === "too_big" && typeof value === "string") return `a string of ${value.length} characters`;
  if (issue.code === "too_big" && typeof value === "number" && !Number.isSafeInteger(value)) {
    return "a number beyond 2^53 - 1";
  }
  return undefined;
}

/** A word as there may be in a list of words: too short and too plain for a secret. */
const WORD = /^[a-z]{1,12}$/i;

/** Arguments that hold Pulumi's explanation instead of a value: an output was put into a template literal. */
function misusedOutputs(values: Values): Problem[] {
  return Object.entries(values)
    .filter(([, value]) => JSON.stringify(value ?? null).includes("Calling [toString] on an [Output<T>]"))
    .map(([path]) => ({
      path,
      rule: "holds an output that was put into a template literal or joined with +; use pulumi.interpolate",
    }));
}

/** The description nearest to a path of the schema; of a value that may be absent or null, the outermost one. */
export function ruleOf(schema: z.ZodType, path: readonly string[]): string {
  return (
    follow(schema, path)
      .flatMap((step) => descriptionOf(step) ?? [])
      .at(-1) ?? "a JSON value"
  );
}

function descriptionOf(schema: z.ZodType | undefined): string | undefined {
  if (schema?.description !== undefined) return schema.description;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return descriptionOf(schema.unwrap() as z.ZodType);
  }
  if (!(schema instanceof z.ZodUnion)) return undefined;
  return schema.options.flatMap((option) => descriptionOf(option as z.ZodType) ?? []).at(-1);
}

/** The schemas along a path, from the top down. */
function follow(schema: z.ZodType, path: readonly string[]): (z.ZodType | undefined)[] {
  const steps: (z.ZodType | undefined)[] = [schema];
  for (const key of path) steps.push(shapeOf(steps.at(-1))?.[key] ?? elementOf(steps.at(-1)));
  return steps;
}

/** The schema of the items of a list or a record. */
function elementOf(schema: z.ZodType | undefined): z.ZodType | undefined {
  const layer = layersOf(schema).find((each) => each instanceof z.ZodArray || each instanceof z.ZodRecord);
  if (layer instanceof z.ZodArray) return layer.element as z.ZodType;
  if (layer instanceof z.ZodRecord) return layer.valueType as z.ZodType;
  return undefined;
}

function shapeOf(schema: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> | undefined {
  return layersOf(schema).find((layer) => layer instanceof z.ZodObject)?.shape;
}

/** A schema and what it wraps: an optional wraps a nullable wraps a number; a union wraps its shapes. */
function layersOf(schema: z.ZodType | undefined): z.ZodType[] {
  if (schema instanceof z.ZodUnion) {
    return [...schema.options.flatMap((option) => layersOf(option as z.ZodType)), schema];
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return [schema, ...layersOf(schema.unwrap() as z.ZodType)];
  }
  return schema ? [schema] : [];
}

/** The kind of a value, for messages that must not show it. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "number") return kindOfNumber(value);
  if (typeof value !== "string") return `a ${typeof value}`;
  if (value.trim() === "") return value === "" ? "an empty string" : "a blank string";
  return "a string";
}

function kindOfNumber(value: number): string {
  if (!Number.isFinite(value)) return "no finite number";
  if (value === 0) return "zero";
  if (value < 0) return "a negative number";
  return Number.isInteger(value) ? "a number" : "a fraction";
}
