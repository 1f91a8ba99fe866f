import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { vendors } from "../../provider/vendors";
import { declaredArguments, vendorsOf } from "../../tenant/arguments";
import type { VendorName } from "../../tenant/description";
import { findTenants, findTiers, lineOf } from "../../tenant/files";
import { CommandError } from "../command-error";
import type { Seen } from "./survey";

/** The tenants that files have already. */
export interface Known {
  readonly tenants: readonly Values[];
  /** The tenant whose file declares the account, and whether by its id. */
  readonly ownerOf: (seen: Seen) => Owner | undefined;
  /** The externalIds of the tenants that are called so, at any vendor; by the normal form of the name. */
  readonly called: ReadonlyMap<string, readonly string[]>;
}

interface Owner {
  readonly tenant: Values;
  readonly isById: boolean;
}

const PATTERN = "*.{yaml,yml,json}";

/** Reads the files of a folder of tenants; one that is not there has none. @throws CommandError with all that is wrong in them */
export function readKnown(folder: string, tiers: Values): Known {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new CommandError([`${folder} is no folder: name the one of the tenants with --out`]);
  }
  const isThere = existsSync(folder) && readdirSync(folder).some((name) => /\.(ya?ml|json)$/i.test(name));
  const { tenants, problems } = isThere
    ? findTenants([join(folder, PATTERN)], tiers)
    : { tenants: [], problems: [] };
  if (problems.length > 0) throw new CommandError(problems.map(lineOf));
  return { tenants, ownerOf: ownersOf(tenants), called: namesOf(tenants) };
}

/** Reads a file of tiers. @throws CommandError with all that is wrong in it */
export function readTiersFile(file: string | undefined): Values {
  if (file === undefined) return {};
  const { tiers, problems } = findTiers(file);
  if (problems.length > 0) throw new CommandError(problems.map(lineOf));
  return tiers;
}

/** By the account's id where the tenant adopts one, else by its identity at the vendor. */
function ownersOf(tenants: readonly Values[]): Known["ownerOf"] {
  const owners = new Map<string, Values>();
  for (const tenant of tenants) {
    for (const vendor of vendorsOf(tenant)) {
      const args = declaredArguments(tenant, vendor);
      const { adopt, connection } = args;
      const [field, value] = identityOf(vendor, args);
      const key =
        typeof adopt === "string" ? keyOfId(vendor, adopt) : keyOfIdentity(vendor, connection, field, value);
      if (key !== undefined) owners.set(key, tenant);
    }
  }
  return ({ vendor, connections, account: { id, fields } }) => {
    const adopting = owners.get(keyOfId(vendor, id));
    if (adopting !== undefined) return { tenant: adopting, isById: true };
    const keys = connections.flatMap((connection) =>
      ["externalId", "name"].map((field) => keyOfIdentity(vendor, connection, field, fields[field])),
    );
    const tenant = keys
      .map((key) => (key === undefined ? undefined : owners.get(key)))
      .find((each) => each !== undefined);
    return tenant && { tenant, isById: false };
  };
}

/** The argument by which the vendor tells the account from others, and its value. */
export function identityOf(vendor: VendorName, args: Values): [field: "externalId" | "name", value: unknown] {
  const { externalId, name } = args;
  const isByName = vendors[vendor].SubAccount.identity === "name" || externalId === undefined;
  return isByName ? ["name", name] : ["externalId", externalId];
}

function namesOf(tenants: readonly Values[]): Known["called"] {
  const called = new Map<string, string[]>();
  for (const tenant of tenants) {
    const names = vendorsOf(tenant).flatMap((vendor) => {
      const { name } = declaredArguments(tenant, vendor);
      return typeof name === "string" ? [normalized(name)] : [];
    });
    for (const name of new Set(names)) {
      called.set(name, [...(called.get(name) ?? []), String(tenant["externalId"])]);
    }
  }
  return called;
}

function keyOfId(vendor: VendorName, id: string): string {
  return `${vendor} id ${id}`;
}

/** Undefined for an account that has no such identity. */
function keyOfIdentity(
  vendor: VendorName,
  connection: unknown,
  field: string,
  value: unknown,
): string | undefined {
  return typeof value === "string"
    ? `${vendor} ${connection ?? ""} ${field} ${normalized(value)}`
    : undefined;
}
