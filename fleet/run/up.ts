import { randomUUID } from "node:crypto";
import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import { hashOf } from "../inputs";
import { mapOf } from "../shards";
import { type Changed, changedShards } from "./changed";
import type { Context, Target } from "./context";
import { violationsOver } from "./plan";
import type { Run, RunKind, ShardResult } from "./records";
import { type RunReport, writeReport } from "./report-file";
import { wavesOf } from "./waves";
import { Worker } from "./worker";

/** The input of a run. */
export interface Selection {
  /** The shards of this wave alone. */
  readonly wave?: string;
  /** The shards of these tenants alone, by external id. */
  readonly tenants?: readonly string[];
  /** Shards that have nothing to do, too. */
  readonly all?: boolean;
}

/**
 * Makes the accounts of all changed shards match their files, one wave after the other, and takes up a run of the same
 * inputs that has not ended. @returns undefined where no shard has anything to do
 */
export async function upFleet(
  context: Context,
  engine: Engine,
  selection: Selection,
  stop: AbortSignal,
): Promise<RunReport | undefined> {
  const chosen = chosenOf(context, selection);
  const inputs = hashOf({
    kind: "up",
    stacks: chosen.map(({ stack, inputs }) => [stack, inputs]),
    selection,
  });
  const unfinished = (await runsOf(engine)).filter(({ state }) => state === "running" || state === "paused");
  const same = unfinished.find((run) => run.inputs === inputs && run.state === "running");
  for (const run of unfinished.filter(({ id }) => id !== same?.id)) {
    await cancelRun(context, engine, run, "its inputs have changed since");
  }
  if (same) {
    context.log(`run ${same.id} is taken up where it was ended`);
    return await work(context, engine, same, stop);
  }
  const changed = await changedAmong(context, engine, chosen, selection.all ?? false);
  if (changed.length === 0) return undefined;
  await refuseViolations(context, engine, changed);
  return await work(context, engine, await startRun(context, engine, "up", inputs, changed), stop);
}

/** Starts a run over shards; nothing is worked on yet. */
export async function startRun(
  { fleet, now }: Context,
  engine: Engine,
  kind: RunKind,
  inputs: string,
  targets: readonly Target[],
): Promise<Run> {
  const stacks = targets.map(({ stack }) => stack);
  const waves =
    kind === "up" ? wavesOf(fleet, mapOf(fleet), stacks) : [{ name: "all", stacks, waitSeconds: 0 }];
  const startedAt = new Date(now()).toISOString();
  const run: Run = {
    id: `${startedAt
      .replace(/\.\d+Z$/, "")
      .replaceAll(/[-:]/g, "")
      .replace("T", "-")}-${randomUUID().slice(0, 4)}`,
    kind,
    startedAt,
    inputs,
    state: "running",
    waves,
    wave: 0,
    tenants: Object.fromEntries(targets.map(({ stack, tenants }) => [stack, tenants.length])),
  };
  await engine.save("run", run.id, run);
  await engine.await({ run: run.id, wave: 0, isStarted: false }, 0);
  return run;
}

/** Works on a run until it has ended or `stop` is aborted. */
export async function work(
  context: Context,
  engine: Engine,
  run: Run,
  stop: AbortSignal,
): Promise<RunReport> {
  const ended = await new Worker(context, engine).work(run.id, stop);
  const report = { run: ended, results: await engine.records<ShardResult>("result", `${run.id}/`) };
  writeReport(context.fleet, report);
  return report;
}

/** All runs that the engine knows, the oldest first. */
function runsOf(engine: Engine): Promise<Run[]> {
  return engine.records<Run>("run");
}

/** Takes up a run that paused after a wave with too many failures. @throws FleetError where there is none */
export async function resumeFleet(context: Context, engine: Engine, stop: AbortSignal): Promise<RunReport> {
  const run = (await runsOf(engine)).findLast(({ state }) => state === "paused");
  if (run === undefined)
    throw new FleetError("no run is paused: subaccounts fleet status shows the newest one");
  const { why: _, endedAt: __, ...rest } = run;
  const resumed: Run = { ...rest, state: "running", wave: run.wave + 1 };
  await engine.save("run", run.id, resumed);
  await engine.await({ run: run.id, wave: resumed.wave, isStarted: false }, 0);
  return await work(context, engine, resumed, stop);
}

/** Ends a run that nobody works on. @throws FleetError where there is no such run */
export async function cancelFleet(context: Context, engine: Engine, id: string): Promise<void> {
  const run = (await runsOf(engine)).find((each) => each.id === id);
  if (run === undefined || (run.state !== "running" && run.state !== "paused")) {
    throw new FleetError(
      `there is no run ${id} that has not ended: subaccounts fleet status shows the newest one`,
    );
  }
  await cancelRun(context, engine, run, "cancelled by a person");
}

async function cancelRun({ now }: Context, engine: Engine, run: Run, why: string): Promise<void> {
  await engine.cancel(run.id);
  await engine.save("run", run.id, {
    ...run,
    state: "cancelled",
    why,
    endedAt: new Date(now()).toISOString(),
  });
}

async function changedAmong(
  context: Context,
  engine: Engine,
  chosen: readonly Target[],
  isAll: boolean,
): Promise<Changed[]> {
  const changed = await changedShards({ ...context, targets: chosen }, engine);
  const known = new Set(changed.map(({ stack }) => stack));
  const others = isAll ? chosen.filter(({ stack, tenants }) => !known.has(stack) && tenants.length > 0) : [];
  return [...changed, ...others.map((target): Changed => ({ ...target, why: "changed" }))];
}

/** @throws FleetError with what the policies have against the change */
async function refuseViolations(
  context: Context,
  engine: Engine,
  changed: readonly Changed[],
): Promise<void> {
  const violations = await violationsOver(context, engine, changed);
  const texts = violations.map(({ policy, level, message }) => ({ level, text: `${policy}: ${message}` }));
  for (const { level, text } of texts) if (level !== "mandatory") context.log(`${level}: ${text}`);
  const refusals = texts.filter(({ level }) => level === "mandatory").map(({ text }) => text);
  if (refusals.length === 0) return;
  throw new FleetError(["a policy refuses the change, and nothing is changed:", ...refusals].join("\n  "));
}

/** @throws FleetError for a wave or tenant that there is not */
function chosenOf({ fleet, targets }: Context, { wave, tenants }: Selection): readonly Target[] {
  const stacks = targets.map(({ stack }) => stack);
  const waves = wavesOf(fleet, mapOf(fleet), stacks);
  const ofWave = wave === undefined ? undefined : waves.find(({ name }) => name === wave)?.stacks;
  if (wave !== undefined && ofWave === undefined) {
    throw new FleetError(`there is no wave ${wave}; there are ${waves.map(({ name }) => name).join(", ")}`);
  }
  const isOf = ({ tenants: own }: Target, id: string) => own.some(({ externalId }) => externalId === id);
  const stray = tenants?.find((id) => !targets.some((target) => isOf(target, id)));
  if (stray !== undefined)
    throw new FleetError(`there is no tenant ${stray}: give the externalId of its file`);
  return targets
    .filter(({ stack }) => ofWave?.includes(stack) ?? true)
    .filter((target) => tenants?.some((id) => isOf(target, id)) ?? true);
}
