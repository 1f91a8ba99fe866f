import type { Engine } from "../engine/engine";
import { driftedIn, readOutcome } from "./attempt";
import { type Context, forgetGroup, noteGroup, type Target } from "./context";
import type { ShardResult } from "./records";
import { type Ends, keep, refuseInterrupted } from "./shard-up";

/** The exit code of `--expect-no-changes` where there are some. */
const CHANGES = 7;

/**
 * Compares a shard's state with the vendors: `isDrift` changes nothing and tells what differs, else the state becomes what
 * the vendors have, and the next `up` looks at the shard.
 *
 * @throws InterruptedError where it was ended from outside
 */
export async function refreshShard(
  context: Context,
  engine: Engine,
  target: Target,
  isDrift: boolean,
  ends: Ends,
): Promise<Pick<ShardResult, "result" | "counts" | "failed">> {
  const { fleet, stacks, redactor } = context;
  const { stack } = target;
  const ended = await stacks.refresh(stack, isDrift, {
    interrupt: ends.stop,
    kill: ends.lost,
    started: (group) => noteGroup(fleet, stack, group),
  });
  refuseInterrupted(ended, ends);
  forgetGroup(fleet, stack);
  const { counts, failed } = readOutcome(ended, target, redactor);
  if (isDrift && ended.code === CHANGES)
    return { result: "drifted", counts, failed: driftedIn(ended.lines, target) };
  if (failed.length > 0) return { result: "failed", counts, failed };
  const hasChanged = Object.keys(counts).some((what) => what !== "unchanged");
  if (!isDrift && hasChanged) await keep(context, engine, target, { state: "none" });
  return { result: "succeeded", counts, failed };
}
