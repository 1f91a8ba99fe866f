import { driftedIn, readOutcome } from "./attempt";
import type { Context, Target } from "./context";
import type { KeysRecord, Run } from "./records";
import { type Holder, keep, type Outcome, refuseInterrupted, signalsOf } from "./shard-up";

/** The exit code of `--expect-no-changes` where there are some. */
const CHANGES = 7;

/**
 * Compares a shard's state with the vendors: a drift changes nothing and tells what differs, else the state becomes what
 * the vendors have, and the next `up` looks at the shard.
 *
 * @throws InterruptedError where it was ended from outside
 */
export async function refreshShard(
  context: Context,
  holder: Holder,
  target: Target,
  { kind, keysOf }: Pick<Run, "kind" | "keysOf">,
): Promise<Outcome> {
  const { stacks, redactor, now } = context;
  const { stack } = target;
  const isDrift = kind === "drift";
  const areKeysLookedAt = keysOf?.includes(stack) ?? true;
  const env = areKeysLookedAt ? {} : { SUBACCOUNTS_CHECK_KEYS: "none" };
  const ended = await stacks.refresh(stack, isDrift, env, signalsOf(context, holder, stack));
  refuseInterrupted(ended, holder);
  await holder.engine.forget("attempt", `${stack}/${holder.claim.id}`);
  const outcome = readOutcome(ended, target, redactor);
  const { counts, failed } = outcome;
  const hasDrifted = isDrift && ended.code === CHANGES;
  if (isDrift && areKeysLookedAt && (hasDrifted || failed.length === 0)) {
    const record: KeysRecord = { stack, at: new Date(now()).toISOString() };
    await holder.claim.save("keys", stack, record);
  }
  if (hasDrifted) return { result: "drifted", ...outcome, failed: driftedIn(ended.lines, target) };
  if (failed.length > 0) {
    return {
      result: "failed",
      ...outcome,
      ...(isDrift ? { drifted: driftedIn(ended.lines, target) } : {}),
    };
  }
  const hasChanged = Object.keys(counts).some((what) => what !== "unchanged");
  if (!isDrift && hasChanged) await keep(context, holder, target, { state: "none" });
  return { result: "succeeded", ...outcome };
}
