/** Many stacks as one: shards of tenants, changed in waves. */
import { directoryOf, type FleetDirectory } from "./directory";
import type { Engine } from "./engine/engine";
import { openEngine, refuseAlone } from "./open-engine";
import { type Context, contextOf, type Surroundings } from "./run/context";
import { resumeRun } from "./run/person";
import { type Plan, planFleet } from "./run/plan";
import { refreshFleet } from "./run/refresh";
import { type RunReport, readReport, reportOf } from "./run/report-file";
import { type Selection, upFleet, work as workOnRun } from "./run/up";
import { workOnFleet } from "./run/work";
import type { Fleet } from "./shards/file";
import { sharing } from "./share/sharing";

export { FleetError } from "./fleet-error";
export type { Violation } from "./policies";
export type { PlannedShard } from "./run/plan";
export type { FailedTenant, Run, RunKind, RunState, ShardResult, Wave } from "./run/records";
export { defineFleet, type Fleet, type FleetArgs, readFleet } from "./shards/file";
export { readShardMap, type ShardMap, shardMap, shardOf } from "./shards/map";
export type { FleetDirectory, Plan, RunReport, Selection, Surroundings };

/** Options of the functions that work on a fleet. */
export interface FleetOptions extends Surroundings {
  /** Ends the work: calls under way may finish, and the next {@link up} goes on. */
  readonly signal?: AbortSignal;
}

/** Checks all tenants by the policies that add up, and previews each changed shard. Changes nothing. @throws FleetError */
export function plan(fleet: Fleet, options: FleetOptions & { readonly all?: boolean } = {}): Promise<Plan> {
  return withEngine(fleet, options, (context, engine) => planFleet(context, engine, options.all));
}

/**
 * Makes the accounts of all changed shards match their files, wave by wave, on this machine; takes up a run that was
 * interrupted. Resolves with undefined where nothing has changed. That tenants failed is in the report.
 *
 * @throws FleetError with what is wrong with the fleet's files, and where a policy refuses the change
 */
export function up(
  fleet: Fleet,
  options: FleetOptions = {},
  selection: Selection = {},
): Promise<RunReport | undefined> {
  return withEngine(fleet, options, (context, engine, stop) => upFleet(context, engine, selection, stop));
}

/** Goes on with a run that paused after a wave with too many failures. @throws FleetError where there is none */
export function resume(fleet: Fleet, options: FleetOptions = {}): Promise<RunReport> {
  return withEngine(fleet, options, async (context, engine, stop) =>
    workOnRun(context, engine, await resumeRun(engine), stop),
  );
}

/**
 * Works on the runs of a fleet, whichever machine starts them, until `signal` is aborted; with `untilEmpty` until no run
 * goes on. @returns the runs that go on and were started with other files than this machine has
 *
 * @throws FleetError where the fleet has no engine that machines share, or its database is lost for five minutes
 */
export async function work(
  fleet: Fleet,
  options: FleetOptions & { readonly untilEmpty?: boolean } = {},
): Promise<{ readonly foreign: readonly string[] }> {
  refuseAlone(fleet, "work");
  return await withEngine(fleet, options, (context, engine, stop) =>
    workOnFleet(context, engine, stop, options.untilEmpty),
  );
}

/** Takes what the vendors have into the states. @throws FleetError */
export function refresh(fleet: Fleet, options: FleetOptions = {}): Promise<RunReport> {
  return withEngine(fleet, options, (context, engine, stop) => refreshFleet(context, engine, false, stop));
}

/** Tells which tenants a vendor has otherwise than the states; changes nothing. @throws FleetError */
export function drift(fleet: Fleet, options: FleetOptions = {}): Promise<RunReport> {
  return withEngine(fleet, options, (context, engine, stop) => refreshFleet(context, engine, true, stop));
}

/**
 * How far a run is, the newest one by default; also while other processes work on it. Without an engine that machines share
 * the runs of this machine alone. @throws FleetError
 */
export async function status(
  fleet: Fleet,
  run?: string,
  { env = process.env }: Pick<Surroundings, "env"> = {},
): Promise<RunReport> {
  if (fleet.engine === undefined) return readReport(fleet, run);
  const engine = await openEngine(fleet, env, false);
  try {
    return await reportOf(engine, run);
  } finally {
    await engine.close();
  }
}

/** The ids of all tenants' accounts: the output `accounts` of all shards. @throws FleetError where a shard has none */
export async function directory(fleet: Fleet, options: FleetOptions = {}): Promise<FleetDirectory> {
  return await directoryOf(await contextOf(fleet, options));
}

async function withEngine<Result>(
  fleet: Fleet,
  { signal = new AbortController().signal, ...surroundings }: FleetOptions,
  body: (context: Context, engine: Engine, stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const context = await contextOf(fleet, surroundings);
  const engine = await openEngine(fleet, context.env, true);
  try {
    return await sharing(context, engine, (shared) => body(shared, engine, signal));
  } finally {
    await engine.close();
  }
}
