import { resolve } from "node:path";
import type { Values } from "../provider/core/contract/resource";
import { findTenants, findTiers, lineOf } from "../tenant/files";
import { FleetError } from "./fleet-error";
import { inFolder } from "./in-folder";
import type { Fleet } from "./shards/file";
import { readShardMap, type ShardMap, shardOf } from "./shards/map";

/** A tenant of a fleet, as its file and its tier declare it. */
export interface FleetTenant {
  readonly externalId: string;
  readonly values: Values;
  /** Its file, relative to the fleet's folder; undefined where it was not read from one. */
  readonly file?: string | undefined;
}

/** A shard and its tenants, in the order of their external ids. */
export interface Shard {
  readonly name: string;
  readonly tenants: readonly FleetTenant[];
}

/** Everything that wrong files have, at most so many lines of it. */
const MOST_PROBLEMS = 50;

/** Reads the tenants of a fleet, each with its pin. @throws FleetError with everything that is wrong with any file */
export function readTenants(fleet: Fleet): { tenants: FleetTenant[]; pins: ReadonlyMap<string, string> } {
  return inFolder(fleet.folder, () => {
    const ofTiers = fleet.tiers === undefined ? undefined : findTiers(fleet.tiers);
    refuse(ofTiers?.problems.map(lineOf) ?? []);
    const { tenants, problems, pins, sources } = findTenants(fleet.tenants, ofTiers?.tiers);
    refuse(problems.map(lineOf));
    return {
      tenants: tenants.map((values) => {
        const externalId = String(values["externalId"]);
        return { externalId, values, file: sources.get(externalId) };
      }),
      pins,
    };
  });
}

/** Reads the shard map of a fleet. @throws FleetError */
export function mapOf(fleet: Fleet): ShardMap {
  return readShardMap(resolve(fleet.folder, fleet.shards.map));
}

/** Reads all shards of a fleet, in the order of the map; one without tenants too. @throws FleetError */
export function readShards(fleet: Fleet): Shard[] {
  const map = mapOf(fleet);
  const { tenants, pins } = readTenants(fleet);
  const byShard = new Map<string, FleetTenant[]>(map.names.map((name) => [name, []]));
  for (const tenant of tenants) {
    byShard.get(shardOf(tenant.externalId, map, pins.get(tenant.externalId)))?.push(tenant);
  }
  return [...byShard].map(([name, ofShard]) => ({ name, tenants: ofShard }));
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const more = problems.length - MOST_PROBLEMS;
  throw new FleetError(
    [
      "the files of tenants are wrong, and nothing is changed:",
      ...problems.slice(0, MOST_PROBLEMS),
      ...(more > 0 ? [`and ${more} more: subaccounts check lists all of them`] : []),
    ].join("\n  "),
  );
}
