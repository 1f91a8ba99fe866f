import { isObject } from "../provider/core/base/json";
import { hasUnknown } from "../provider/core/contract/check";
import { type Fields, nested, valueAt } from "../provider/core/contract/fields";
import type { Problem, Values } from "../provider/core/contract/resource";
import { accountOf, titleOf, VENDOR_NAMES, type VendorName } from "./description";

/** Whether a tenant's account is stopped at a vendor: by `suspended`, or because the customer leaves (`ended`). */
export function isStoppedAt({ suspended, ended }: Values, vendor: VendorName): boolean {
  if (Array.isArray(suspended)) return suspended.includes(vendor);
  return typeof suspended === "boolean" ? suspended : isObject(ended);
}

/** The arguments of an account with its vendor's stop in the place of declared values. */
export function withStop(vendor: VendorName, declared: Values): Values {
  const stopped = Object.entries(nested(stopValues(vendor, declared))).map(([argument, value]) => {
    const has = declared[argument];
    return [argument, isObject(value) && isObject(has) ? { ...has, ...value } : value];
  });
  return { ...declared, ...Object.fromEntries(stopped) };
}

function stopValues(vendor: VendorName, declared: Values): Fields {
  const { values = {}, ifDeclared = {} } = accountOf(vendor).description.stop ?? {};
  const further = Object.entries(ifDeclared).filter(([path]) => isDeclared(vendor, declared, path));
  return { ...values, ...Object.fromEntries(further) };
}

/** The declared values in whose place the stop is: they hold again once the tenant is not suspended any more. */
export function restoredValues(vendor: VendorName, declared: Values): Values {
  const { defaults } = accountOf(vendor);
  const paths = Object.keys(stopValues(vendor, declared));
  const values = paths.map((path) => [path, valueAt(declared, path) ?? defaults[path] ?? null]);
  return nested(Object.fromEntries(values));
}

/** Whether a field has a value to come back to: a declared one, `null` among them, or the one that absence stands for. */
function isDeclared(vendor: VendorName, declared: Values, path: string): boolean {
  return valueAt(declared, path) !== undefined || accountOf(vendor).defaults[path] !== undefined;
}

/**
 * Finds what keeps an account from being stopped: nothing undeclared is overwritten, since it could not be restored.
 *
 * @param layers the arguments of the tenant and of its tier, of which `declared` is made.
 */
export function problemsOfStop(
  tenant: Values,
  vendor: VendorName,
  declared: Values,
  layers: readonly Values[],
): Problem[] {
  if (!isStoppedAt(tenant, vendor)) return [];
  const { fields, description } = accountOf(vendor);
  const path = tenant["suspended"] === undefined ? "ended" : "suspended";
  const without = `leave ${vendor} out of \`suspended\``;
  for (const field of Object.keys(description.stop?.values ?? {})) {
    const groups = layers.map((layer) => layer[field.replace(/\..*$/s, "")]);
    if (field.includes(".") && groups.some((group) => hasUnknown(group) && !isObject(group))) {
      const rule = `cannot stop the ${titleOf(vendor)} account: ${field} is in an object that is known only later. Pass a plain one, or ${without}`;
      return [{ path, rule }];
    }
    const other = otherSet(declared, fields, field);
    if (other !== undefined) {
      const rule = `cannot stop the ${titleOf(vendor)} account: ${titleOf(vendor)} documents no stop for an account with ${other}. List the vendors to stop at, and ${without}`;
      return [{ path, rule }];
    }
    if (!isDeclared(vendor, declared, field)) {
      const rule = `cannot stop the ${titleOf(vendor)} account: declare ${field} first (null for no limit): there would be nothing to restore. Or ${without}`;
      return [{ path, rule }];
    }
  }
  return [];
}

/** A declared field of another set than that of the stop: the account then has no such limit. */
function otherSet(
  declared: Values,
  fields: Readonly<Record<string, { readonly set?: string }>>,
  field: string,
): string | undefined {
  const set = fields[field]?.set;
  if (set === undefined) return undefined;
  return Object.keys(fields).find(
    (name) => fields[name]?.set !== undefined && fields[name].set !== set && declared[name] !== undefined,
  );
}

/** Finds what is wrong with `suspended`, `ended` and `formerly` of a tenant that uses these vendors. */
export function problemsOfLife(
  { externalId, suspended, ended, formerly }: Values,
  used: readonly VendorName[],
): Problem[] {
  const problems: Problem[] = [];
  for (const [index, vendor] of (Array.isArray(suspended) ? suspended : []).entries()) {
    if (used.includes(vendor) || !VENDOR_NAMES.includes(vendor)) continue;
    const rule = "is a vendor that the tenant does not use: take it out, or add it to vendors";
    problems.push({ path: `suspended.${index}`, rule });
  }
  if (isObject(ended)) {
    const { keysAt, deleteAfter } = ended;
    if (keysAt === undefined && deleteAfter === undefined) {
      const rule = "has no date: give keysAt, deleteAfter or both, or declare `suspended: true`";
      problems.push({ path: "ended", rule });
    }
    // Texts of this form are in the order of their days.
    if (typeof keysAt === "string" && typeof deleteAfter === "string" && keysAt > deleteAfter) {
      const rule = "is after deleteAfter, with which the keys end: give an earlier date, or leave it out";
      problems.push({ path: "ended.keysAt", rule });
    }
  }
  if (formerly !== undefined && formerly === externalId) {
    const rule = "is the externalId of today: give the one before the correction, or take the line out";
    problems.push({ path: "formerly", rule });
  }
  return problems;
}

const DAY_MS = 86_400_000;

/** What is over of a tenant that has ended, by the time: a day is over when it is over in UTC. */
export function overBy(
  { ended }: Values,
  nowMs: number,
): { readonly keys: boolean; readonly accounts: boolean } {
  const { keysAt, deleteAfter } = isObject(ended) ? ended : {};
  const accounts = isOver(deleteAfter, nowMs);
  return { keys: accounts || isOver(keysAt, nowMs), accounts };
}

function isOver(date: unknown, nowMs: number): boolean {
  return typeof date === "string" && Date.parse(date) + DAY_MS <= nowMs;
}
