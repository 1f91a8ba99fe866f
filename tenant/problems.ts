import { isObject } from "../provider/core/base/json";
import { nearest } from "../provider/core/base/nearest";
import { hasUnknown, problemsOf, problemsOfSchema, UNKNOWN } from "../provider/core/contract/check";
import { normalized } from "../provider/core/contract/identity";
import { problemsOfDepth } from "../provider/core/contract/json-gate";
import type { Problem, Values } from "../provider/core/contract/resource";
import { unlimitedProblems } from "../provider/core/contract/unlimited";
import {
  declaredArguments,
  furtherKeyArguments,
  keyArguments,
  ownArguments,
  tierArguments,
  vendorsOf,
} from "./arguments";
import {
  accountOf,
  keyOf,
  tenantSchema,
  tiersSchema,
  titleOf,
  VENDOR_NAMES,
  type VendorName,
} from "./description";
import { overBy, problemsOfLife, problemsOfStop, type TenantAccount } from "./suspension";

/**
 * Everything wrong with a tenant, all at once; what is unknown is taken to be right.
 *
 * @param nowMs the time, in milliseconds since the epoch: accounts whose day is over need no stop.
 */
export function problemsOfTenant(tenant: Values, nowMs = Date.now()): Problem[] {
  const deep = problemsOfDepth(tenant);
  if (deep.length > 0) return deep;
  const problems = [...problemsOfSchema(tenantSchema, tenant), ...rulesOfTenant(tenant)];
  // Without its tier, an account would seem to lack what the tier gives.
  const vendors = problems.some(({ path }) => path === "tier") ? [] : vendorsOf(tenant);
  const accounts: TenantAccount[] = [];
  for (const vendor of vendors) {
    const args = declaredArguments(tenant, vendor);
    const layers = {
      [`vendors.${vendor}`]: ownArguments(tenant, vendor),
      [`tiers.${tenant["tier"]}.${vendor}`]: tierArguments(tenant, vendor),
    };
    for (const [layer, values] of Object.entries(layers)) {
      problems.push(
        ...unlimitedProblems(values).map(({ path, rule }) => ({ path: `${layer}.${path}`, rule })),
      );
    }
    problems.push(...problemsOfAccount(tenant, vendor, args), ...problemsOfKey(tenant, vendor, args));
    accounts.push({ vendor, declared: args, layers: Object.values(layers) });
  }
  if (!overBy(tenant, nowMs).accounts) problems.push(...problemsOfStop(tenant, accounts));
  // What the tenant's schema has found, a vendor's resource finds again.
  return problems.filter(({ path }, index) => problems.findIndex((first) => first.path === path) === index);
}

/**
 * Everything wrong with tiers by themselves, whichever tenants have them. What a tier leaves out is no problem of its own:
 * the tenant may give it.
 */
export function problemsOfTiers(tiers: Values): Problem[] {
  const problems = problemsOfSchema(tiersSchema, tiers);
  if (problems.length > 0) return problems;
  return Object.keys(tiers).flatMap((tier) =>
    VENDOR_NAMES.flatMap((vendor) => {
      const fixed = tierArguments({ tier, tiers }, vendor);
      const args = declaredArguments({ tier, tiers, name: UNKNOWN, externalId: UNKNOWN }, vendor);
      const own = problemsOf(accountOf(vendor), args).filter(({ path }) => isIn(fixed, path));
      return [...unlimitedProblems(fixed), ...own].map(({ path, rule }) => ({
        path: `${tier}.${vendor}.${path}`,
        rule,
      }));
    }),
  );
}

/** Whether arguments have something at a path, or at the part of it that is an argument. */
function isIn(values: Values, path: string): boolean {
  const [argument = "", key] = path.split(".");
  const value = values[argument];
  return value !== undefined && (key === undefined || !isObject(value) || key in value);
}

function rulesOfTenant(tenant: Values): Problem[] {
  const { vendors, keys, moreKeys, tier, tiers } = tenant;
  const problems: Problem[] = [];
  const used = vendorsOf(tenant);
  if (isObject(vendors) && Object.keys(vendors).length === 0) {
    const rule = `is empty: list the vendors that the tenant uses, for example { zavu: {} }; there are ${VENDOR_NAMES.join(", ")}`;
    problems.push({ path: "vendors", rule });
  }
  if (typeof tier === "string" && isObject(tiers) && !Object.hasOwn(tiers, tier)) {
    const known = Object.keys(tiers);
    const meant = nearest(tier, known);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    // A longer text may be a key that was put into the wrong line.
    const shown = tier.length <= 24 ? JSON.stringify(tier) : "this name";
    const rule = `${shown} is none of the tiers: ${known.join(", ")}${hint}`;
    problems.push({ path: "tier", rule });
  }
  for (const vendor of used) {
    const own = ownArguments(tenant, vendor);
    if (own["keepExternalId"] === undefined || own["externalId"] === undefined) continue;
    const rule =
      "contradicts keepExternalId, by which the account keeps what it has: take one of the two out";
    problems.push({ path: `vendors.${vendor}.externalId`, rule });
  }
  for (const [path, entries] of Object.entries({ keys, moreKeys })) {
    for (const vendor of VENDOR_NAMES) {
      const entry = isObject(entries) ? entries[vendor] : undefined;
      if (entry === undefined || entry === false || used.includes(vendor)) continue;
      const rule = `is a key without an account: add ${vendor} to vendors, or take it out here`;
      problems.push({ path: `${path}.${vendor}`, rule });
    }
  }
  return [...problems, ...problemsOfLife(tenant, used)];
}

function problemsOfAccount(tenant: Values, vendor: VendorName, args: Values): Problem[] {
  const own = ownArguments(tenant, vendor);
  const fixed = tierArguments(tenant, vendor);
  return problemsOf(accountOf(vendor), args).map(({ path, rule }) => {
    const [argument = ""] = path.split(".");
    if (isIn(own, path)) return { path: `vendors.${vendor}.${path}`, rule };
    if (isIn(fixed, path)) return { path: `tiers.${tenant["tier"]}.${vendor}.${path}`, rule };
    if (argument === "name" || argument === "externalId") {
      return {
        path: argument,
        rule: tenant[argument] === undefined ? rule : `${rule} (for ${titleOf(vendor)})`,
      };
    }
    const rules = tenant["tier"] === undefined ? rule : `${rule}; the tenant or its tier must give it`;
    return { path: `vendors.${vendor}.${path}`, rule: rules };
  });
}

function problemsOfKey(tenant: Values, vendor: VendorName, account: Values): Problem[] {
  const own = isObject(tenant["keys"]) ? tenant["keys"][vendor] : undefined;
  const args = keyArguments(tenant, vendor, account);
  const further = furtherKeyArguments(tenant, vendor, account);
  const isShaped = own === undefined || own === false || isObject(own);
  const problems = (values: Values, at: string, nameAt: string): Problem[] =>
    problemsOf(keyOf(vendor), { ...values, subAccountId: UNKNOWN })
      // The connection comes from the account, whose problem it then is.
      .filter(({ path }) => path !== "connection" || values["connection"] !== account["connection"])
      .map(({ path, rule }) => ({ path: path === "name" ? nameAt : `${at}.${path}`, rule }));
  const ofFurther = further.flatMap(([name, values]) => {
    const at = `moreKeys.${vendor}.${name}`;
    const isTaken = name === args?.["name"];
    const rule = "has the name of the tenant's key; each needs its own";
    return [...problems(values, at, at), ...(isTaken ? [{ path: at, rule }] : [])];
  });
  const ofKey = args && isShaped ? problems(args, `keys.${vendor}`, `keys.${vendor}.name`) : [];
  return [...ofKey, ...ofFurther];
}

/** A problem that one tenant has with another of the same program. */
export interface Clash extends Problem {
  /** Index of the tenant that has it. */
  readonly tenant: number;
  /** Index of the tenant that was first. */
  readonly first: number;
}

/** Values that no two tenants of a program may share: the externalId, and a vendor's identity of accounts. */
export function clashesOf(tenants: readonly Values[]): Clash[] {
  const clashes: Clash[] = [];
  const firsts = new Map<string, number>();
  const claim = (key: string, tenant: number, path: string, rule: string): boolean => {
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, tenant);
    else clashes.push({ path, rule, tenant, first });
    return first === undefined;
  };
  for (const [index, tenant] of tenants.entries()) {
    const { externalId } = tenant;
    if (typeof externalId !== "string") continue;
    const isNew = claim(
      `externalId ${normalized(externalId)}`,
      index,
      "externalId",
      "is that of another tenant; each needs its own",
    );
    for (const vendor of isNew ? vendorsOf(tenant) : []) {
      const args = declaredArguments(tenant, vendor);
      for (const [path, value] of accountOf(vendor).claims?.(args) ?? []) {
        if (hasUnknown(value) || hasUnknown(args["connection"])) continue;
        const where = path in ownArguments(tenant, vendor) ? `vendors.${vendor}.${path}` : path;
        const rule = `is that of another tenant, and two ${titleOf(vendor)} accounts of one connection may not share it`;
        claim(`${vendor} ${args["connection"] ?? ""} ${path} ${value}`, index, where, rule);
      }
    }
  }
  for (const [index, { formerly }] of tenants.entries()) {
    if (typeof formerly !== "string") continue;
    claim(
      `formerly ${normalized(formerly)}`,
      index,
      "formerly",
      "is that of another tenant, too; one of them had it",
    );
    const first = firsts.get(`externalId ${normalized(formerly)}`);
    if (first === undefined || first === index) continue;
    const rule =
      "is the externalId of another tenant, which would get the accounts: give that one another externalId";
    clashes.push({ path: "formerly", rule, tenant: index, first });
  }
  return clashes;
}
