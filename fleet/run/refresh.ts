import { sideBySide } from "../../provider/core/base/side-by-side";
import type { Engine } from "../engine/engine";
import { hashOf } from "../inputs";
import { type Context, recordsOf, type Target } from "./context";
import type { KeysRecord, Run, ShardRecord } from "./records";
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
  const keysOf = isDrift ? await keysNext(context, engine, targets) : {};
  const run = { ...newRun(context, kind, hashOf({ kind, at: context.now() }), targets), ...keysOf };
  await beginRun(engine, run);
  return run;
}

/** The shards whose keys are to be looked at next, where that is a part of them: those that were looked at longest ago. */
async function keysNext(
  { fleet }: Context,
  engine: Engine,
  targets: readonly Target[],
): Promise<Pick<Run, "keysOf">> {
  const part = fleet.drift?.keys;
  if (part === undefined) return {};
  const records = await engine.records<KeysRecord>("keys");
  const lookedAt = new Map(records.map(({ stack, at }) => [stack, at]));
  const byAge = targets
    .map(({ stack }) => stack)
    .sort((one, other) => {
      const [a = "", b = ""] = [lookedAt.get(one), lookedAt.get(other)];
      return a < b ? -1 : a > b ? 1 : 0;
    });
  return { keysOf: byAge.slice(0, Math.ceil(byAge.length / part)) };
}
