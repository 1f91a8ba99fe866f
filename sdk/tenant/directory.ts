import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { PerVendor, Tenant } from "./tenant";

/** External ids of tenants, each with what its tenant has at each vendor. */
type ByExternalId<Value> = Readonly<Record<string, Value>>;

/** Ids and keys of all tenants, made by {@link directory}. */
export interface Directory {
  /** External id → vendor → id of the account. Not secret. */
  readonly accounts: ByExternalId<pulumi.Output<PerVendor>>;
  /**
   * External id → vendor → key, as one secret output: Pulumi's Automation API and its GitHub action know of an exported
   * output as a whole whether it is secret. `apiKeys.apply((keys) => keys["tenant-acme"])`, or `tenant.apiKeys`, is one of it.
   */
  readonly apiKeys: pulumi.Output<ByExternalId<PerVendor>>;
}

/**
 * Collects account ids and keys for applications and other stacks: export it, and read it there with `StackReference`. Each
 * tenant's ids are an output of its own, so that a new tenant leaves the others known in a preview; the keys are one.
 *
 * @example
 * ```ts
 * import { directory, Tenant } from "pulumi-subaccounts";
 *
 * const tenants = [new Tenant("acme", { externalId: "tenant-acme", name: "Acme Corp", vendors: { zavu: {} } })];
 * export const { accounts, apiKeys } = directory(tenants);
 * ```
 *
 * @throws pulumi.RunError when two tenants have the same externalId.
 */
export function directory(tenants: Iterable<Tenant>): Directory {
  const byId = new Map<string, Tenant>();
  for (const tenant of tenants) {
    if (byId.has(tenant.externalId)) {
      throw new pulumi.RunError(
        `directory: two tenants have the externalId "${tenant.externalId}"; each needs its own`,
      );
    }
    byId.set(tenant.externalId, tenant);
  }
  const sorted = [...byId].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    accounts: Object.fromEntries(sorted.map(([id, tenant]) => [id, tenant.accounts])),
    apiKeys: pulumi.secret(
      pulumi.all(Object.fromEntries(sorted.map(([id, tenant]) => [id, tenant.apiKeys]))),
    ),
  };
}

/**
 * Writes ids to a JSON file for services that do not speak Pulumi: sorted, replaced in one piece, only by an `up` and
 * only if something changed. The file is relative to the program's folder.
 *
 * @throws pulumi.RunError (in the preview, too) when there is a secret among the values.
 *
 * @example
 * ```ts run=no
 * import { directory, Tenant, writeDirectory } from "pulumi-subaccounts";
 *
 * const tenants = [new Tenant("acme", { externalId: "tenant-acme", name: "Acme Corp", vendors: { zavu: {} } })];
 * writeDirectory("directory.json", directory(tenants).accounts);
 * ```
 */
export function writeDirectory(file: string, accounts: Directory["accounts"]): void {
  const all = pulumi.output(accounts);
  pulumi.output(pulumi.isSecret(all)).apply((isSecret) => {
    if (isSecret) {
      throw new pulumi.RunError(
        `writeDirectory: ${file} would hold secrets in clear. Write directory(…).accounts, and deliver keys to a secret store`,
      );
    }
  });
  if (pulumi.runtime.isDryRun()) return;
  all.apply((known) => {
    const text = `${JSON.stringify(known, null, 2)}\n`;
    if (textOf(file) === text) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
