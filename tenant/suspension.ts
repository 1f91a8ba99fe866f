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

/** The arguments of an account with its vendor's stop in the place of declared values, and of nothing else. */
export function withStop(vendor: VendorName, declared: Values): Values {
  const stopped = Object.entries(nested(stopValues(vendor, declared))).map(([argument, value]) => {
    const has = declared[argument];
    return [argument, isObject(value) && isObject(has) ? { ...has, ...value } : value];
  });
  return { ...declared, ...Object.fromEntries(stopped) };
}

function stopValues(vendor: VendorName, declared: Values): Fields {
  const { values = {}, ifDeclared = {} } = accountOf(vendor).description.stop ?? {};
  const stop = Object.entries({ ...values, ...ifDeclared });
  return Object.fromEntries(stop.filter(([path]) => isDeclared(vendor, declared, path)));
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

/** An account of a tenant: its arguments, and those of the tenant and of its tier, of which they are made. */
export interface TenantAccount {
  readonly vendor: VendorName;
  readonly declared: Values;
  readonly layers: readonly Values[];
}

/**
 * Finds what keeps accounts from being stopped: nothing undeclared is overwritten, since it could not be restored. It is one
 * problem of a tenant, which says at which vendors the tenant can be stopped.
 */
export function problemsOfStop(tenant: Values, accounts: readonly TenantAccount[]): Problem[] {
  const stopped = accounts.filter(({ vendor }) => isStoppedAt(tenant, vendor));
  const reasons = new Map(stopped.flatMap((account) => entryOf(account)));
  const [[vendor, reason] = [], ...further] = [...reasons];
  if (vendor === undefined) return [];
  const all = [reason, ...further.map(([other, why]) => `nor the ${titleOf(other)} account: ${why}`)].join(
    "; ",
  );
  const { suspended } = tenant;
  const others = accounts
    .map((account) => account.vendor)
    .filter((other) => !reasons.has(other) && (!Array.isArray(suspended) || suspended.includes(other)));
  const rule = `cannot stop the ${titleOf(vendor)} account: ${all}, or leave the vendor out: suspended: [${others.join(", ")}]`;
  return [{ path: suspended === undefined ? "ended" : "suspended", rule }];
}

function entryOf({ vendor, declared, layers }: TenantAccount): [VendorName, string][] {
  const fields = Object.keys(accountOf(vendor).description.stop?.values ?? {});
  const [reason] =
    fields.length === 0
      ? [`${titleOf(vendor)} documents no stop`]
      : fields.flatMap((field) => reasonAgainst(vendor, field, declared, layers) ?? []);
  return reason === undefined ? [] : [[vendor, reason]];
}

/** Why a field of the stop cannot take the place of what is declared, and what to do. */
function reasonAgainst(
  vendor: VendorName,
  field: string,
  declared: Values,
  layers: readonly Values[],
): string | undefined {
  const groups = field.includes(".") ? layers.map((layer) => layer[field.replace(/\..*$/s, "")]) : [];
  if (groups.some((group) => hasUnknown(group) && !isObject(group))) {
    return `${field} is in an object that is known only later. Pass a plain one`;
  }
  const other = otherSet(declared, accountOf(vendor).fields, field);
  if (other !== undefined) {
    return `${titleOf(vendor)} documents no stop for an account with ${other}. Declare ${field} where the vendor has it`;
  }
  if (isDeclared(vendor, declared, field)) return undefined;
  return `there would be nothing to restore. Declare ${field} first (null for no limit)`;
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
