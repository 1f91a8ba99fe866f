import type * as pulumi from "@pulumi/pulumi";
import { refuseTwinKeys } from "../core/key-names";
import { SubaccountsResource } from "../core/resource";
import { typeToken } from "../core/token";

/** Arguments of {@link ApiKey}. Any change but that of `connection` makes a new key first, and revokes the old one at the end of the `up`. */
export interface ApiKeyArgs {
  /** Id of the sub-account the key belongs to, for example `acme.id`. */
  readonly subAccountId: pulumi.Input<string>;
  /**
   * The key's name, 1 to 200 characters. Two keys of one account may not share it. Give it one: a key that an
   * interrupted `up` left behind is found by its name.
   */
  readonly name?: pulumi.Input<string> | undefined;
  /** When the key ends, ISO 8601 with its zone, for example `2027-01-31T00:00:00Z`. Default: never. */
  readonly expiresAt?: pulumi.Input<string> | undefined;
  /** Name of an entry of the `subaccounts:connections` config; default: the plain bctrl settings. */
  readonly connection?: pulumi.Input<string> | undefined;
}

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
export class ApiKey extends SubaccountsResource {
  /** @internal */
  static readonly __pulumiType: string = typeToken("bctrl", "ApiKey");

  declare readonly subAccountId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string | undefined>;
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  /** The key itself, secret. */
  declare readonly apiKey: pulumi.Output<string>;
  /** The key's id at bctrl. */
  declare readonly keyId: pulumi.Output<string>;
  /** The first characters of the key, as bctrl lists it. Not secret. */
  declare readonly keyPrefix: pulumi.Output<string>;
  /** When bctrl made the key, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: ApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
    refuseTwinKeys(name, args?.subAccountId, args?.name);
    super(
      {
        vendor: "bctrl",
        kind: "ApiKey",
        optional: ["name", "expiresAt", "connection"],
        outputs: ["apiKey", "keyId", "keyPrefix", "createdAt"],
        secrets: ["apiKey"],
      },
      name,
      args,
      opts,
    );
  }
}
