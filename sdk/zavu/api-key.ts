import * as pulumi from "@pulumi/pulumi";
import { refuseTwinKeys } from "../core/key-names";
import { type ResourceSpec, registered, registration } from "../core/resource";
import { typeToken } from "../core/token";

/**
 * Arguments of {@link ApiKey}. A changed `name`, `environment`, `permissions` or `keepers`, and the age `rotateAfterDays`, rotate the key:
 * a new one is made, while the previous one stays valid for `overlapHours`. Another `subAccountId` replaces it.
 */
export interface ApiKeyArgs {
  /** Id of the sub-account the key belongs to, for example `acme.id`. */
  readonly subAccountId: pulumi.Input<string>;
  /** The key's name, 1 to 200 characters. Two keys of one account may not share it. */
  readonly name: pulumi.Input<string>;
  /** `live` (Zavu's default) or `test`. */
  readonly environment?: pulumi.Input<"live" | "test"> | undefined;
  /** Permissions of the key, in Zavu's words. Zavu documents no list of allowed values. */
  readonly permissions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * Any data, such as a date or the name of a person who left; each change of it rotates the key.
   */
  readonly keepers?: pulumi.Input<Record<string, unknown>> | undefined;
  /**
   * Rotate the key when it is this old, in days (fractions too). Counts in `preview` and `up`, not in `refresh`.
   * Default: never.
   */
  readonly rotateAfterDays?: pulumi.Input<number> | undefined;
  /**
   * How long the previous key stays valid after a rotation, in hours; the first `up` after that revokes it. Default: 24.
   * With 0 that is the next `up`, whether or not what uses the key has the new one.
   */
  readonly overlapHours?: pulumi.Input<number> | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain Zavu settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

const SPEC: ResourceSpec = {
  vendor: "zavu",
  kind: "ApiKey",
  optional: ["environment", "permissions", "keepers", "rotateAfterDays", "overlapHours", "connection"],
  outputs: ["apiKey", "keyId", "keyPrefix", "createdAt", "previousKeyId", "previousRevokeAt", "earlierKeys"],
  secrets: ["apiKey"],
};

/**
 * A key of a Zavu sub-account, beside the one the account is born with. In a resource of its own the key stays
 * known in previews when the account changes.
 * Vendor page: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key
 *
 * @example
 * ```ts
 * import { zavu } from "pulumi-subaccounts";
 *
 * const acme = new zavu.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
 * export const backendKey = new zavu.ApiKey("acme", { subAccountId: acme.id, name: "backend" }).apiKey;
 * ```
 */
export class ApiKey extends pulumi.CustomResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);

  declare readonly subAccountId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly environment: pulumi.Output<"live" | "test" | undefined>;
  declare readonly permissions: pulumi.Output<string[] | undefined>;
  declare readonly keepers: pulumi.Output<Record<string, unknown> | undefined>;
  declare readonly rotateAfterDays: pulumi.Output<number | undefined>;
  declare readonly overlapHours: pulumi.Output<number | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /** The key itself, secret. */
  declare readonly apiKey: pulumi.Output<string>;
  /** The key's id at Zavu. */
  declare readonly keyId: pulumi.Output<string>;
  /** The first characters of the key, as Zavu lists it; may be undefined until the first `refresh`. Not secret. */
  declare readonly keyPrefix: pulumi.Output<string | undefined>;
  /** When Zavu made the key, ISO 8601, by the clock of the machine that runs Pulumi. */
  declare readonly createdAt: pulumi.Output<string>;
  /** After a rotation: the id of the previous key, while it is still valid. */
  declare readonly previousKeyId: pulumi.Output<string | undefined>;
  /** The time after which an `up` revokes the previous key, ISO 8601. */
  declare readonly previousRevokeAt: pulumi.Output<string | undefined>;
  /** Older keys that are still valid, after several rotations within the overlap. */
  declare readonly earlierKeys: pulumi.Output<{ keyId: string; revokeAt: string }[] | undefined>;

  constructor(name: string, args: ApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    refuseTwinKeys(name, args?.subAccountId, args?.name);
    super(...registration(SPEC, () => this, name, args, opts));
    registered(this, SPEC);
  }
}
