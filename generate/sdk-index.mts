import type { Description } from "../provider/core/contract/description.ts";
import type { LookupDescription } from "../provider/core/contract/lookup-description.ts";
import { GENERATED } from "./typescript.mts";

/** The exports of a vendor's folder. */
export function vendorIndex(
  resources: Readonly<Record<string, Description>>,
  lookups: LookupDescription,
): string {
  const shapes = (lookups.account.shapes ?? []).map(({ name }) => `type ${name}`);
  const functions = ["getSubAccount", "getUsage", "listSubAccounts"].flatMap((name) => [
    name,
    `${name}Output`,
  ]);
  const types = [
    "GetSubAccountArgs",
    "GetSubAccountResult",
    "GetUsageArgs",
    "GetUsageResult",
    "ListSubAccountsArgs",
  ];
  const lines = Object.entries(resources).map(([kind, description]) => {
    const names = [
      `${kind}Args`,
      ...Object.values(description.args).flatMap(({ shapes = [] }) => shapes.map(({ name }) => name)),
      ...Object.values(description.sets ?? {}).map(({ name }) => name),
    ];
    return [`./${fileOf(kind)}`, [kind, ...names.map((name) => `type ${name}`)]] as const;
  });
  return source([...lines, ["./lookups", [...types.map((name) => `type ${name}`), ...shapes, ...functions]]]);
}

function source(modules: readonly (readonly [string, readonly string[]])[]): string {
  const sorted = modules.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `${GENERATED}\n${sorted.map(([file, names]) => `export { ${names.join(", ")} } from "${file}";`).join("\n")}\n`;
}

/** The handlers that Pulumi's dynamic-provider process loads, one per type token. */
export function handlersSource(kinds: Readonly<Record<string, readonly string[]>>): string {
  const names = Object.keys(kinds);
  return [
    GENERATED,
    "/**",
    " * The handlers that Pulumi's dynamic-provider process loads, one per type token. The names are in every state file",
    " * (see `__provider`), so they are never changed or removed.",
    " */",
    'import { ownerHandler } from "./dynamic/owner";',
    'import { processRun } from "./dynamic/process";',
    'import { handler } from "./dynamic/protocol";',
    'import { vendors } from "./vendors";',
    "",
    `const { ${names.join(", ")} } = vendors;`,
    "",
    "export const owner = ownerHandler(processRun);",
    ...names.flatMap((name) =>
      (kinds[name] ?? [])
        .toSorted()
        .map((kind) => `export const ${name}${kind} = handler(${name}.${kind}, processRun);`),
    ),
    "",
  ].join("\n");
}

/** The exports of the package. */
export function packageIndex(vendors: Readonly<Record<string, string>>): string {
  const modules = [...Object.keys(vendors).map((vendor) => [vendor, `* as ${vendor}`]), ["tenant", "*"]];
  const all = Object.values(vendors);
  return [
    GENERATED,
    `/** Declare customer sub-accounts at ${all.slice(0, -1).join(", ")} and ${all.at(-1)} in a Pulumi program. */`,
    ...modules
      .toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1))
      .map(([folder, what]) => `export ${what} from "./${folder}";`),
    "",
  ].join("\n");
}

/**
 * The types of a tenant's vendors, and their classes.
 *
 * @param named vendors whose accounts have keys with names, as many as are declared
 * @param identified vendors that keep an externalId with an account
 */
export function tenantVendors(
  vendors: readonly string[],
  secretArguments: readonly string[],
  named: readonly string[],
  identified: readonly string[],
): string {
  const entry = (type: (vendor: string) => string) =>
    vendors.map((vendor) => `  readonly ${vendor}?: ${type(vendor)} | undefined;`);
  const secrets = [...new Set(secretArguments)].map((name) => ` | "${name}"`).join("");
  return [
    GENERATED,
    'import type * as pulumi from "@pulumi/pulumi";',
    ...vendors.map((vendor) => `import * as ${vendor} from "../${vendor}";`),
    "",
    "/** Arguments of a tenant's account beside those of its tier. */",
    'type OwnArguments<AccountArgs> = Partial<Omit<AccountArgs, "externalId">>;',
    "",
    "/** The `externalId` of a tenant's account, where it is not the tenant's. */",
    "interface OwnExternalId {",
    "  /** The account's `externalId`. Default: the tenant's. */",
    "  readonly externalId?: pulumi.Input<string> | undefined;",
    "  /**",
    "   * `true`: the account keeps the `externalId` that it has, or has none: nothing sets one. For accounts that were there before",
    "   * their tenant. Absent: it gets `externalId`, or the tenant's.",
    "   */",
    "  readonly keepExternalId?: true | undefined;",
    "}",
    "",
    "/** Arguments that a tier can fix: all but secrets and those that two accounts never share. */",
    `type TierArguments<AccountArgs> = Partial<Omit<AccountArgs, "externalId" | "name" | "adopt"${secrets}>>;`,
    "",
    "/** `false` for no key. */",
    'type KeyArguments<ApiKeyArgs> = Partial<Omit<ApiKeyArgs, "subAccountId">> | false;',
    "",
    "/** The vendors that a tenant uses, each with what the tenant says of its account there; `{}` for nothing. */",
    "export interface TenantVendors {",
    ...entry(
      (vendor) =>
        `OwnArguments<${vendor}.SubAccountArgs>${identified.includes(vendor) ? " & OwnExternalId" : ""}`,
    ),
    "}",
    "",
    "/** The arguments of an account that a tier fixes, by vendor. */",
    "export interface Tier {",
    ...entry((vendor) => `TierArguments<${vendor}.SubAccountArgs>`),
    "}",
    "",
    "/** Arguments of a tenant's keys, by vendor; `false` for no key. */",
    "export interface TenantKeys {",
    ...entry((vendor) => `KeyArguments<${vendor}.ApiKeyArgs>`),
    "}",
    "",
    "/** Further keys of a tenant, by vendor and by the name of the key. */",
    "export interface TenantMoreKeys {",
    ...named.map(
      (vendor) =>
        `  readonly ${vendor}?: Readonly<Record<string, Partial<Omit<${vendor}.ApiKeyArgs, "subAccountId" | "name">>>> | undefined;`,
    ),
    "}",
    "",
    "/** The classes of each vendor. */",
    `export const classes = { ${vendors.join(", ")} };`,
    "",
  ].join("\n");
}

/** The file of a class. */
export function fileOf(kind: string): string {
  return kind.replace(/(?<=.)([A-Z])/g, "-$1").toLowerCase();
}
