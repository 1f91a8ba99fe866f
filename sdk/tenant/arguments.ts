import type * as pulumi from "@pulumi/pulumi";
import type { TenantKeys, TenantMoreKeys, TenantVendors, Tier } from "./vendors";

/** Tiers by name: plain data, often from a file ({@link loadTiers}). */
export type Tiers = Readonly<Record<string, Tier>>;

/** The logical names (or URNs) by which a vendor's account and key were declared before they belonged to a tenant. */
export interface FormerNames {
  readonly account?: string | undefined;
  readonly key?: string | undefined;
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
   * Takes over accounts and keys that the program declared alone before, without a write at the vendor: `true` where
   * they had the tenant's logical name and no parent, else their names. Aliases do it, so that it can be taken out after
   * the next `up`.
   */
  readonly movedFrom?:
    | true
    | { readonly [Vendor in keyof TenantVendors]?: FormerNames | undefined }
    | undefined;
}
