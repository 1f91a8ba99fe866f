import * as pulumi from "@pulumi/pulumi";
import { type ResourceSpec, registered, registration } from "../core/resource";
import { typeToken } from "../core/token";

/** A database of the customer's own, for `multiTenant` accounts. Everything in it is kept secret. */
export interface SubAccountDatabase {
  readonly host: pulumi.Input<string>;
  /** TCP port, 1 to 65535. */
  readonly port: pulumi.Input<number>;
  readonly name: pulumi.Input<string>;
  readonly user: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
}

/**
 * Arguments of {@link SubAccount}. A declared argument is enforced at Bolna, its drift repaired. The calls at once are
 * declared in one of two ways, {@link CallsArgs} or {@link ConcurrencyArgs}: what is declared is sent, and moving from one to
 * the other is a change in place.
 */
export type SubAccountArgs = AccountArgs & (CallsArgs | ConcurrencyArgs);

/** The calls of an account at once, as Bolna's API reference has them. */
export interface CallsArgs {
  /**
   * How many calls the account may have at once, a whole number of 0 or more, drawn from the organization's pool.
   * Changed in place.
   */
  readonly allowConcurrentCalls: pulumi.Input<number>;
  readonly minConcurrency?: undefined;
  readonly maxConcurrency?: undefined;
}

/** The calls of an account at once, as Bolna's newer client has them: https://github.com/bolna-ai/mcp. */
export interface ConcurrencyArgs {
  readonly allowConcurrentCalls?: undefined;
  /**
   * How many calls at once the account is guaranteed, a whole number of 0 (no guarantee) or more, drawn from the
   * organization's pool. Changed in place.
   */
  readonly minConcurrency: pulumi.Input<number>;
  /**
   * How many calls the account may have at once, a whole number; 0 pauses the account, `null` declares no cap of its
   * own (up to the organization's maximum). Changed in place; taken out of the code it is cleared.
   */
  readonly maxConcurrency?: pulumi.Input<number | null> | undefined;
}

/** The arguments of every account. */
interface AccountArgs {
  /**
   * Display name. Two sub-accounts of one organization may not share it, because at Bolna the name identifies the
   * customer. Changed in place.
   */
  readonly name: pulumi.Input<string>;
  /**
   * Effect of deleting the resource; required, because Bolna's delete erases the account's agents, batches and
   * executions for ever: `delete`, or `retain` (the account is left as it is). By https://github.com/bolna-ai/skills it
   * also erases recordings and releases the account's phone numbers; the API reference does not say so. A change touches
   * only the state and counts from the next `up` on.
   */
  readonly deletionPolicy: pulumi.Input<"delete" | "retain">;
  /** Your own reference for the customer. Kept in the state only: Bolna has no such field. */
  readonly externalId?: pulumi.Input<string> | undefined;
  /** Whether the account has a database of its own; default `false`. Cannot be changed later. */
  readonly multiTenant?: pulumi.Input<boolean> | undefined;
  /**
   * The account's own database; needs `multiTenant: true`. Cannot be changed later, and Bolna does not show it, so
   * drift on it is not seen.
   */
  readonly database?: pulumi.Input<SubAccountDatabase> | undefined;
  /**
   * Id of an existing sub-account to take under management instead of creating one. Declare the `name` that it has now,
   * and rename it in the next `up`: an account of another name is refused. Set `deletionPolicy: "retain"` before, where
   * another stack has it. Taking the line out later changes nothing.
   */
  readonly adopt?: pulumi.Input<string> | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Bolna settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

const SPEC: ResourceSpec = {
  vendor: "bolna",
  kind: "SubAccount",
  optional: [
    "allowConcurrentCalls",
    "minConcurrency",
    "maxConcurrency",
    "externalId",
    "multiTenant",
    "database",
    "connection",
  ],
  outputs: ["apiKey", "organizationId", "createdAt"],
  secrets: ["apiKey", "database"],
};

/**
 * A Bolna sub-account: a voice-agent workspace of your organization with its own key and call concurrency.
 *
 * What a new one can do: its key works with agents and calls of its own, of which it has none yet; phone numbers and
 * providers are the organization's, which needs Bolna's Enterprise plan (https://www.bolna.ai/docs/enterprise/sub-accounts).
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/create
 *
 * @example
 * ```ts
 * import { bolna } from "pulumi-subaccounts";
 *
 * const acme = new bolna.SubAccount("acme", {
 *   name: "Acme Corp",
 *   allowConcurrentCalls: 4,
 *   deletionPolicy: "retain",
 * });
 * export const key = acme.apiKey; // a secret output
 * ```
 */
export class SubAccount extends pulumi.CustomResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);

  declare readonly name: pulumi.Output<string>;
  declare readonly allowConcurrentCalls: pulumi.Output<number | undefined>;
  declare readonly minConcurrency: pulumi.Output<number | undefined>;
  declare readonly maxConcurrency: pulumi.Output<number | null | undefined>;
  declare readonly deletionPolicy: pulumi.Output<"delete" | "retain">;
  declare readonly externalId: pulumi.Output<string | undefined>;
  declare readonly multiTenant: pulumi.Output<boolean | undefined>;
  /** As declared, secret. */
  declare readonly database: pulumi.Output<pulumi.Unwrap<SubAccountDatabase> | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /** The account's one key, secret. */
  declare readonly apiKey: pulumi.Output<string>;
  /** Id of the organization the account belongs to. */
  declare readonly organizationId: pulumi.Output<string>;
  /** When Bolna created the account, ISO 8601. Undefined after adoption: Bolna shows it only at creation. */
  declare readonly createdAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: SubAccountArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(SPEC, () => this, name, args, opts));
    registered(this, SPEC);
  }
}
