import * as pulumi from "@pulumi/pulumi";
import { type ResourceSpec, registered, registration } from "../core/resource";
import { typeToken } from "../core/token";

/**
 * Limits of a sub-account. Each key counts as a field: a declared one is enforced at bctrl, one taken out of the code
 * is cleared (no limit), one never declared is left alone. `null` declares that there is no limit.
 * Units: https://platform.bctrl.ai/pricing/subaccounts.md
 */
export interface SubAccountLimits {
  /** Runs at once, a whole number of 1 or more; bctrl refuses 0. */
  readonly maxActiveRuns?: pulumi.Input<number | null> | undefined;
  /** Spaces, a whole number of 1 or more; bctrl refuses 0. */
  readonly maxSpaces?: pulumi.Input<number | null> | undefined;
  /**
   * Credits per billing cycle of the organization, 0 or more, fractions allowed. 1 credit is USD 0.001. At the limit
   * bctrl takes no new billable work; what runs finishes. `spendingCap` is the limit that stops what runs.
   */
  readonly monthlyCreditLimit?: pulumi.Input<number | null> | undefined;
}

/**
 * Limits in the API version `v2`, passed through as bctrl's v2 defines them; their inner shape is undocumented. They are
 * set by a call of their own, and bctrl does not show them, so drift on them is not seen.
 */
export interface SubAccountLimitsV2 {
  /** Limits of runs, any JSON value; `null` clears them. */
  readonly runs?: pulumi.Input<unknown>;
  /** Limits of spaces, any JSON value; `null` clears them. */
  readonly spaces?: pulumi.Input<unknown>;
  /** Limits of spending, any JSON value; `null` clears them. */
  readonly spend?: pulumi.Input<unknown>;
}

/**
 * Arguments of {@link SubAccount}. A declared argument is enforced at bctrl, its drift repaired; one taken out
 * of the code is cleared; one never declared is left alone.
 */
export interface SubAccountArgs {
  /**
   * Display name, 1 to 200 characters; bctrl refuses one that looks like an id (a UUID, or `acme_corp`: letters or digits
   * and `_` at its beginning). Two active sub-accounts of one organization may share it only where both have an
   * `externalId`: else the name identifies the customer. Changed in place.
   */
  readonly name: pulumi.Input<string>;
  /**
   * Your own reference for the customer, 1 to 200 characters, for example `tenant-acme`. It identifies the
   * customer: a second active account with it is refused. Changed in place.
   */
  readonly externalId?: pulumi.Input<string> | undefined;
  /**
   * Free data, any JSON values. The declared top-level keys are yours; keys that others put there stay. The key
   * `pulumi-subaccounts` is reserved. Changed in place.
   */
  readonly metadata?: pulumi.Input<Record<string, unknown>> | undefined;
  /** Limits of the account. Which shape is right depends on the API version of the connection. */
  readonly limits?: pulumi.Input<SubAccountLimits | SubAccountLimitsV2> | undefined;
  /**
   * Spending cap of the account's default space, in whole US cents per calendar month (UTC). At 80 % bctrl warns; at 100 % it
   * refuses new billable work and stops what runs within a minute. 0 refuses all of it, `null` declares that there is no
   * cap. The account's other spaces have caps of their own: declare `limits: { maxSpaces: 1 }` with it for a cap of the
   * account. Read only where it is declared (one more call for each account in a refresh). bctrl may let people alone set
   * it, by the dashboard, and refuse it from a key: set it there, and declare the same. Changed in place; not in the API version `v2`.
   * https://github.com/bctrlhq/sdk-py
   */
  readonly spendingCap?: pulumi.Input<number | null> | undefined;
  /**
   * Effect of deleting the resource: `archive` (default; no new work, no way back, the usage stays readable) or
   * `retain` (the account is left as it is). A change touches only the state and counts from the next `up` on.
   */
  readonly deletionPolicy?: pulumi.Input<"archive" | "retain"> | undefined;
  /**
   * Id of an existing, active sub-account to take under management instead of creating one. Declare the `externalId` and
   * `name` that it has now, and rename it in the next `up`: another customer's account is refused. Taking the line out
   * later changes nothing.
   */
  readonly adopt?: pulumi.Input<string> | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain bctrl settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

const SPEC: ResourceSpec = {
  vendor: "bctrl",
  kind: "SubAccount",
  optional: ["externalId", "metadata", "limits", "spendingCap", "deletionPolicy", "connection"],
  outputs: ["status", "defaultSpaceId", "createdAt", "slug"],
  secrets: [],
};

/**
 * A bctrl sub-account: a customer of your organization with its own spaces, runs, limits and keys. It has no key of
 * its own; declare an `ApiKey`.
 *
 * What a new one can do: with that key it starts runs in its default space and sees nothing of the organization
 * (https://platform.bctrl.ai/cookbook/scale-operate/multi-tenant-isolation). Plan and credits are the organization's, and
 * at a limit of the account no new work is taken (https://platform.bctrl.ai/pricing/subaccounts).
 *
 * The API versions differ in little: the default is the current one, `2026-10-03`, named in a header, as is `2026-10-01`
 * before it. `v1` is the API without that header: bctrl then answers as of the release that it pinned to the key when the key
 * was created. `v2` is known from two pages only, so accounts are created and limits are set by it, and everything else
 * goes through `v1`.
 * Vendor page: https://platform.bctrl.ai/api/api-reference/account/create-subaccount
 *
 * @example
 * ```ts
 * import { bctrl } from "pulumi-subaccounts";
 *
 * const acme = new bctrl.SubAccount("acme", {
 *   name: "Acme Corp",
 *   externalId: "tenant-acme",
 *   limits: { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000 }, // credits
 * });
 * export const key = new bctrl.ApiKey("acme", { subAccountId: acme.id, name: "backend" }).apiKey;
 * ```
 */
export class SubAccount extends pulumi.CustomResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);

  declare readonly name: pulumi.Output<string>;
  declare readonly externalId: pulumi.Output<string | undefined>;
  declare readonly metadata: pulumi.Output<Record<string, unknown> | undefined>;
  declare readonly limits: pulumi.Output<
    pulumi.Unwrap<SubAccountLimits> | pulumi.Unwrap<SubAccountLimitsV2> | undefined
  >;
  declare readonly spendingCap: pulumi.Output<number | null | undefined>;
  declare readonly deletionPolicy: pulumi.Output<"archive" | "retain" | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /** `active`; a status that bctrl does not document is kept as it is. An archived account is gone. */
  declare readonly status: pulumi.Output<string>;
  /** Id of the space that the account starts with. */
  declare readonly defaultSpaceId: pulumi.Output<string>;
  /** When bctrl created the account, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;
  /** The account's name in URLs. API version `v2` only, and only for an account that was created by it. */
  declare readonly slug: pulumi.Output<string | undefined>;

  constructor(name: string, args: SubAccountArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(SPEC, () => this, name, args, opts));
    registered(this, SPEC);
  }
}
