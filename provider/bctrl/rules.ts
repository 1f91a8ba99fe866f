import { isObject } from "../core/base/json";
import { hasUnknown } from "../core/contract/check";
import type { Problem, Values } from "../core/contract/resource";

// The vendor takes a path segment for an id or a name, so a name that looks like an id is refused.
// https://github.com/bctrlhq/cli, the schema of `name`.
const LIKE_AN_ID = /^[A-Za-z][A-Za-z0-9]*_|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Limits that bctrl takes from 1 on. https://github.com/bctrlhq/cli, the schema of `limits`. */
const COUNTS = ["maxActiveRuns", "maxSpaces"];

/** Refuses a new name that bctrl refuses. An account or a key that has such a name keeps it, and can be adopted with it. */
export function nameProblems({ name, adopt }: Values, olds: Values = {}): Problem[] {
  if (typeof name !== "string" || hasUnknown(name) || !LIKE_AN_ID.test(name)) return [];
  if (name === olds["name"] || adopt !== undefined) return [];
  const rule =
    "looks like an id, which bctrl refuses: it must not be a UUID, nor begin with letters or digits and _ (as acme_corp does)";
  return [{ path: "name", rule }];
}

/** Refuses a new limit of 0 that bctrl refuses. An account that has one keeps it. */
export function limitProblems({ limits }: Values, olds: Values = {}): Problem[] {
  const has = isObject(olds["limits"]) ? olds["limits"] : {};
  return COUNTS.filter((name) => isObject(limits) && limits[name] === 0 && has[name] !== 0).map((name) => ({
    path: `limits.${name}`,
    rule: "must be 1 or more, or null for no limit: bctrl refuses 0; got zero",
  }));
}
