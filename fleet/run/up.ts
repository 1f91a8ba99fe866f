import { randomUUID } from "node:crypto";
import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import { hashOf } from "../inputs";
import { mapOf } from "../shards";
import { type Changed, changedShards } from "./changed";
import type { Context, Target } from "./context";
import { resultKey } from "./gates";
import { BY_PERSON, cancelRun } from "./person";
import { violationsOver } from "./plan";
import { KEPT_RUNS, type MovedRecord, type Run, type RunKind } from "./records";
import { type RunReport, removeOldReports, reportOf, writeReport } from "./report-file";
import { goesOn } from "./run-state";
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

/** The start of an `up`: a run, or nothing to do. */
interface Started {
  readonly run: Run;
  /** It was there already, of the same inputs. */
  readonly isTakenUp: boolean;
}

/**
 * Starts a run over all changed shards, or finds the one of the same inputs that has not ended. One of other inputs is
 * cancelled. @returns undefined where no shard has anything to do
 */
export async function startUp(
  context: Context,
  engine: Engine,
  selection: Selection,
): Promise<Started | undefined> {
  const chosen = chosenOf(context, selection);
  const stacks = chosen.map(({ stack, inputs }) => [stack, inputs]);
  const inputs = hashOf({ kind: "up", stacks, selection });
  for (;;) {
    const newest = await engine.record<Newest>("fleet", "newest");
    const moved = await engine.records<MovedRecord>("moved", "", { isOver: true });
    const unfinished = await unfinishedRuns(engine);
    const same = unfinished.find((run) => run.inputs === inputs && run.state === "running");
    if (same) return { run: same, isTakenUp: true };
    refuseOthers(unfinished, selection, engine);
    const changed = await changedAmong(context, engine, chosen, selection.all ?? false);
    if (changed.length > 0) await refuseViolations(context, engine, changed);
    for (const run of unfinished) await cancelRun(context, engine, run.id, "its inputs have changed since");
    if (changed.length === 0) return undefined;
    const run = { ...newRun(context, "up", inputs, changed), moved: idsIn(moved) };
    // Of two that start at the same time one goes on, and the other one finds it.
    if (!(await engine.replace("fleet", "newest", newest, { run: run.id } satisfies Newest))) continue;
    await beginRun(engine, run);
    return { run, isTakenUp: false };
  }
}

/** The run that was started last. */
interface Newest {
  readonly run: string;
}

function idsIn(moved: readonly MovedRecord[]): Record<string, string> {
  return Object.fromEntries(moved.map(({ stack, id }) => [stack, id]));
}

/** The runs of an `up` that have not ended, and on one machine, where nothing else goes on, of anything. */
async function unfinishedRuns(engine: Engine): Promise<Run[]> {
  const like = engine.isShared ? ({ kind: "up" } as const) : {};
  const of = (state: "running" | "paused") => engine.records<Run>("run", "", { ...like, state });
  return [...(await of("running")), ...(await of("paused"))];
}

/** @throws FleetError where a run goes on that is not to be ended by this one */
function refuseOthers(unfinished: readonly Run[], { wave, tenants }: Selection, { isShared }: Engine): void {
  const paused = unfinished.find(({ state, why }) => state === "paused" && why === BY_PERSON);
  if (paused) {
    throw new FleetError(
      `run ${paused.id} is ${BY_PERSON}: subaccounts fleet resume goes on with it, subaccounts fleet cancel ${paused.id} ends it`,
    );
  }
  const running = unfinished.find(({ state }) => state === "running");
  if (!isShared || running === undefined || (wave ?? tenants) === undefined) return;
  throw new FleetError(
    `run ${running.id} goes on, and would be cancelled for a part of the fleet: wait for it, or end it with subaccounts fleet cancel ${running.id}`,
  );
}

/** Makes the accounts of all changed shards match their files, and works on that. */
export async function upFleet(
  context: Context,
  engine: Engine,
  selection: Selection,
  stop: AbortSignal,
): Promise<RunReport | undefined> {
  const started = await startUp(context, engine, selection);
  if (started === undefined) return undefined;
  if (started.isTakenUp) context.log(`run ${started.run.id} is taken up where it was ended`);
  return await work(context, engine, started.run, stop);
}

/** Composes a run over shards. */
export function newRun(
  { fleet, now, readMs }: Context,
  kind: RunKind,
  inputs: string,
  targets: readonly Target[],
): Run {
  const stacks = targets.map(({ stack }) => stack);
  const tenants = Object.fromEntries(targets.map(({ stack, tenants }) => [stack, tenants.length]));
  const startedAt = new Date(now()).toISOString();
  const time = startedAt.replace(/\.\d+Z$/, "").replaceAll(/[-:]/g, "");
  return {
    id: `${time.replace("T", "-")}-${randomUUID().slice(0, 4)}`,
    kind,
    startedAt,
    inputs,
    readAt: new Date(readMs).toISOString(),
    inputsOf: Object.fromEntries(targets.map(({ stack, inputs }) => [stack, inputs])),
    state: "running",
    when: fleet.failures.when,
    waves:
      kind === "up"
        ? wavesOf(fleet, mapOf(fleet), stacks, tenants)
        : [{ name: "all", stacks, waitSeconds: 0, tolerated: 0 }],
    wave: 0,
    tenants,
  };
}

/** Has the engine work on a run, and forgets old ones. */
export async function beginRun(engine: Engine, run: Run): Promise<void> {
  await forgetRuns(engine);
  await engine.save("run", run.id, run);
  await engine.await({ run: run.id, wave: run.wave, looks: 0 }, 0);
}

/** Forgets runs that have ended, but for the newest ones: of a thousand shards each has a thousand results. */
async function forgetRuns(engine: Engine): Promise<void> {
  const of = (state: "running" | "paused") => engine.keys("run", "", { state });
  const unfinished = new Set([...(await of("running")), ...(await of("paused"))]);
  const old = (await engine.keys("run", "")).slice(0, -KEPT_RUNS).filter((id) => !unfinished.has(id));
  for (const id of old) {
    await engine.forget("result", resultKey(id));
    await engine.forget("run", id);
  }
}

/** Works on a run until it does not go on, or `stop` is aborted. */
export async function work(
  context: Context,
  engine: Engine,
  { id }: Run,
  stop: AbortSignal,
): Promise<RunReport> {
  const isOver = async () => !(await goesOn(engine, id));
  await new Worker(context, engine).work({ stop, isOver });
  const report = await reportOf(engine, id);
  if (!engine.isShared) {
    writeReport(context.fleet, report);
    removeOldReports(context.fleet);
  }
  return report;
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
