import { sideBySide } from "../../provider/core/base/side-by-side";
import type { Engine } from "../engine/engine";
import { hashOf } from "../inputs";
import { type Context, recordsOf } from "./context";
import type { Run, ShardRecord } from "./records";
import type { RunReport } from "./report-file";
import { beginRun, newRun, work } from "./up";

/** Compares all shards that have a stack with the vendors; with `isDrift` nothing is changed. */
export async function refreshFleet(
  context: Context,
  engine: Engine,
  isDrift: boolean,
  stop: AbortSignal,
): Promise<RunReport> {
  return await work(context, engine, await startRefresh(context, engine, isDrift), stop);
}

/** Starts a run that compares all shards with the vendors; nothing is worked on yet. */
export async function startRefresh(context: Context, engine: Engine, isDrift: boolean): Promise<Run> {
  const records = await recordsOf<ShardRecord>(engine);
  const there = await sideBySide(8, context.targets, async (target) => {
    const kept = records.get(target.stack)?.kept ?? (await context.stacks.kept(target.stack));
    return kept && target;
  });
  const targets = there.filter((target) => target !== undefined);
  const kind = isDrift ? "drift" : "refresh";
  const run = newRun(context, kind, hashOf({ kind, at: context.now() }), targets);
  await beginRun(engine, run);
  return run;
}
