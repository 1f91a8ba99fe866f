import * as pulumi from "@pulumi/pulumi";
import { type ResourceSpec, registered, registration } from "../core/resource";
import { typeToken } from "../core/token";

/** Arguments of {@link ApiKey}. A change reads the key of the other account. */
export interface ApiKeyArgs {
  /** Id of the sub-account whose key is wanted, for example `acme.id`. */
  readonly subAccountId: pulumi.Input<string>;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Bolna settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

const SPEC: ResourceSpec = {
  vendor: "bolna",
  kind: "ApiKey",
  optional: ["connection"],
  outputs: ["apiKey"],
  secrets: ["apiKey"],
};

/**
 * The one key Bolna gives a sub-account, as a resource of its own, so that it stays known in previews when the
 * account changes. It makes and deletes nothing at Bolna.
 * Vendor page: https://www.bolna.ai/docs/api-reference/sub-accounts/get_all
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
 * export const key = new bolna.ApiKey("acme", { subAccountId: acme.id }).apiKey;
 * ```
 */
export class ApiKey extends pulumi.CustomResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);

  declare readonly subAccountId: pulumi.Output<string>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /** The key itself, secret. */
  declare readonly apiKey: pulumi.Output<string>;

  constructor(name: string, args: ApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(SPEC, () => this, name, args, opts));
    registered(this, SPEC);
  }
}
