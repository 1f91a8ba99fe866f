import { FleetError } from "../fleet-error";
import { hashOf } from "../inputs";
import { type Fleet, stackOf } from "../shards/file";
import type { ShardMap } from "../shards/map";
import type { Wave } from "./records";

/**
 * Divides stacks into the waves of a fleet; waves without a stack are left out. Which stacks a wave of some per cent
 * has is as good as random, and the same in each run.
 *
 * @param tenants how many each stack has
 * @throws FleetError where a wave names a shard that the map does not have
 */
export function wavesOf(
  fleet: Fleet,
  map: ShardMap,
  stacks: readonly string[],
  tenants: Readonly<Record<string, number>> = {},
): Wave[] {
  const left = new Set(stacks.toSorted((one, other) => (hashOf(one) < hashOf(other) ? -1 : 1)));
  const waves = fleet.waves.map(({ name, shards, percent, wait = 0 }): Wave => {
    const stray = shards?.find((shard) => !map.names.includes(shard));
    if (stray !== undefined) {
      throw new FleetError(
        `the wave ${name} has the shard ${stray}, which is not in ${fleet.shards.map}: correct it`,
      );
    }
    const named = shards?.map((shard) => stackOf(fleet, shard)).filter((stack) => left.has(stack));
    const most = percent === undefined ? left.size : Math.max(1, Math.ceil((stacks.length * percent) / 100));
    const chosen = named ?? [...left].slice(0, most);
    for (const stack of chosen) left.delete(stack);
    const count = chosen.reduce((sum, stack) => sum + (tenants[stack] ?? 0), 0);
    return { name, stacks: chosen, waitSeconds: wait, tolerated: toleratedOf(fleet, count) };
  });
  return waves.filter((wave) => wave.stacks.length > 0);
}

/** How many of so many tenants may fail. */
function toleratedOf({ failures: { tolerate } }: Fleet, tenants: number): number {
  return typeof tolerate === "number" ? tolerate : Math.floor((tenants * Number.parseFloat(tolerate)) / 100);
}
