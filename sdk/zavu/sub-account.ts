import * as pulumi from "@pulumi/pulumi";
import { type ResourceSpec, registered, registration } from "../core/resource";
import { typeToken } from "../core/token";

/**
 * Arguments of {@link SubAccount}. A declared argument is enforced at Zavu, its drift repaired; one taken
 * out of the code is cleared; one never declared is left alone (but for `status`, which stands for `active`).
 */
export interface SubAccountArgs {
  /**
   * Display name, 1 to 200 characters. Two active sub-accounts of one parent project may share it only where both have an
   * `externalId`: else the name identifies the customer. Changed in place.
   */
  readonly name: pulumi.Input<string>;
  /**
   * Your own reference for the customer, for example `tenant-acme`. It identifies the customer: a second active
   * account with it is refused. Changed in place; Zavu cannot clear it, so taking it out of the code fails in the preview.
   */
  readonly externalId?: pulumi.Input<string> | undefined;
  /**
   * Spending cap in whole US cents, greater than 0, cumulative against what the sub-account has spent in total
   * (not monthly). At the cap Zavu blocks messaging. `null` declares that there is no cap; 0 is refused because
   * Zavu reads it as "no cap". Changed in place.
   */
  readonly creditLimit?: pulumi.Input<number | null> | undefined;
  /**
   * Free data, any JSON values. The declared top-level keys are yours; keys that others put there stay. The key
   * `pulumi-subaccounts` is reserved. Changed in place.
   */
  readonly metadata?: pulumi.Input<Record<string, unknown>> | undefined;
  /** `active` (default) or `inactive`, which suspends the account. Changed in place. */
  readonly status?: pulumi.Input<"active" | "inactive"> | undefined;
  /**
   * Whether the key that the account was born with (`apiKey`) stays: `keep` (default), or `revoke`, which ends it once
   * an {@link ApiKey} of the account is in the state. A change alone touches only the state.
   */
  readonly ownKey?: pulumi.Input<"keep" | "revoke"> | undefined;
  /**
   * Effect of deleting the resource: `deactivate` (default; all keys are revoked, the data stays) or `retain`
   * (the account is left as it is). A change touches only the state and counts from the next `up` on.
   */
  readonly deletionPolicy?: pulumi.Input<"deactivate" | "retain"> | undefined;
  /**
   * Id of an existing sub-account to take under management instead of creating one. Declare the `externalId` and `name`
   * that it has now, and rename it in the next `up`: another customer's account is refused. An inactive one is activated
   * again. Taking the line out later changes nothing.
   */
  readonly adopt?: pulumi.Input<string> | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Zavu settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

const SPEC: ResourceSpec = {
  vendor: "zavu",
  kind: "SubAccount",
  optional: ["externalId", "creditLimit", "metadata", "status", "ownKey", "deletionPolicy", "connection"],
  outputs: ["apiKey", "createdAt"],
  secrets: ["apiKey"],
};

/**
 * A Zavu sub-account: a project of your team with its own keys and spending cap.
 *
 * What a new one can do: its key sends on the team's balance, by senders and phone numbers that are its own and are set up
 * at Zavu (https://docs.zavu.dev/concepts/sub-accounts). An account that is not verified reaches by SMS and calls only
 * numbers that the project has verified, and a few a day; the dashboard alone changes that
 * (https://docs.zavu.dev/concepts/sending-limits), and whether a sub-account has its team's level, Zavu does not say.
 * Vendor page: https://docs.zavu.dev/guides/sub-accounts/overview
 *
 * @example
 * ```ts
 * import { zavu } from "pulumi-subaccounts";
 *
 * const acme = new zavu.SubAccount("acme", {
 *   name: "Acme Corp",
 *   externalId: "tenant-acme",
 *   creditLimit: 50_00, // cents
 * });
 * export const key = acme.apiKey; // a secret output
 * ```
 */
export class SubAccount extends pulumi.CustomResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);

  declare readonly name: pulumi.Output<string>;
  declare readonly externalId: pulumi.Output<string | undefined>;
  declare readonly creditLimit: pulumi.Output<number | null | undefined>;
  declare readonly metadata: pulumi.Output<Record<string, unknown> | undefined>;
  declare readonly status: pulumi.Output<"active" | "inactive" | undefined>;
  declare readonly ownKey: pulumi.Output<"keep" | "revoke" | undefined>;
  declare readonly deletionPolicy: pulumi.Output<"deactivate" | "retain" | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /**
   * The account's key, secret. Undefined after adoption: Zavu shows a key only once, when it is made, so declare
   * an {@link ApiKey} for an adopted account. A new key after Zavu revoked this one (re-activation).
   */
  declare readonly apiKey: pulumi.Output<string | undefined>;
  /** When Zavu created the account, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: SubAccountArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(SPEC, () => this, name, args, opts));
    registered(this, SPEC);
  }
}
