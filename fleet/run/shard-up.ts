import type { Engine } from "../engine/engine";
import { idsOf, tenantsHash } from "../move/displaced";
import { endGroup } from "../process";
import { type Ended, isThere } from "../pulumi/command";
import type { Kept } from "../pulumi/stacks";
import { dueOf, isLeftLocked, readOutcome } from "./attempt";
import { type Context, forgetGroup, notedGroup, noteGroup, type Target } from "./context";
import type { ShardRecord, ShardResult } from "./records";

/** A command that was ended from outside, so that what it did is not known; it is run again. */
export class InterruptedError extends Error {}

/** The signals by which a worker ends what it works on. */
export interface Ends {
  /** The worker stops: calls under way may finish. */
  readonly stop: AbortSignal;
  /** The claim is lost: another worker may have it already. */
  readonly lost: AbortSignal;
}

type Outcome = Pick<ShardResult, "result" | "counts" | "failed">;

/**
 * Makes a shard's accounts match its files. Before it begins the stack says so, and after it ended well it has the hash
 * of its inputs.
 *
 * @throws InterruptedError where it was ended from outside
 */
export async function upShard(
  context: Context,
  engine: Engine,
  target: Target,
  ends: Ends,
): Promise<Outcome> {
  const { fleet, stacks, redactor } = context;
  const { stack } = target;
  const earlier = notedGroup(fleet, stack);
  if (earlier) await endGroup(earlier);
  const kept = await stacks.kept(stack);
  if (kept === undefined) await stacks.init(stack);
  await keep(context, engine, target, { state: "running" });
  const wasInterrupted = kept?.state === "running";
  const env = wasInterrupted ? await recovery(context, stack) : {};
  const run = () =>
    stacks.up(stack, env, {
      interrupt: ends.stop,
      kill: ends.lost,
      started: (group) => noteGroup(fleet, stack, group),
    });
  let ended = await run();
  if ((wasInterrupted || kept?.state === "moving") && isLeftLocked(ended, isThere)) {
    await stacks.unlock(stack);
    ended = await run();
  }
  refuseInterrupted(ended, ends);
  forgetGroup(fleet, stack);
  const { counts, failed } = readOutcome(ended, target, redactor);
  if (failed.length > 0) {
    await keep(context, engine, target, { state: "failed" });
    return { result: "failed", counts, failed };
  }
  const dueMs = dueOf(await stacks.resources(stack));
  await keep(context, engine, target, {
    state: "done",
    inputs: target.inputs,
    tenants: tenantsHash(idsOf(target)),
    ...(dueMs === undefined ? {} : { dueMs }),
  });
  return { result: "succeeded", counts, failed };
}

/** The environment of an `up` after one that was killed: where the state has no owner yet, by the fleet's id. */
async function recovery({ fleet, stacks }: Context, stack: string): Promise<NodeJS.ProcessEnv> {
  const resources = await stacks.resources(stack);
  const hasOwner = resources.some(({ type }) => type.endsWith("subaccounts/index:Owner"));
  return { SUBACCOUNTS_AFTER_INTERRUPTION: "1", ...(hasOwner ? {} : { SUBACCOUNTS_RECOVER: fleet.id }) };
}

/** With the stack, and in the engine, from which many are read at once. */
export async function keep(
  { stacks }: Context,
  engine: Engine,
  { stack, tenants }: Pick<Target, "stack" | "tenants">,
  kept: Kept,
): Promise<void> {
  await stacks.keep(stack, kept);
  const record: ShardRecord = { stack, kept, tenants: tenants.map(({ externalId }) => externalId) };
  await engine.save("shard", stack, record);
}

export function refuseInterrupted({ code }: Ended, { stop, lost }: Ends): void {
  if (code === 0) return;
  if (stop.aborted || lost.aborted || code === undefined) throw new InterruptedError();
}
