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
  /** Accounts that stay at vendors and are paid for, although the tenant has ended. */
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
    notes: notesOf(declared, over),
    warnings: over.accounts ? warningsOf(declared) : [],
  };
}

/** Names the accounts that their deletionPolicy keeps at the vendors: a program cannot see which of them are still there. */
function warningsOf(args: TenantArgs): string[] {
  const { vendorsOf, accountArguments, titleOf } = description();
  const declared = { ...args };
  const kept = vendorsOf(declared).filter(
    (vendor) => accountArguments(declared, vendor, combine)["deletionPolicy"] === "retain",
  );
  if (kept.length === 0) return [];
  const titles = kept.map(titleOf).join(", ");
  return [
    `deleteAfter ${args.ended?.deleteAfter} is over, and deletionPolicy "retain" leaves the accounts at ${titles} as the last \`up\` left them: ` +
      "an active one works on and is paid for. End it at the vendor, then take the tenant out; `subaccounts tenants generate --check` says which are still there",
  ];
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

function notesOf(
  { ended }: TenantArgs,
  over: { readonly keys: boolean; readonly accounts: boolean },
): string[] {
  if (over.accounts) {
    return [
      `deleteAfter ${ended?.deleteAfter} is over, so \`up\` deletes the accounts that the state still has, and their keys, by the deletionPolicy that an \`up\` before ` +
        "has applied: `retain` leaves them. Take the tenant out once `subaccounts tenants generate --check` names none",
    ];
  }
  if (!over.keys) return [];
  return [`keysAt ${ended?.keysAt} is over, so \`up\` revokes the keys that the state still has`];
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
