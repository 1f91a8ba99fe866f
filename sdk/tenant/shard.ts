import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as FleetFile from "../../fleet/shards/file";
import type * as ShardMap from "../../fleet/shards/map";
import { ProgramError } from "../core/program-error";

/** A shard of a fleet: the tenants that one of its stacks has. */
export interface Shard {
  /** Its name in the shard map, such as `f0` or `canary`. */
  readonly name: string;
  /** Whether a tenant belongs to it. @param pin the shard that the tenant's file names */
  has(externalId: string, pin?: string): boolean;
}

/**
 * The shard of a fleet that the stack of this run is, by `fleet.yaml` and its shard map.
 *
 * @param file `fleet.yaml`, relative to the program's folder.
 * @throws pulumi.RunError when the stack is no shard of the map, and when a file is wrong.
 *
 * @example
 * ```ts run=no
 * import { loadTenants, loadTiers, Tenant, thisShard } from "pulumi-subaccounts";
 *
 * const tiers = loadTiers("tiers.yaml");
 * const tenants = loadTenants("tenants/**", { tiers, shard: thisShard() });
 * for (const args of tenants) new Tenant(args.externalId, args);
 * ```
 */
export function thisShard(file = "fleet.yaml"): Shard {
  const { readFleet, stackOf }: typeof FleetFile = require("../../fleet/shards/file");
  const { readShardMap, shardOf }: typeof ShardMap = require("../../fleet/shards/map");
  return saidShortly(() => {
    const fleet = readFleet(file);
    const map = readShardMap(join(dirname(file), fleet.shards.map));
    const stack = pulumi.getStack();
    const name = map.names.find((each) => stackOf(fleet, each) === stack);
    if (name === undefined) {
      throw new ProgramError(
        `thisShard: stack ${stack} is no shard of the fleet: ${file} and ${fleet.shards.map} have ${map.names.length}, the first is ${stackOf(fleet, map.names[0] ?? "")}. Select one of them, or run subaccounts fleet up`,
      );
    }
    return { name, has: (externalId, pin) => saidShortly(() => shardOf(externalId, map, pin) === name) };
  });
}

/** Runs a function whose failures are mistakes of a file, which Pulumi shows without a stack trace. */
function saidShortly<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && error.name === "FleetError")
      throw new ProgramError(`thisShard: ${error.message}`);
    throw error;
  }
}
