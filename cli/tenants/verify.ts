import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { vendors } from "../../provider/vendors";
import { accountArguments, furtherKeyArguments, keyArguments, vendorsOf } from "../../tenant/arguments";
import { hasNamedKeys, titleOf, type VendorName } from "../../tenant/description";
import { overBy } from "../../tenant/suspension";
import { identityOf } from "./known";
import { isLeftOut, type Mapping } from "./mapping";
import { ownerOf, type Seen } from "./survey";

/** The effects of the first `up` with the files on the accounts that were read. */
export interface Verified {
  /** Accounts that are adopted, or managed already. */
  readonly adopted: number;
  /** Each field that would change, as `tenant-acme zavu sub_1: creditLimit`. */
  readonly changes: readonly string[];
  /** Each account that would be refused, and why. */
  readonly refusals: readonly string[];
  /** Accounts that would be made. */
  readonly created: readonly string[];
  /** Each key that would be made at an account that no state has yet, as `tenant-acme zavu: key default`. */
  readonly keys: readonly string[];
}

/** The circumstances of the first `up`. */
interface About {
  /** The accounts that it leaves out are no tenant's. */
  readonly mapping: Mapping;
  /** The vendors that were read: of others nothing is said. */
  readonly read: readonly VendorName[];
  /** The owner whose state is lost. */
  readonly fromOwner: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Runs the checks of an adoption over what was read, for every tenant of the files. Whether a key of an account that a
 * state has is in that state cannot be told here: `pulumi preview` says it.
 */
export async function verify(
  tenants: readonly Values[],
  seen: readonly Seen[],
  { mapping, read, fromOwner, now }: About,
): Promise<Verified> {
  const byId = new Map(seen.map((each) => [`${each.vendor} ${each.account.id}`, each]));
  const byIdentity = identities(
    seen.filter(({ vendor, account }) => !isLeftOut(mapping, vendor, account.id)),
  );
  const changes: string[] = [];
  const refusals: string[] = [];
  const created: string[] = [];
  const keys: string[] = [];
  let adopted = 0;
  for (const tenant of tenants) {
    for (const vendor of vendorsOf(tenant).filter((each) => read.includes(each))) {
      const args = accountArguments(tenant, vendor);
      const where = `${tenant["externalId"]} ${vendor}`;
      const { adopt } = args;
      const candidates =
        typeof adopt === "string"
          ? [byId.get(`${vendor} ${adopt}`)]
          : (byIdentity.get(key(vendor, ...identityOf(vendor, args))) ?? []);
      // One with a marker may be in a state; which of several others is meant, nothing tells.
      const found = candidates.find((each) => each?.marker !== undefined) ?? candidates[0];
      if (found === undefined) {
        if (adopt === undefined) {
          created.push(where);
          keys.push(...keysOf(tenant, vendor, args, now).map((name) => `${where}: key ${name}`));
        } else refusals.push(`${where} ${adopt}: ${titleOf(vendor)} does not show it`);
        continue;
      }
      const { id } = found.account;
      const { connection } = args;
      if (!found.connections.includes(typeof connection === "string" ? connection : undefined)) {
        refusals.push(
          `${where} ${id}: the connection ${connection ?? "of the vendor itself"} does not show it`,
        );
        continue;
      }
      const { adoptionOf, isMarked } = vendors[vendor].SubAccount;
      // Without a marker at a vendor that has them it is in no state.
      if (adopt === undefined && isMarked && found.marker === undefined) {
        refusals.push(
          candidates.length === 1
            ? `${where} ${id}: is there, and the file has no adopt: ${id}`
            : `${where}: ${candidates.map((each) => each?.account.id).join(", ")} are there, and the file adopts none of them`,
        );
        continue;
      }
      const adoption = adoptionOf(args, await found.whole(found.account, args));
      if ("refusal" in adoption) refusals.push(`${where} ${id}: ${adoption.refusal}`);
      else {
        adopted++;
        changes.push(...adoption.changes.map((field) => `${where} ${id}: ${field}`));
        if (found.marker === undefined || ownerOf(found) === fromOwner) {
          keys.push(...keysOf(tenant, vendor, args, now).map((name) => `${where} ${id}: key ${name}`));
        }
      }
    }
  }
  return { adopted, changes, refusals, created, keys };
}

/** Names of the keys that a tenant has made at an account: none at a vendor whose accounts have one of their own alone. */
function keysOf(tenant: Values, vendor: VendorName, account: Values, now: number): string[] {
  const { status = "active" } = account;
  if (!hasNamedKeys(vendor) || status !== "active" || overBy(tenant, now).keys) return [];
  const own = keyArguments(tenant, vendor, account);
  return [
    ...(own === undefined ? [] : [String(own["name"])]),
    ...furtherKeyArguments(tenant, vendor, account).map(([name]) => name),
  ];
}

function identities(seen: readonly Seen[]): Map<string, Seen[]> {
  const found = new Map<string, Seen[]>();
  for (const each of seen) {
    if (each.account.presence !== "active" && !each.isSuspended) continue;
    for (const field of ["externalId", "name"]) {
      const { [field]: value } = each.account.fields;
      if (value == null) continue;
      const name = key(each.vendor, field, value);
      found.set(name, [...(found.get(name) ?? []), each]);
    }
  }
  return found;
}

function key(vendor: VendorName, field: string, value: unknown): string {
  return `${vendor} ${field} ${normalized(String(value))}`;
}
