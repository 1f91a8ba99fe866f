import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "./check";
import { declaredFields } from "./fields";
import type { Resource, Values } from "./resource";

/**
 * The arguments in which what is declared differs from what the state holds, each once. Explicit `null` and absent are
 * different declarations; an absent argument with a default stands for the default; the unknown always differs.
 */
export function changedArguments(
  {
    args: { shape },
    defaults,
    transient,
    keyed,
  }: Pick<Resource<never>, "args" | "defaults" | "transient" | "keyed">,
  state: Values,
  args: Values,
): string[] {
  const names = Object.keys(shape).filter((name) => !transient.includes(name));
  const before = declaredFields({ names, keyed, defaults }, state);
  const after = declaredFields({ names, keyed, defaults }, args);
  const changed = Object.keys({ ...before, ...after }).filter((field) => {
    const isInBoth = Object.hasOwn(before, field) && Object.hasOwn(after, field);
    return !isInBoth || hasUnknown(after[field]) || !isDeepStrictEqual(before[field], after[field]);
  });
  // A key of a keyed argument is a field `argument.key`, and no argument's name has a dot.
  return [...new Set(changed.map((field) => field.replace(/\..*$/s, "")))];
}
