import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { kindOf } from "../core/json";
import { ProgramError } from "../core/program-error";
import { isUnknown } from "../core/pulumi-internals";
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
    // Without this the arguments of loadTenants would be a directory of nothing.
    if (!pulumi.Resource.isInstance(tenant)) {
      throw new ProgramError(
        `directory: each entry is a Tenant, made by new Tenant(args.externalId, args); got ${kindOf(tenant)}`,
      );
    }
    if (byId.has(tenant.externalId)) {
      throw new ProgramError(
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
 * only if something changed. What a run with targets does not make is left out. The file is relative to the program's
 * folder.
 *
 * @throws pulumi.RunError (in the preview, too) when there is a secret among the values, and when the file cannot be
 * written.
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
  if (typeof accounts !== "object" || accounts === null) {
    throw new ProgramError(
      `writeDirectory: the second argument is directory(…).accounts; got ${kindOf(accounts)}`,
    );
  }
  const all = pulumi.output(accounts);
  pulumi.output(pulumi.isSecret(all)).apply((isSecret) => {
    if (isSecret) {
      throw new ProgramError(
        `writeDirectory: ${file} would hold secrets in clear. Write directory(…).accounts, and deliver keys to a secret store`,
      );
    }
  });
  if (pulumi.runtime.isDryRun()) return;
  all.apply((known) => write(file, `${JSON.stringify(made(known), null, 2)}\n`));
}

/** The ids that there are. A run with targets leaves out what it does not make, and so the tenant of which it makes nothing. */
function made(accounts: Readonly<Record<string, PerVendor>>): Record<string, PerVendor> {
  const all = Object.entries(accounts).map(([externalId, ids]) => {
    const there = Object.entries(ids).filter(([, id]) => id !== undefined && !isUnknown(id));
    return [externalId, Object.fromEntries(there)] as const;
  });
  return Object.fromEntries(all.filter(([, ids]) => Object.keys(ids).length > 0));
}

function write(file: string, text: string): void {
  if (textOf(file) === text) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? error.code : error;
    throw new ProgramError(
      `writeDirectory: ${file} cannot be written (${why}); everything else is done. Give a file in a folder that the program may write`,
    );
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
