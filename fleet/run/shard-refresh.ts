import { driftedIn, readOutcome } from "./attempt";
import type { Context, Target } from "./context";
import type { ShardResult } from "./records";
import { type Holder, keep, refuseInterrupted, signalsOf } from "./shard-up";

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
  holder: Holder,
  target: Target,
  isDrift: boolean,
): Promise<Pick<ShardResult, "result" | "counts" | "failed" | "drifted">> {
  const { stacks, redactor } = context;
  const { stack } = target;
  const ended = await stacks.refresh(stack, isDrift, signalsOf(context, holder, stack));
  refuseInterrupted(ended, holder);
  await holder.engine.forget("attempt", `${stack}/${holder.claim.id}`);
  const { counts, failed } = readOutcome(ended, target, redactor);
  if (isDrift && ended.code === CHANGES)
    return { result: "drifted", counts, failed: driftedIn(ended.lines, target) };
  if (failed.length > 0) {
    return {
      result: "failed",
      counts,
      failed,
      ...(isDrift ? { drifted: driftedIn(ended.lines, target) } : {}),
    };
  }
  const hasChanged = Object.keys(counts).some((what) => what !== "unchanged");
  if (!isDrift && hasChanged) await keep(context, holder, target, { state: "none" });
  return { result: "succeeded", counts, failed };
}
