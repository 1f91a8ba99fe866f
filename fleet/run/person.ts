import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import type { Context } from "./context";
import type { Run } from "./records";
import { changeRun, isUnfinished } from "./run-state";

/** Why a run is paused that a person has paused. */
export const BY_PERSON = "paused by a person";

/**
 * Pauses a run: workers let the calls under way finish, and begin no shard of it.
 * @throws FleetError where it does not go on
 */
export async function pauseRun(engine: Engine, id: string): Promise<void> {
  const run = await changeRun(engine, id, (now) =>
    now.state === "running" ? { ...now, state: "paused", why: BY_PERSON } : undefined,
  );
  if (run?.state === "paused") return await engine.cancel(id);
  throw noSuchRun(id, "goes on");
}

/** Goes on with the run that paused, the newest one by default. @throws FleetError where there is none */
export async function resumeRun(engine: Engine, id?: string): Promise<Run> {
  const paused = await engine.records<Run>("run", "", { state: "paused" });
  const chosen = id === undefined ? paused.at(-1) : paused.find((run) => run.id === id);
  const resumed =
    chosen &&
    (await changeRun(engine, chosen.id, ({ why: _, endedAt: __, ...now }) =>
      now.state === "paused" ? { ...now, state: "running" } : undefined,
    ));
  if (resumed === undefined) {
    throw id === undefined
      ? new FleetError("no run is paused: subaccounts fleet status shows the newest one")
      : noSuchRun(id, "is paused");
  }
  await engine.await({ run: resumed.id, wave: resumed.wave, looks: 0 }, 0);
  return resumed;
}

/** Ends a run; workers let the calls under way finish. @throws FleetError where there is no such run */
export async function cancelFleet(context: Pick<Context, "now">, engine: Engine, id: string): Promise<void> {
  const run = await engine.record<Run>("run", id);
  if (run === undefined || !isUnfinished(run)) throw noSuchRun(id, "has not ended");
  await cancelRun(context, engine, id, "cancelled by a person");
}

/** Ends a run that has not ended. */
export async function cancelRun(
  { now }: Pick<Context, "now">,
  engine: Engine,
  id: string,
  why: string,
): Promise<void> {
  const endedAt = new Date(now()).toISOString();
  await changeRun(engine, id, (run) =>
    isUnfinished(run) ? { ...run, state: "cancelled", why, endedAt } : undefined,
  );
  await engine.cancel(id);
}

function noSuchRun(id: string, what: string): FleetError {
  return new FleetError(`there is no run ${id} that ${what}: subaccounts fleet status shows the newest one`);
}
