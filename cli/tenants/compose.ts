import { isDeepStrictEqual } from "node:util";
import { heldUnder, isObject, type Json } from "../../provider/core/base/json";
import { declaredFields, type Fields, nested } from "../../provider/core/contract/fields";
import { declarable } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { withUnlimited } from "../../provider/core/contract/unlimited";
import { tierArguments } from "../../tenant/arguments";
import { accountOf, hasExternalId, type VendorName } from "../../tenant/description";
import { type Customer, externalIdOf } from "./match";
import type { Seen } from "./survey";

/** How tenants are composed. */
export interface Style {
  readonly tiers: Values;
  /** Accounts without an externalId get the tenant's. */
  readonly setsExternalIds: boolean;
}

const METADATA = "metadata.";
/** Fields of an account that are not written as a limit is. */
const OTHERS = ["name", "externalId", "status"];

/**
 * The tenant of a customer: what the vendors have, each account adopted, so that an `up` writes the ownership marker and
 * nothing else.
 */
export function compose({ externalId, accounts }: Customer, style: Style): Values {
  const name = commonName(accounts);
  const tier = tierOf(accounts, style.tiers);
  const suspended = accounts.filter(({ isSuspended }) => isSuspended).map(({ vendor }) => vendor);
  const entries = accounts.map((seen): [VendorName, Values] => [
    seen.vendor,
    entryOf(seen, { externalId, name, tier }, style),
  ]);
  return {
    externalId,
    name,
    ...(tier === undefined ? {} : { tier }),
    ...(suspended.length === 0 ? {} : { suspended }),
    vendors: Object.fromEntries(entries),
    keys: Object.fromEntries(accounts.map(({ vendor }) => [vendor, false])),
  };
}

/** Composes the arguments that a tenant declares beside its tier: the account as it is, adopted. */
export function entryOf(
  seen: Seen,
  { externalId, name, tier }: { externalId: string; name: unknown; tier: string | undefined },
  style: Style,
): Values {
  const { vendor, account } = seen;
  const [connection] = seen.connections;
  const fixed = flatTier(style.tiers, tier, vendor);
  const rest = Object.entries(limitsOf(seen)).filter(([field]) => !Object.hasOwn(fixed, field));
  return {
    ...(nameOf(seen) === name ? {} : { name: nameOf(seen) }),
    ...identityOf(seen, externalId, style),
    ...nested(Object.fromEntries(rest)),
    deletionPolicy: "retain",
    adopt: account.id,
    ...(connection === undefined ? {} : { connection }),
  };
}

function nameOf({ account }: Seen): string {
  return declarable(String(account.fields["name"] ?? ""));
}

/** The name that most of the accounts have; of several, the first in the order of the vendors. */
function commonName(accounts: readonly Seen[]): string {
  const names = accounts.map(nameOf);
  const count = (name: string) => names.filter((each) => each === name).length;
  return names.toSorted((one, other) => count(other) - count(one))[0] ?? "";
}

/** Composes the arguments that keep the account's externalId as it is. */
function identityOf(seen: Seen, externalId: string, { setsExternalIds }: Style): Values {
  if (!hasExternalId(seen.vendor)) return {};
  const has = externalIdOf(seen);
  if (has === undefined) return setsExternalIds ? {} : { keepExternalId: true };
  return has === externalId ? {} : { externalId: has };
}

/** The limits that an account has; of several sets, those of the one that it has most of. */
function limitsOf({ vendor, account, apiVersion }: Seen): Fields {
  const { fields: facts } = accountOf(vendor);
  const there = Object.entries(account.fields).filter(([name, value]) => {
    const of = facts[name];
    return (
      value !== null &&
      of?.readable === true &&
      of.updatable &&
      !OTHERS.includes(name) &&
      (apiVersion === undefined || (of.versions?.includes(apiVersion) ?? true))
    );
  });
  const sizes = new Map<string, number>();
  for (const [name] of there) {
    const set = facts[name]?.set;
    if (set !== undefined) sizes.set(set, (sizes.get(set) ?? 0) + 1);
  }
  const [chosen] = [...sizes].toSorted(([, one], [, other]) => other - one)[0] ?? [];
  return Object.fromEntries(
    there.filter(([name]) => facts[name]?.set === undefined || facts[name].set === chosen),
  );
}

/** The tier whose limits are the accounts' at each vendor that it fixes; undefined where there is none, or several are. */
function tierOf(accounts: readonly Seen[], tiers: Values): string | undefined {
  const sizes = Object.keys(tiers).map((tier): [string, number] => {
    let size = 0;
    for (const seen of accounts) {
      for (const [name, value] of Object.entries(flatTier(tiers, tier, seen.vendor))) {
        if (!isDeepStrictEqual(has(seen, name), value)) return [tier, 0];
        size++;
      }
    }
    return [tier, size];
  });
  const most = Math.max(0, ...sizes.map(([, size]) => size));
  const best = sizes.filter(([, size]) => size === most);
  return most > 0 && best.length === 1 ? best[0]?.[0] : undefined;
}

function has({ account: { fields, metadata } }: Seen, field: string): Json | undefined {
  const key = field.startsWith(METADATA) ? field.slice(METADATA.length) : undefined;
  return key === undefined ? fields[field] : heldUnder(metadata, key);
}

/** Lists the fields of accounts that a tier fixes at a vendor; each key of an argument is a field of its own. */
function flatTier(tiers: Values, tier: string | undefined, vendor: VendorName): Fields {
  const fixed = withUnlimited(tierArguments({ tier, tiers }, vendor));
  const { fields, keyed } = accountOf(vendor);
  const names = [...new Set(Object.keys(fields).map((name) => name.replace(/\..*$/s, ""))), "metadata"];
  const declared = declaredFields({ names, keyed: [...keyed, "metadata"], defaults: {} }, fixed);
  const isOfAccount = (name: string) =>
    name.startsWith(METADATA) || (fields[name]?.readable === true && fields[name].updatable);
  return Object.fromEntries(Object.entries(declared).filter(([name]) => isOfAccount(name)));
}

/** The arguments by which fields of a vendor's accounts that no listing shows matter: those of every tier. */
export function argumentsOfTiers(tiers: Values, vendor: VendorName): Values {
  return Object.assign(
    {},
    ...Object.values(tiers).map((tier) => (isObject(tier) && isObject(tier[vendor]) ? tier[vendor] : {})),
  );
}
