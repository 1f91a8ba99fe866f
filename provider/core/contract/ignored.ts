import { isObject } from "../base/json";
import type { Values } from "./resource";

/**
 * Values without what `ignoreChanges` names: a whole argument (`creditLimit`), a key of one (`limits.maxSpaces`,
 * `metadata["a.b"]`), or everything (`*`). A path that leads deeper ignores the key that it leads through.
 */
export function withoutIgnored(values: Values, paths: readonly string[]): Values {
  if (paths.length === 0) return values;
  const ignored = paths.map(segmentsOf);
  if (ignored.some(([name]) => name === "*")) return {};
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const keys = ignored.filter(([first]) => first === name).map(([, key]) => key);
    if (keys.length === 0) kept[name] = value;
    else if (isObject(value) && keys.every((key) => key !== undefined && key !== "*")) {
      kept[name] = Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
    }
  }
  return kept;
}

/** The names in a property path of Pulumi's: `a.b`, `a["b.c"]`, `a[0]`. */
function segmentsOf(path: string): (string | undefined)[] {
  const found = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...found].map(([, quoted, index, plain]) => quoted ?? index ?? plain);
}
