/** A JSON value, as vendors and Pulumi's protobuf Struct carry it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object; a key that is absent and a key that is `undefined` mean the same. */
export type JsonObject = { [key: string]: Json };

/** Whether a value is a plain JSON object (not null, not a list). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The vendor's value under a key that others choose, such as "constructor"; `null` where it has none. */
export function heldUnder(object: Readonly<JsonObject> | undefined, key: string): Json {
  return object && Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}

/**
 * Returns a copy that Pulumi's protobuf Struct, its state and a vendor's JSON all store as it is: without `undefined` at
 * any depth, which a Struct refuses after the remote call is done, and with 0 for -0, which JSON does not have.
 */
export function storable(value: unknown): Json {
  if (Array.isArray(value)) return value.map((item) => storable(item ?? null));
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, storable(item)]));
  }
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value;
  throw new TypeError(`a ${typeof value} cannot be stored in Pulumi's state`);
}
