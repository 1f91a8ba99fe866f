import * as pulumi from "@pulumi/pulumi";
import type * as Files from "../../tenant/files";
import type { TenantArgs, Tiers } from "./arguments";
import { laterThanDecided } from "./plain";
import type { Shard } from "./shard";

/** Options of {@link loadTenants}. */
export interface LoadOptions {
  /** Arguments that each tier fixes, mostly from {@link loadTiers}. Every tenant is checked together with its tier. */
  readonly tiers?: Tiers | undefined;
  /** The tenants of one shard of a fleet alone, mostly `thisShard()`. That it has none is no mistake. */
  readonly shard?: Shard | undefined;
}

/**
 * Tenants from YAML or JSON files: the arguments of {@link Tenant}, one or many tenants a file, sorted by external id.
 * Nothing in them is executed. What a file is called, and where in it a tenant stands, changes nothing.
 *
 * @param files glob patterns, relative to the program's folder.
 * @throws pulumi.RunError with everything that is wrong with any of the files, each with file, line, column, path and
 * rule; and when a pattern matches no file, since that would delete every tenant.
 *
 * @example
 * ```ts run=no
 * import { loadTenants, loadTiers, Tenant } from "pulumi-subaccounts";
 *
 * const tiers = loadTiers("tiers.yaml");
 * const tenants = loadTenants("tenants/*.yaml", { tiers }).map((args) => new Tenant(args.externalId, args));
 * ```
 */
export function loadTenants(files: string | readonly string[], options: LoadOptions = {}): TenantArgs[] {
  const { tiers, shard, ...others } = options;
  const [stray] = Object.keys(others);
  // Tiers in the place of the options would fix nothing, and nobody would be told.
  if (stray !== undefined) {
    throw new pulumi.RunError(`loadTenants: ${stray} is no option; pass the tiers as { tiers }`);
  }
  const patterns = typeof files === "string" ? [files] : files;
  refuse(
    "loadTenants",
    laterThanDecided({ tiers }).map(({ path, rule }) => `${path} ${rule}`),
  );
  const { readTenants } = implementation();
  const { tenants, problems, unread } = readTenants(
    patterns,
    tiers as Record<string, unknown> | undefined,
    shard,
    process.env["SUBACCOUNTS_SHARD_LIST"],
  );
  refuse("loadTenants", problems);
  for (const file of unread) {
    void pulumi.log.warn(`loadTenants: ${file} is not read, since no pattern matches it`);
  }
  return tenants as unknown as TenantArgs[];
}

/**
 * Tiers from one YAML or JSON file: tier → vendor → the arguments of that vendor's account that the tier fixes.
 *
 * @param file relative to the program's folder.
 * @throws pulumi.RunError with everything that is wrong, as {@link loadTenants}.
 */
export function loadTiers(file: string): Tiers {
  const { tiers, problems } = implementation().readTiers(file);
  refuse("loadTiers", problems);
  return tiers as Tiers;
}

/** Loaded when it is needed: it brings the YAML parser and the vendors' schemas. */
function implementation(): typeof Files {
  return require("../../tenant/files");
}

function refuse(what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new pulumi.RunError([`${what} found ${count}, and nothing is changed:`, ...problems].join("\n  "));
}
