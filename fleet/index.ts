/** Many stacks as one: shards of tenants, changed in waves. */
import { embedded } from "./engine/embedded";
import { contextOf, type Surroundings, workFolder } from "./run/context";
import { type RunReport, type Selection, upFleet } from "./run/up";
import type { Fleet } from "./shards/file";

export { FleetError } from "./fleet-error";
export type { FailedTenant, Run, RunKind, RunState, ShardResult, Wave } from "./run/records";
export { defineFleet, type Fleet, type FleetArgs, readFleet } from "./shards/file";
export { readShardMap, type ShardMap, shardMap, shardOf } from "./shards/map";
export type { RunReport, Selection, Surroundings };

/** Options of the functions that work on a fleet. */
export interface FleetOptions extends Surroundings {
  /** Ends the work: calls under way may finish, and the next {@link up} goes on. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the accounts of all changed shards match their files, wave by wave, on this machine; takes up a run that was
 * interrupted. Resolves with undefined where nothing has changed, and, where tenants failed, with their names.
 *
 * @throws FleetError with what is wrong with the fleet's files
 */
export async function up(
  fleet: Fleet,
  { signal, ...surroundings }: FleetOptions = {},
  selection: Selection = {},
): Promise<RunReport | undefined> {
  const context = await contextOf(fleet, surroundings);
  const engine = await embedded(workFolder(fleet));
  try {
    return await upFleet(context, engine, selection, signal ?? new AbortController().signal);
  } finally {
    await engine.close();
  }
}
