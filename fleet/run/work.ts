import { type Engine, EngineError } from "../engine/engine";
import { FleetError } from "../fleet-error";
import { type Context, reread } from "./context";
import { startRefresh } from "./refresh";
import { Worker } from "./worker";

/**
 * Works on the runs of a fleet, whichever machine starts them, until `stop` is aborted.
 *
 * @param untilEmpty also until no run goes on but those that were started with other files than this machine has
 * @returns the runs of other files that go on
 * @throws FleetError where the engine's database is lost for five minutes
 */
export async function workOnFleet(
  context: Context,
  engine: Engine,
  stop: AbortSignal,
  untilEmpty = false,
): Promise<{ readonly foreign: readonly string[] }> {
  const { at, timeZone } = context.fleet.drift ?? {};
  await engine.schedule(at === undefined || timeZone === undefined ? undefined : { at, timeZone });
  context.log("this machine works on the runs of the fleet");
  const worker = new Worker(context, engine);
  const goingOn = () => engine.keys("run", "", { state: "running" });
  const isOver = async () => untilEmpty && (await goingOn()).every((id) => worker.foreign.has(id));
  const scheduled = async () => {
    try {
      await startRefresh(await reread(context), engine, true);
    } catch (error) {
      if (error instanceof EngineError || !(error instanceof FleetError)) throw error;
      context.log(`no drift run is started: ${error.message}`);
    }
  };
  await worker.work({ stop, isOver, scheduled });
  return { foreign: stop.aborted ? [] : await goingOn() };
}
