import * as pulumi from "@pulumi/pulumi";
import { notJson } from "../core/json";
import { isLater } from "../core/later";
import { settled } from "../core/pulumi-internals";
import { nameOf, refuseNoObject, refuseNoOptions } from "../core/resource";
import { pauseStackTraces, resumeStackTraces } from "../core/stack-traces";
import type { TenantArgs } from "./arguments";
import { combine } from "./combine";
import { description } from "./description";
import { lifeOf, withFormerName } from "./life";
import { laterThanDecided } from "./plain";
import { mayRemain, recoverEnded } from "./remaining";
import { classes, type TenantVendors } from "./vendors";

const TYPE = "subaccounts:index:Tenant";

type VendorName = keyof TenantVendors;

/** One text for each vendor that a tenant uses. */
export type PerVendor = { readonly [Vendor in VendorName]?: string };

/** A text for each of the vendors that the program names; without such names there may be one for each vendor. */
type TextsOf<Vendors extends VendorName> = [Vendors] extends [never]
  ? PerVendor
  : { readonly [Vendor in Vendors]: string };

/** A vendor's classes, as a tenant uses them: its arguments are checked before. */
interface Classes {
  readonly SubAccount: new (
    name: string,
    args: never,
    opts: pulumi.CustomResourceOptions,
  ) => pulumi.CustomResource;
  readonly ApiKey: new (
    name: string,
    args: never,
    opts: pulumi.CustomResourceOptions,
  ) => { readonly apiKey: pulumi.Output<string> };
}

/**
 * A customer: an account and a key at each vendor that it uses, by one external id, with the limits of one tier.
 *
 * @example
 * ```ts
 * import { Tenant } from "pulumi-subaccounts";
 *
 * const tiers = {
 *   gold: { zavu: { creditLimit: 50_00 }, bctrl: { limits: { maxActiveRuns: 5 } } }, // cents; runs at once
 * };
 * const acme = new Tenant("acme", {
 *   externalId: "tenant-acme",
 *   name: "Acme Corp",
 *   tier: "gold",
 *   tiers,
 *   vendors: { zavu: {}, bctrl: { limits: { maxSpaces: 2 } } },
 * });
 * export const accounts = acme.accounts;
 * export const apiKeys = acme.apiKeys; // a secret output
 * ```
 *
 * @throws pulumi.RunError with everything that is wrong with the arguments.
 */
export class Tenant<
  Vendors extends VendorName = never,
  TierNames extends string = string,
> extends pulumi.ComponentResource {
  /** @internal */
  static readonly __pulumiType: string = TYPE;

  /** As declared. */
  readonly externalId: string;
  /** The id of the tenant's account at each vendor that it uses. */
  readonly accounts: pulumi.Output<TextsOf<Vendors>>;
  /** The tenant's key at each vendor, secret: that of the `ApiKey`, which stays known when a limit changes. */
  readonly apiKeys: pulumi.Output<PerVendor>;
  /** The further keys at each vendor, by their names; secret. */
  readonly moreApiKeys: pulumi.Output<{ readonly [Vendor in VendorName]?: Readonly<Record<string, string>> }>;

  constructor(
    name: string,
    args: TenantArgs<TierNames> & {
      readonly vendors: { readonly [Vendor in Vendors]: TenantVendors[Vendor] & {} };
    },
    opts?: pulumi.ComponentResourceOptions,
  );
  constructor(name: string, args: TenantArgs<TierNames>, opts?: pulumi.ComponentResourceOptions);
  constructor(name: string, args: TenantArgs<TierNames>, opts?: pulumi.ComponentResourceOptions) {
    const { problemsOfTenant, accountArguments, keyArguments, furtherKeyArguments } = description();
    const given: Partial<TenantArgs> = args ?? {};
    refuseNoObject(nameOf("Tenant", name), given);
    refuseNoOptions(nameOf("Tenant", name), opts);
    refuse(name, given, [...laterThanDecided(given), ...notJson(given)]);
    refuse(name, given, problemsOfTenant(known(given)));
    pauseStackTraces();
    super(TYPE, name, {}, withFormerName(name, given, opts));
    resumeStackTraces();
    const accounts: Record<string, pulumi.Output<string | undefined>> = {};
    const apiKeys: Record<string, pulumi.Output<string | undefined>> = {};
    const moreApiKeys: Record<string, Record<string, pulumi.Output<string | undefined>>> = {};
    const declared = { ...args };
    const life = lifeOf(declared);
    for (const vendor of life.vendors) {
      const { SubAccount, ApiKey }: Classes = classes[vendor];
      const former = args.movedFrom === true ? { account: name, key: name } : args.movedFrom?.[vendor];
      const options = (formerName: string | undefined): pulumi.CustomResourceOptions => ({
        parent: this,
        aliases: formerName === undefined ? [] : [aliasOf(formerName)],
      });
      const accountArgs = accountArguments(declared, vendor, combine);
      const keyArgs = keyArguments(declared, vendor, accountArgs);
      const moreKeys = furtherKeyArguments(declared, vendor, accountArgs);
      // A lost state may have had keys that no state can revoke now: the provider looks for them by their names.
      const ended = keyNames(declared, vendor, accountArgs);
      const account = new SubAccount(
        name,
        { ...accountArgs, ...(life.isWithoutKeys ? { __endedKeys: ended } : {}) } as never,
        options(former?.account),
      );
      accounts[vendor] = settled(account.id);
      if (life.isWithoutKeys) continue;
      if (keyArgs !== undefined) {
        const key = new ApiKey(name, { ...keyArgs, subAccountId: account.id } as never, options(former?.key));
        apiKeys[vendor] = settled(key.apiKey);
      }
      const further = moreKeys.map(([keyName, furtherArgs]) => {
        const key = new ApiKey(
          `${name}-${keyName}`,
          { ...furtherArgs, subAccountId: account.id } as never,
          options(undefined),
        );
        return [keyName, settled(key.apiKey)] as const;
      });
      if (further.length > 0) moreApiKeys[vendor] = Object.fromEntries(further);
    }
    for (const vendor of life.ended) {
      const { SubAccount }: Classes = classes[vendor];
      const what = `Tenant "${name}": deleteAfter ${args.ended?.deleteAfter} is over`;
      const accountArgs = accountArguments(declared, vendor, combine);
      const ended = {
        tenant: this,
        what,
        vendor,
        args: accountArgs,
        keys: keyNames(declared, vendor, accountArgs),
      };
      if (!mayRemain(ended)) continue;
      const recovered = recoverEnded(ended, (accountArgs) =>
        settled(new SubAccount(name, accountArgs as never, { parent: this }).id),
      );
      accounts[vendor] = pulumi.output(recovered);
    }
    const titled = (text: string) => `Tenant "${name}": ${text}`;
    for (const note of life.notes) void pulumi.log.info(titled(note), this);
    for (const warning of life.warnings) void pulumi.log.warn(titled(warning), this);
    this.externalId = args.externalId;
    this.accounts = pulumi.output(accounts) as typeof this.accounts;
    this.apiKeys = pulumi.secret(pulumi.output(apiKeys)) as typeof this.apiKeys;
    this.moreApiKeys = pulumi.secret(pulumi.output(moreApiKeys)) as typeof this.moreApiKeys;
    this.registerOutputs({
      externalId: args.externalId,
      name: args.name,
      ...(args.tier === undefined ? {} : { tier: args.tier }),
      ...life.outputs,
      accounts: this.accounts,
      apiKeys: this.apiKeys,
      ...(Object.keys(moreApiKeys).length === 0 ? {} : { moreApiKeys: this.moreApiKeys }),
    });
  }
}

/** The names of a tenant's keys at a vendor. */
function keyNames(
  declared: TenantArgs,
  vendor: VendorName,
  account: Readonly<Record<string, unknown>>,
): unknown[] {
  const { keyArguments, furtherKeyArguments } = description();
  const tenant = { ...declared };
  const further = furtherKeyArguments(tenant, vendor, account).map(([name]) => name);
  return [keyArguments(tenant, vendor, account)?.["name"], ...further].filter((name) => name !== undefined);
}

function refuse(
  name: string,
  { externalId }: Partial<TenantArgs>,
  problems: readonly { path: string; rule: string }[],
): void {
  if (problems.length === 0) return;
  const id = typeof externalId === "string" && externalId !== name ? ` (${externalId})` : "";
  throw new pulumi.RunError(
    [`Tenant "${name}"${id}:`, ...problems.map(({ path, rule }) => `  ${path} ${rule}`)].join("\n"),
  );
}

function aliasOf(formerName: string): pulumi.URN | pulumi.Alias {
  return formerName.startsWith("urn:pulumi:")
    ? formerName
    : { name: formerName, parent: pulumi.rootStackResource };
}

/** A copy in which Pulumi's mark stands for what is known only later. */
function known(value: object): Record<string, unknown> {
  const plain = (each: unknown): unknown => {
    if (isLater(each)) return pulumi.runtime.unknownValue;
    if (Array.isArray(each)) return each.map(plain);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(
      Object.entries(each).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])),
    );
  };
  return plain(value) as Record<string, unknown>;
}
