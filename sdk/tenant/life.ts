import type * as pulumi from "@pulumi/pulumi";
import type { TenantArgs } from "./arguments";
import { combine } from "./combine";
import { description } from "./description";
import type { TenantVendors } from "./vendors";

type VendorName = keyof TenantVendors;

/** What a tenant still declares, by `suspended`, `ended` and the time. */
interface Life {
  /** The vendors with an account. */
  readonly vendors: readonly VendorName[];
  readonly isWithoutKeys: boolean;
  /** The vendors whose accounts have ended by `deleteAfter`. */
  readonly ended: readonly VendorName[];
  /**
   * Outputs of a tenant that is suspended or leaves: `ended`, and by vendor the declared values in whose place the stop
   * is, which policies read.
   */
  readonly outputs: pulumi.Inputs;
  /** What the time has changed, for people. */
  readonly notes: readonly string[];
  /** The end of the accounts: by which deletionPolicy is in the state, which a program cannot see. */
  readonly warnings: readonly string[];
}

/**
 * Decides what a tenant declares now. What it does not declare any more is deleted by the engine, in `up` alone: the
 * dates do not count in a refresh, which runs no program, and with `--run-program` deletes nothing.
 */
export function lifeOf(args: TenantArgs): Life {
  const { vendorsOf, overBy } = description();
  const declared = { ...args };
  const over = overBy(declared, Date.now());
  const vendors = over.accounts ? [] : vendorsOf(declared);
  return {
    vendors,
    isWithoutKeys: over.keys,
    ended: over.accounts ? vendorsOf(declared) : [],
    outputs: outputsOf(declared, vendors),
    notes: over.keys && !over.accounts ? [noteOf(declared)] : [],
    warnings: over.accounts ? [warningOf(declared)] : [],
  };
}

/**
 * Says by which deletionPolicy the accounts end. Each run warns, with or without `adopt` and whatever policy is declared: an
 * account that the state had with `retain` lives on, and one whose policy was changed too late ends all the same.
 */
function warningOf({ ended }: TenantArgs): string {
  return (
    `deleteAfter ${ended?.deleteAfter} is over, so \`up\` deletes the accounts that the state still has, and their keys, by the deletionPolicy in the state, ` +
    "whatever is declared now: to change it, give deleteAfter a later day for one `up`. An account that `retain` leaves works on and is paid for: end it at " +
    "the vendor. Take the tenant out once `subaccounts tenants generate --check` names none"
  );
}

function outputsOf(args: TenantArgs, vendors: readonly VendorName[]): pulumi.Inputs {
  const { declaredArguments, isStoppedAt, restoredValues } = description();
  const declared = { ...args };
  const stopped = vendors
    .filter((vendor) => isStoppedAt(declared, vendor))
    .map((vendor) => [vendor, restoredValues(vendor, declaredArguments(declared, vendor, combine))]);
  return {
    ...(stopped.length === 0 ? {} : { suspended: Object.fromEntries(stopped) }),
    ...(args.ended === undefined ? {} : { ended: args.ended }),
  };
}

function noteOf({ ended }: TenantArgs): string {
  return `keysAt ${ended?.keysAt} is over, so \`up\` revokes the keys that the state still has`;
}

/**
 * The options of a tenant with the alias that keeps accounts and keys where its logical name is made of a corrected
 * externalId: what the name was with the former one.
 */
export function withFormerName(
  name: string,
  { externalId = "", formerly }: Partial<TenantArgs>,
  opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
  if (formerly === undefined || !name.includes(externalId)) return opts;
  return { ...opts, aliases: [...(opts.aliases ?? []), { name: name.replace(externalId, () => formerly) }] };
}
