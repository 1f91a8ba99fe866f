import { isObject } from "../provider/core/base/json";
import type { Values } from "../provider/core/contract/resource";
import { withUnlimited } from "../provider/core/contract/unlimited";
import { accountOf, hasNamedKeys, keyOf, VENDOR_NAMES, type VendorName } from "./description";
import { isStoppedAt, withStop } from "./suspension";

/** Puts two values together, once both are known. */
export type Combine = (
  lower: unknown,
  upper: unknown,
  merge: (lower: unknown, upper: unknown) => unknown,
) => unknown;

const atOnce: Combine = (lower, upper, merge) => merge(lower, upper);

/** The vendors that a tenant uses. */
export function vendorsOf(tenant: Values): VendorName[] {
  const used = isObject(tenant["vendors"]) ? tenant["vendors"] : {};
  return VENDOR_NAMES.filter((vendor) => isObject(used[vendor]));
}

/** The arguments that the tenant's tier fixes at a vendor. */
export function tierArguments({ tier, tiers }: Values, vendor: VendorName): Values {
  if (typeof tier !== "string" || !isObject(tiers) || !Object.hasOwn(tiers, tier)) return {};
  const { [tier]: fixed } = tiers;
  return isObject(fixed) && isObject(fixed[vendor]) ? fixed[vendor] : {};
}

/** The arguments of an account that the tenant itself declares. */
export function ownArguments({ vendors }: Values, vendor: VendorName): Values {
  return isObject(vendors) && isObject(vendors[vendor]) ? vendors[vendor] : {};
}

/** The arguments of a tenant's account: what is declared, and over it the vendor's stop while the tenant is suspended. */
export function accountArguments(tenant: Values, vendor: VendorName, combine: Combine = atOnce): Values {
  const declared = declaredArguments(tenant, vendor, combine);
  return isStoppedAt(tenant, vendor) ? withStop(vendor, declared) : declared;
}

/**
 * The declared arguments of a tenant's account: the tenant's name and externalId (unless the account keeps its own), what the tier
 * fixes, and over it what the tenant says. Each key of `limits` and `metadata` counts as an argument of its own; of sets (Bolna's calls at once) the
 * tenant's own takes the place of another one whole.
 */
export function declaredArguments(tenant: Values, vendor: VendorName, combine: Combine = atOnce): Values {
  const { externalId, name } = tenant;
  const { keyed, fields, args } = accountOf(vendor);
  const { keepExternalId, ...own } = withUnlimited(ownArguments(tenant, vendor), [], args.shape);
  const setOf = (argument: string) => fields[argument]?.set;
  const ownSets = Object.keys(own).flatMap((argument) =>
    own[argument] === undefined ? [] : (setOf(argument) ?? []),
  );
  const isOfOther = (set: string | undefined) =>
    set !== undefined && ownSets.length > 0 && !ownSets.includes(set);
  const tier = Object.entries(withUnlimited(tierArguments(tenant, vendor), [], args.shape)).filter(
    ([argument]) => !isOfOther(setOf(argument)),
  );
  const merged: Record<string, unknown> = {
    name,
    ...(keepExternalId === true ? {} : { externalId }),
    ...Object.fromEntries(tier),
  };
  for (const [argument, value] of Object.entries(own)) {
    if (value === undefined) continue;
    merged[argument] =
      keyed.includes(argument) && argument in merged ? combine(merged[argument], value, byKey) : value;
  }
  return merged;
}

function byKey(lower: unknown, upper: unknown): unknown {
  return isObject(lower) && isObject(upper) ? { ...lower, ...upper } : upper;
}

/** The name of a tenant's key where nobody gives it another. */
const KEY_NAME = "default";

/** The arguments of a tenant's key at a vendor but for the account's id, or undefined where it is to have none. */
export function keyArguments({ keys }: Values, vendor: VendorName, account: Values): Values | undefined {
  const own = isObject(keys) ? keys[vendor] : undefined;
  if (own === false) return undefined;
  const named = "name" in keyOf(vendor).args.shape ? { name: KEY_NAME } : {};
  const { connection } = account;
  return { ...named, ...(connection === undefined ? {} : { connection }), ...(isObject(own) ? own : {}) };
}

/** The arguments of a tenant's further keys at a vendor but for the account's id, by the names of the keys. */
export function furtherKeyArguments(
  { moreKeys }: Values,
  vendor: VendorName,
  account: Values,
): [name: string, args: Values][] {
  const hasOwn = hasNamedKeys(vendor) && isObject(moreKeys) && isObject(moreKeys[vendor]);
  const own = hasOwn ? (moreKeys[vendor] as Values) : {};
  const { connection } = account;
  return Object.entries(own).flatMap(([name, args]) =>
    isObject(args) ? [[name, { name, ...(connection === undefined ? {} : { connection }), ...args }]] : [],
  );
}
