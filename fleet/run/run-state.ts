import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/engine";
import type { Run } from "./records";

/** How often a worker looks whether a run still goes on, in ms. */
const LOOK_MS = 1000;

/** Changes a run as it is then, whatever others do to it at the same time. @param change undefined leaves it as it is */
export async function changeRun(
  engine: Engine,
  id: string,
  change: (run: Run) => Run | undefined,
): Promise<Run | undefined> {
  for (;;) {
    const run = await engine.record<Run>("run", id);
    const next = run && change(run);
    if (run === undefined || next === undefined) return run;
    if (await engine.replace("run", id, run, next)) return next;
  }
}

/** Whether a run's wave is in the queue or may come into it. */
export function isUnfinished({ state }: Run): boolean {
  return state === "running" || state === "paused";
}

/** Whether a run goes on; asked each second, and the record of a run names all of its stacks. */
export async function goesOn(engine: Engine, id: string): Promise<boolean> {
  return (await engine.keys("run", id, { state: "running" })).length > 0;
}

/**
 * Aborts when a run does not go on any more. A database that cannot be reached says nothing of the run.
 * @returns the signal, and how to stop looking
 */
export function endOf(
  engine: Engine,
  id: string,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const ended = new AbortController();
  const stopped = new AbortController();
  const look = async () => {
    while (!stopped.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => {});
      if (!(await goesOn(engine, id).catch(() => true))) return ended.abort();
    }
  };
  void look();
  return { signal: ended.signal, stop: () => stopped.abort() };
}
