import { isObject, type Json, type JsonObject } from "../base/json";
import type { Values } from "./resource";

/** Values of fields by name. */
export type Fields = Readonly<Record<string, Json>>;

/** Which arguments are fields of the account at the vendor, and how they behave. */
export interface AccountFields {
  /** Arguments that the vendor has, shows and can change; `metadata` apart. */
  readonly names: readonly string[];
  /** Those of them whose keys are fields. */
  readonly keyed: readonly string[];
  readonly defaults: Values;
}

/** The declared fields of arguments or a state, with defaults filled in. */
export function declaredFields({ names, keyed, defaults }: AccountFields, values: Values): Fields {
  const fields: Record<string, Json> = {};
  for (const name of names) {
    const value = (values[name] === undefined ? defaults[name] : values[name]) as Json | undefined;
    if (value === undefined) continue;
    if (keyed.includes(name) && isObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) fields[`${name}.${key}`] = item as Json;
      }
    } else {
      fields[name] = value;
    }
  }
  return fields;
}

/** The value of a field among arguments, by its path: `limits.maxSpaces`. */
export function valueAt(values: Values, path: string): unknown {
  const [name = "", key] = path.split(".");
  const value = values[name];
  if (key === undefined) return value;
  return isObject(value) ? value[key] : undefined;
}

/** Fields back as arguments: `limits.maxSpaces` becomes `{ limits: { maxSpaces } }`. */
export function nested(fields: Fields): JsonObject {
  const values: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    const dot = name.indexOf(".");
    if (dot < 0) {
      values[name] = value;
    } else {
      const group = values[name.slice(0, dot)];
      values[name.slice(0, dot)] = {
        ...(isObject(group) ? (group as JsonObject) : {}),
        [name.slice(dot + 1)]: value,
      };
    }
  }
  return values;
}
