import type * as pulumi from "@pulumi/pulumi";
import type { TenantKeys, TenantMoreKeys, TenantVendors, Tier } from "./vendors";

/** Tiers by name: plain data, often from a file ({@link loadTiers}). */
export type Tiers = Readonly<Record<string, Tier>>;

/** The logical names (or URNs) by which a vendor's account and key were declared before they belonged to a tenant. */
export interface FormerNames {
  readonly account?: string | undefined;
  readonly key?: string | undefined;
}

/** The last days of a customer who leaves, as `2026-12-31`; a day is over at midnight UTC. One of the two may be left out. */
export interface TenantEnd {
  /** The last day of the keys. Default: that of the accounts. Bolna's one key ends with its account. */
  readonly keysAt?: string | undefined;
  /** The last day of the accounts. Default: they stay. */
  readonly deleteAfter?: string | undefined;
}

/** Arguments of {@link Tenant}. `TierNames` are the names of `tiers`, where the program declares them: an editor completes `tier`. */
export interface TenantArgs<TierNames extends string = string> {
  /**
   * Your own id of the customer, 1 to 200 characters, for example `tenant-acme`. It finds the customer at the vendors
   * and in the {@link directory}, so choose one that never changes. Plain text: it is known before anything is made.
   */
  readonly externalId: string;
  /** Display name, 1 to 200 characters; that of every account, unless a vendor's entry has its own. */
  readonly name: pulumi.Input<string>;
  /** The name of one of `tiers`. Without `tiers` it is only shown to policies. */
  readonly tier?: NoInfer<TierNames> | (string & {}) | undefined;
  /** Arguments that each tier fixes at each vendor. A tenant's own override its tier's, key by key in `limits` and `metadata`. */
  readonly tiers?: Readonly<Record<TierNames, Tier>> | undefined;
  /** The vendors that the tenant uses: only these get an account. */
  readonly vendors: TenantVendors;
  /**
   * Arguments of the tenant's key at each vendor, or `false` for none. Default: a key with the name `default` and the
   * account's `connection`.
   */
  readonly keys?: TenantKeys | undefined;
  /** Further keys at each vendor by their names, which no other key of the account has; each with its arguments. */
  readonly moreKeys?: TenantMoreKeys | undefined;
  /**
   * Stops the accounts of a customer who does not pay, at every vendor or at those that are listed; keys stay, and taking
   * it out makes the declared limits hold again. By vendor: Zavu `status: "inactive"`; bctrl `limits.monthlyCreditLimit`
   * 0, and `spendingCap` 0 where one is declared; Bolna `maxConcurrency` 0. A limit that it replaces must be declared
   * (`null` counts), else there would be nothing to restore. Bolna documents no stop for `allowConcurrentCalls`.
   */
  readonly suspended?: boolean | readonly (keyof TenantVendors)[] | undefined;
  /**
   * A customer who leaves: the accounts are stopped now (`suspended` says at which vendors, if not at all), the first
   * `up` after `keysAt` revokes the keys, and the first one after `deleteAfter` deletes the accounts by their
   * `deletionPolicy`. A `refresh` ignores the dates.
   */
  readonly ended?: TenantEnd | undefined;
  /**
   * The externalId that the tenant had before it was corrected: accounts and keys stay, also where logical names are
   * made of it, as in `new Tenant(args.externalId, args)`. It can be taken out after the next `up`.
   */
  readonly formerly?: string | undefined;
  /**
   * Takes over accounts and keys that the program declared alone before, without a write at the vendor: `true` where
   * they had the tenant's logical name and no parent, else their names. Aliases do it, so that it can be taken out after
   * the next `up`.
   */
  readonly movedFrom?:
    | true
    | { readonly [Vendor in keyof TenantVendors]?: FormerNames | undefined }
    | undefined;
}
