/**
 * The one description of a tenant: the component, the loader of files and the policies all work by it. It is made of the
 * vendors' own resources, so that an argument which a vendor learns is an argument of a tenant at once.
 */
import { z } from "zod";
import { name200, text } from "../provider/core/contract/arguments";
import type { FieldFacts } from "../provider/core/contract/manifest";
import type { Resource } from "../provider/core/contract/resource";
import { vendors } from "../provider/vendors";

/** A vendor's name, as in a tenant's `vendors`. */
export type VendorName = keyof typeof vendors;

/** Every vendor that a tenant can use. */
export const VENDOR_NAMES = Object.keys(vendors) as readonly VendorName[];

/** The parts of a vendor's resource that make a tenant. */
export type ResourceOfTenant = Pick<
  Resource<never>,
  "kind" | "description" | "args" | "defaults" | "secrets" | "keyed" | "rules" | "claims"
>;

/** Whether an account may have several keys, each with a name; an account of Bolna has one. */
export function hasNamedKeys(vendor: VendorName): boolean {
  return "name" in keyOf(vendor).args.shape;
}

/** A vendor's account, with the facts of its fields. */
export interface AccountOfTenant extends ResourceOfTenant {
  readonly fields: Readonly<Record<string, FieldFacts>>;
  /** Accounts carry a marker that says whose they are. */
  readonly isMarked: boolean;
}

export function accountOf(vendor: VendorName): AccountOfTenant {
  return vendors[vendor].SubAccount;
}

export function keyOf(vendor: VendorName): ResourceOfTenant {
  return vendors[vendor].ApiKey;
}

export function titleOf(vendor: VendorName): string {
  return vendors[vendor].vendor.title;
}

/** Arguments that no two accounts share, so that a tier cannot fix them. */
const OF_ONE_ACCOUNT = ["externalId", "name", "adopt"];
/** Arguments of a key that the tenant gives. */
const OF_KEY = ["subAccountId"];
/** Of a further key the tenant gives the name, too. */
const OF_FURTHER_KEY = [...OF_KEY, "name"];

/** Whether the vendor keeps an externalId with an account. */
export function hasExternalId(vendor: VendorName): boolean {
  return accountOf(vendor).fields["externalId"]?.readable === true;
}

const keepExternalId = z
  .literal(true)
  .describe("true: the account keeps the externalId that it has, or has none; else leave the line out")
  .optional();

/** The same arguments, all optional, but for some; and others beside them. */
function someOf(
  resource: ResourceOfTenant,
  without: readonly string[],
  what: string,
  more: Readonly<Record<string, z.ZodType>> = {},
) {
  const entries = Object.entries(resource.args.shape).filter(([name]) => !without.includes(name));
  const shape = {
    ...Object.fromEntries(entries.map(([name, schema]) => [name, schema.optional()])),
    ...more,
  };
  return z.strictObject(shape).describe(`${what}: an object { ${Object.keys(shape).join("?, ")}? }`);
}

/** One optional entry per vendor. */
function perVendor<Schema extends z.ZodType>(
  schemaOf: (vendor: VendorName) => Schema,
  what: string,
  names = VENDOR_NAMES,
) {
  return z
    .strictObject(Object.fromEntries(names.map((name) => [name, schemaOf(name).optional()])))
    .describe(`${what}: an object { ${names.join("?, ")}? }`);
}

/** A tier: what it fixes at each vendor. Secrets are nobody's tier. */
const tier = perVendor((vendor) => {
  const account = accountOf(vendor);
  const without = [...OF_ONE_ACCOUNT, ...account.secrets];
  return someOf(account, without, `arguments of ${titleOf(vendor)} accounts that the tier fixes`);
}, "what the tier fixes, by vendor");

/** Tiers by name. */
export const tiersSchema = z
  .record(text, tier)
  .describe("tiers by name, each with what it fixes at each vendor");

const formerNames = z
  .strictObject({
    account: text.describe("the logical name (or URN) that the account was declared by").optional(),
    key: text.describe("the logical name (or URN) that the key was declared by").optional(),
  })
  .describe("an object { account?, key? }");

/** Vendors by name. */
const vendorNames = z
  .array(
    z
      .enum(VENDOR_NAMES as [VendorName, ...VendorName[]])
      .describe(`the name of a vendor: ${VENDOR_NAMES.join(", ")}`),
  )
  .describe(`a list of vendors: ${VENDOR_NAMES.join(", ")}`);

/** A day, of this century: a mistyped year would be over at once. */
const day = z.iso.date().regex(/^2/);

/** @param isFile whether the tenant stands in a file, which holds no secrets. */
function tenantOf(isFile: boolean) {
  const own = (vendor: VendorName) => {
    const account = accountOf(vendor);
    return someOf(
      account,
      [...(hasExternalId(vendor) ? [] : ["externalId"]), ...(isFile ? account.secrets : [])],
      `arguments of the tenant's ${titleOf(vendor)} account beside the tier's`,
      hasExternalId(vendor) ? { keepExternalId } : {},
    );
  };
  const key = (vendor: VendorName) =>
    z
      .union([z.literal(false), someOf(keyOf(vendor), OF_KEY, "arguments of the key")])
      .describe(`false for no key, or arguments of the tenant's ${titleOf(vendor)} key`);
  const furtherKeys = (vendor: VendorName) =>
    z
      .record(
        z.string().refine((name) => /\S/.test(name), "is blank; give the key a name"),
        someOf(keyOf(vendor), OF_FURTHER_KEY, "arguments of the key"),
      )
      .describe("further keys by their names, each with its arguments");
  return z
    .strictObject({
      externalId: name200
        .refine((id) => id !== "__proto__", {
          params: {
            rule: "is a key that JavaScript does not carry, and outputs are by externalId; give the tenant another one",
          },
        })
        .describe(`your own id of the customer, ${name200.description}`),
      name: name200.describe(`the customer's name, ${name200.description}`),
      tier: text.describe("the name of a tier").optional(),
      tiers: tiersSchema.optional(),
      vendors: perVendor(own, "the vendors that the tenant uses, {} for one without arguments of its own"),
      keys: perVendor(key, "the tenant's key at each vendor").optional(),
      moreKeys: perVendor(
        furtherKeys,
        "further keys by vendor and name",
        VENDOR_NAMES.filter(hasNamedKeys),
      ).optional(),
      suspended: z
        .union([z.boolean(), vendorNames])
        .describe(
          "true to stop the accounts of a customer who does not pay, or a list of the vendors to stop at; keys stay, and the declared limits hold again once the line is taken out",
        )
        .optional(),
      ended: z
        .strictObject({
          keysAt: day.describe('the last day of the keys, as "2026-12-31", in UTC').optional(),
          deleteAfter: day.describe('the last day of the accounts, as "2027-12-31", in UTC').optional(),
        })
        .describe(
          "an object { keysAt?, deleteAfter? } with the last day of the keys and of the accounts of a customer who leaves; the accounts are stopped from now on",
        )
        .optional(),
      formerly: text
        .describe("the externalId that the tenant had before; can be taken out after the next `up`")
        .optional(),
      movedFrom: z
        .union([z.literal(true), perVendor(() => formerNames, "former names by vendor")])
        .describe("true, or the names by which accounts and keys were declared before, by vendor")
        .optional(),
      ...(isFile ? { shard: text.describe("the shard of the fleet that has the tenant").optional() } : {}),
    })
    .describe(
      "a tenant: an object { externalId, name, tier?, tiers?, vendors, keys?, moreKeys?, suspended?, ended?, formerly?, movedFrom? }",
    );
}

/** The arguments of a tenant. */
export const tenantSchema = tenantOf(false);

/** The content of a file: a tenant without secrets, or a list of tenants. */
export function tenantFile() {
  const tenant = tenantOf(true);
  return z.union([tenant, z.array(tenant)]);
}

/** A limit of an account. */
export interface Limit {
  readonly vendor: VendorName;
  /** The argument, or a key of it: `limits.maxSpaces`. */
  readonly path: string;
  readonly unit: string;
  /** How what is used counts against it: "in total". Undefined where nothing adds up, as with calls at once. */
  readonly period: string | undefined;
  /** The set that it belongs to: an account has the limits of one set of its vendor. */
  readonly set: string | undefined;
  /** The least of what the account is to have: 0 stops nothing. */
  readonly isFloor: boolean;
  /** It limits the account only while another argument has this value. */
  readonly onlyWith: { readonly field: string; readonly value: number } | undefined;
}

/** Every number that limits what an account may use or spend. */
export const LIMITS: readonly Limit[] = VENDOR_NAMES.flatMap((vendor) =>
  Object.entries(accountOf(vendor).fields).flatMap(
    ([path, { unit, period, set, isFloor = false, onlyWith }]) =>
      unit === undefined ? [] : [{ vendor, path, unit, period, set, isFloor, onlyWith }],
  ),
);
