import * as pulumi from "@pulumi/pulumi";
import { refuseTwinKeys } from "../core/key-names";
import { type ResourceSpec, registered, registration } from "../core/resource";
import { typeToken } from "../core/token";

/**
 * Arguments of {@link ApiKey}. A changed `name`, `expiresAt` or `keepers`, and the age `rotateAfterDays`, rotate the key:
 * a new one is made, while the previous one stays valid for `overlapHours`. Another `subAccountId` replaces it.
 */
export interface ApiKeyArgs {
  /** Id of the sub-account the key belongs to, for example `acme.id`. */
  readonly subAccountId: pulumi.Input<string>;
  /**
   * The key's name, 1 to 200 characters. Two keys of one account may not share it. Give it one: a key that an
   * interrupted `up` made is told of by its name.
   */
  readonly name?: pulumi.Input<string> | undefined;
  /**
   * When the key ends, ISO 8601 with its zone, for example `2027-01-31T00:00:00Z`. A rotation does not move it, so all
   * keys of the resource end together. A key is not made with a time in the past. Default: never.
   */
  readonly expiresAt?: pulumi.Input<string> | undefined;
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
  /** Name of an entry of the `subaccounts:connections` config; default: the plain bctrl settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

const SPEC: ResourceSpec = {
  vendor: "bctrl",
  kind: "ApiKey",
  optional: ["name", "expiresAt", "keepers", "rotateAfterDays", "overlapHours", "connection"],
  outputs: ["apiKey", "keyId", "keyPrefix", "createdAt", "previousKeyId", "previousRevokeAt", "earlierKeys"],
  secrets: ["apiKey"],
};

/**
 * A key of a bctrl sub-account. An account has as many as are declared, and none of its own.
 * Vendor page: https://platform.bctrl.ai/api/api-reference/account
 *
 * @example
 * ```ts
 * import { bctrl } from "pulumi-subaccounts";
 *
 * const acme = new bctrl.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
 * export const backendKey = new bctrl.ApiKey("acme", { subAccountId: acme.id, name: "backend" }).apiKey;
 * ```
 */
export class ApiKey extends pulumi.CustomResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken(SPEC.vendor, SPEC.kind);

  declare readonly subAccountId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string | undefined>;
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  declare readonly keepers: pulumi.Output<Record<string, unknown> | undefined>;
  declare readonly rotateAfterDays: pulumi.Output<number | undefined>;
  declare readonly overlapHours: pulumi.Output<number | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /** The key itself, secret. */
  declare readonly apiKey: pulumi.Output<string>;
  /** The key's id at bctrl. */
  declare readonly keyId: pulumi.Output<string>;
  /** The first characters of the key, as bctrl lists it; may be undefined until the first `refresh`. Not secret. */
  declare readonly keyPrefix: pulumi.Output<string | undefined>;
  /** When bctrl made the key, ISO 8601, by the clock of the machine that runs Pulumi. */
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
