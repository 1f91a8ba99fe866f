import { isObject } from "../base/json";
import type { Values } from "./resource";

/**
 * Values without what `ignoreChanges` names: a whole argument (`creditLimit`), a key of one (`limits.maxSpaces`), or
 * everything (`*`). A path that leads deeper ignores the key that it leads through.
 */
export function withoutIgnored(values: Values, paths: readonly string[]): Values {
  if (paths.length === 0) return values;
  if (paths.includes("*")) return {};
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const below = paths
      .filter((path) => path === name || path.startsWith(`${name}.`))
      .map((path) => path.split(".")[1]);
    if (below.includes(undefined)) continue;
    const isPartial = below.length > 0 && isObject(value);
    kept[name] = isPartial
      ? Object.fromEntries(Object.entries(value).filter(([key]) => !below.includes(key)))
      : value;
  }
  return kept;
}
