import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { accountArguments, vendorsOf } from "../../tenant/arguments";
import { accountOf, type VendorName } from "../../tenant/description";
import { findTenants, findTiers, lineOf } from "../../tenant/files";
import type { Seen } from "./survey";
import { TenantsError } from "./tenants-error";

/** The tenants that files have already. */
export interface Known {
  readonly tenants: readonly Values[];
  /** The tenant whose file declares the account. */
  readonly ownerOf: (seen: Seen) => Values | undefined;
}

const PATTERN = "*.{yaml,yml,json}";

/** Reads the files of a folder of tenants; one that is not there has none. @throws TenantsError with all that is wrong in them */
export function readKnown(folder: string, tiers: Values): Known {
  const isThere = existsSync(folder) && readdirSync(folder).some((name) => /\.(ya?ml|json)$/i.test(name));
  const { tenants, problems } = isThere
    ? findTenants([join(folder, PATTERN)], tiers)
    : { tenants: [], problems: [] };
  if (problems.length > 0) throw new TenantsError(problems.map(lineOf));
  return { tenants, ownerOf: ownersOf(tenants) };
}

/** Reads a file of tiers. @throws TenantsError with all that is wrong in it */
export function readTiersFile(file: string | undefined): Values {
  if (file === undefined) return {};
  const { tiers, problems } = findTiers(file);
  if (problems.length > 0) throw new TenantsError(problems.map(lineOf));
  return tiers;
}

/** By the account's id where the tenant adopts one, else by its identity at the vendor. */
function ownersOf(tenants: readonly Values[]): Known["ownerOf"] {
  const owners = new Map<string, Values>();
  for (const tenant of tenants) {
    for (const vendor of vendorsOf(tenant)) {
      const args = accountArguments(tenant, vendor);
      const { adopt, connection, externalId, name } = args;
      const isByName = accountOf(vendor).fields["externalId"]?.readable !== true || externalId === undefined;
      const key =
        typeof adopt === "string"
          ? keyOfId(vendor, adopt)
          : keyOfIdentity(vendor, connection, isByName ? "name" : "externalId", isByName ? name : externalId);
      owners.set(key, tenant);
    }
  }
  return ({ vendor, connections, account: { id, fields } }) => {
    const keys = connections.flatMap((connection) => [
      keyOfIdentity(vendor, connection, "externalId", fields["externalId"]),
      keyOfIdentity(vendor, connection, "name", fields["name"]),
    ]);
    const key = [keyOfId(vendor, id), ...keys].find((each) => owners.has(each));
    return key === undefined ? undefined : owners.get(key);
  };
}

function keyOfId(vendor: VendorName, id: string): string {
  return `${vendor} id ${id}`;
}

function keyOfIdentity(vendor: VendorName, connection: unknown, field: string, value: unknown): string {
  return `${vendor} ${connection ?? ""} ${field} ${normalized(String(value))}`;
}
