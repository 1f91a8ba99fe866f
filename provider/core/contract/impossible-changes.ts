import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { hasUnknown } from "./check";
import type { FieldFacts } from "./manifest";
import type { Problem, Values } from "./resource";

/** The facts of a resource whose vendor cannot make every change. */
interface Changed {
  /** The vendor's name as people write it. */
  readonly title: string;
  readonly args: { readonly shape: Readonly<Record<string, z.ZodType>> };
  readonly defaults: Values;
}

/** Optional arguments that are taken out, of those that the vendor cannot clear. */
export function clearedInVain(
  { title, args, defaults }: Changed,
  fields: Readonly<Record<string, Pick<Partial<FieldFacts>, "updatable" | "clearable" | "set">>>,
  news: Values,
  olds: Values,
): Problem[] {
  const names = Object.keys(fields).filter((name) => {
    const { updatable = true, clearable = true, set } = fields[name] ?? {};
    // Of a field in a set another one can take the place.
    if (!updatable || clearable || set !== undefined || defaults[name] !== undefined) return false;
    const isOptional = args.shape[name]?.safeParse(undefined).success;
    return isOptional && (olds[name] ?? null) !== null && news[name] === undefined;
  });
  const rule = `cannot be taken out: ${title} has no way to clear it. Put it back, or give it another value`;
  return names.map((path) => ({ path, rule }));
}

/** The arguments with another value than before, of some. */
export function changedAmong(
  names: readonly string[],
  defaults: Values,
  news: Values,
  olds: Values,
): readonly string[] {
  return names.filter((name) => {
    const [before, after] = [olds, news].map((values) => values[name] ?? defaults[name] ?? null);
    return !hasUnknown(after) && !isDeepStrictEqual(before, after);
  });
}
