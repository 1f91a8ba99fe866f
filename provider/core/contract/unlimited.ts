import type { z } from "zod";
import { isObject } from "../base/json";
import { hasUnknown } from "./check";
import { valueAt } from "./fields";
import type { Problem, Values } from "./resource";

/** The argument that names fields without a limit. */
const NAME = "unlimited";

/**
 * Puts `null` into each field that `unlimited` names, for files and languages that have no `null`; from then on the list is
 * gone. What is not known yet, and a list that is wrong, stay as they are.
 *
 * @param ignored paths of arguments that `ignoreChanges` names: their values are the state's.
 * @param shape the schemas of the arguments; where that of the list refuses it, the list stays, and is told of by itself.
 */
export function withUnlimited(
  args: Values,
  ignored: readonly string[] = [],
  shape: Readonly<Record<string, z.ZodType>> = {},
): Values {
  const { [NAME]: paths, ...others } = args;
  if (!isListOfPaths(paths) || unlimitedProblems(args, ignored).length > 0) return args;
  if (shape[NAME]?.safeParse(paths).success === false) return args;
  const result: Record<string, unknown> = others;
  for (const path of paths.filter((each) => !ignored.includes(each))) {
    const [name = "", key] = path.split(".");
    if (key === undefined) result[name] = null;
    else if (isPlainOrAbsent(result[name])) result[name] = { ...result[name], [key]: null };
    else return args;
  }
  return result;
}

/** Finds fields that have a value and are named as unlimited. */
export function unlimitedProblems(args: Values, ignored: readonly string[] = []): Problem[] {
  const { [NAME]: paths } = args;
  if (!isListOfPaths(paths)) return [];
  const declared = paths.filter((path) => !ignored.includes(path) && (valueAt(args, path) ?? null) !== null);
  return declared.map((path) => ({
    path: NAME,
    rule: `names ${path}, which has a value as well; take one of the two out`,
  }));
}

function isListOfPaths(paths: unknown): paths is string[] {
  return Array.isArray(paths) && paths.every((path) => typeof path === "string") && !hasUnknown(paths);
}

function isPlainOrAbsent(value: unknown): value is Values | undefined {
  return value === undefined || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);
}
