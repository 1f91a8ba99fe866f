import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "./check";
import { isObject } from "./json";
import type { Resource, Values } from "./resource";

type Shape = Pick<Resource<never>, "args" | "defaults" | "transient" | "keyed">;

/** A field: an argument, or one key of a keyed argument. */
export interface Field {
  readonly argument: string;
  /** Key within `metadata` or `limits`; undefined for a plain argument. */
  readonly key?: string;
}

/**
 * The fields in which what is declared differs from what the state holds. Explicit `null` and absent are different
 * declarations; an absent argument with a default stands for the default; the unknown always differs.
 */
export function changedFields(resource: Shape, state: Values, args: Values): Field[] {
  const before = declaredFields(resource, state);
  const after = declaredFields(resource, args);
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed: Field[] = [];
  for (const name of names) {
    const one = before.get(name);
    const other = after.get(name);
    if (one && other && !hasUnknown(other.value) && isDeepStrictEqual(one.value, other.value)) continue;
    const field = (other ?? one)?.field;
    if (field) changed.push(field);
  }
  return changed;
}

/** The declared fields of arguments or of a state, by a name that is unique. */
function declaredFields(resource: Shape, values: Values): Map<string, { field: Field; value: unknown }> {
  const fields = new Map<string, { field: Field; value: unknown }>();
  for (const argument of Object.keys(resource.args.shape)) {
    if (resource.transient.includes(argument)) continue;
    const value = values[argument] ?? (values[argument] === null ? null : resource.defaults[argument]);
    if (value === undefined) continue;
    if (resource.keyed.includes(argument) && isObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        fields.set(`${argument}.${key}`, { field: { argument, key }, value: item });
      }
    } else {
      fields.set(argument, { field: { argument }, value });
    }
  }
  return fields;
}
