import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { titleOf, VENDOR_NAMES, type VendorName } from "../../tenant/description";
import { readText } from "./reading";

/** The type token of the component that holds the accounts of one tenant. */
export const TENANT = "subaccounts:index:Tenant";

/** The vendor of each type token of a class: as a dynamic resource, and as a plugin's, to which a stack may move. */
export function typesOf(kind: string, vendors: readonly VendorName[]): ReadonlyMap<string, VendorName> {
  return new Map(
    vendors.flatMap((vendor) => [
      [`pulumi-nodejs:dynamic/subaccounts/${vendor}:${kind}`, vendor],
      [`subaccounts:${vendor}:${kind}`, vendor],
    ]),
  );
}

const VENDOR_OF_TYPE = typesOf("SubAccount", VENDOR_NAMES);

/** A resource, for a policy over one resource, over a stack, or over an exported state. */
export interface Subject {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: {
    readonly protect: boolean;
    readonly aliases: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    readonly deleteBeforeReplace?: boolean;
  };
}

/** A sub-account, whichever type of resource it is. */
export interface Account extends Subject {
  readonly vendor: VendorName;
  /** The tenant that it belongs to, where that can be seen: not by a policy over single resources. */
  readonly tenant?: Pick<Subject, "urn" | "props">;
}

/** The account that a resource is; undefined if it is none. */
export function accountOf(resource: ResourceValidationArgs | PolicyResource | Subject): Account | undefined {
  const vendor = VENDOR_OF_TYPE.get(resource.type);
  if (vendor === undefined) return undefined;
  const { type, urn, name, props, opts } = resource;
  const tenant = "dependencies" in resource ? tenantOf(resource) : undefined;
  return { vendor, type, urn, name, props, opts, ...(tenant && { tenant }) };
}

function tenantOf(resource: PolicyResource): PolicyResource | undefined {
  for (let { parent } = resource; parent; parent = parent.parent) {
    if (parent.type === TENANT) return parent;
  }
  return undefined;
}

/** How messages call an account: by its logical name and, where that is known and no secret, its `externalId`. */
export function label(account: Account): string {
  const externalId = isSecret(account, "externalId") ? undefined : readText(account.props, "externalId");
  const known = externalId === undefined ? "" : ` (externalId ${JSON.stringify(externalId)})`;
  return `${titleOf(account.vendor)} account ${JSON.stringify(account.name)}${known}`;
}

/** Whether an argument is said to be secret, by the class or by the option `additionalSecretOutputs`. */
export function isSecret({ opts }: Account, path: string): boolean {
  const [argument = path] = path.split(".");
  return opts.additionalSecretOutputs.includes(argument);
}

/** The names by which a configuration calls an account: `externalId`, logical name and URN. */
export function namesOf(account: Account): string[] {
  const externalId = readText(account.props, "externalId");
  return [...(externalId === undefined ? [] : [externalId]), account.name, account.urn];
}

/** Whether a list of the configuration names an account. */
export function isNamedIn(list: readonly string[], account: Account): boolean {
  return namesOf(account).some((name) => list.includes(name));
}

/** Stack and project of a resource, as its URN has them. */
export function placeOf(urn: string): { readonly stack: string; readonly project: string } {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project };
}
