import { setTimeout as sleep } from "node:timers/promises";
import { type Claim, type Engine, LostError, type ShardJob } from "../engine/engine";
import { monotonicMs } from "../engine/lease";
import { idsOf, tenantsHash } from "../move/displaced";
import { endGroup, identify } from "../process";
import { type Ended, isThere } from "../pulumi/command";
import { lockHoldersIn } from "../pulumi/locks";
import { isCutOff, outcomeOf } from "../pulumi/output";
import { type Kept, lastLine, type StateResource } from "../pulumi/stacks";
import { dueOf, readOutcome } from "./attempt";
import type { Context, Target } from "./context";
import { type Attempt, hasEnded, isOfAttempt } from "./locks";
import type { ShardRecord, ShardResult } from "./records";

const CHANGED_MEANWHILE =
  "the files of the fleet were changed while this shard was under way, so what it was changed to is not known: run subaccounts fleet up again";

/** A command that was ended from outside, so that what it did is not known; it is run again. */
export class InterruptedError extends Error {}

/** A worker's hold on a shard. */
export interface Holder {
  readonly engine: Engine;
  readonly claim: Claim<ShardJob>;
  /** The attempts at the shard since its last `up` that ended well, without this one. */
  readonly earlier: readonly Attempt[];
  /** The worker stops, or the run does: calls under way may finish. */
  readonly stop: AbortSignal;
}

/** The outcome of an operation on a shard. */
export type Outcome = Pick<ShardResult, "result" | "counts" | "failed" | "warnings" | "drifted">;

/**
 * Makes a shard's accounts match its files. Before it begins the stack says so, and after it ended well it has the hash
 * of its inputs.
 *
 * @param isStill whether the files are still those of the target
 * @throws InterruptedError where it was ended from outside
 */
export async function upShard(
  context: Context,
  holder: Holder,
  target: Target,
  isStill: () => Promise<boolean>,
): Promise<Outcome> {
  const { stacks, redactor } = context;
  const { engine, claim, earlier } = holder;
  const { stack } = target;
  // The command of a killed attempt goes on if the leader of its session was killed, too.
  for (const { group } of earlier) await endGroup(group);
  const kept = await stacks.kept(stack);
  if (kept === undefined) await stacks.init(stack);
  await keep(context, holder, target, { state: "running" });
  const env = kept?.state === "running" ? { SUBACCOUNTS_AFTER_INTERRUPTION: "1" } : {};
  const run = () => stacks.up(stack, env, signalsOf(context, holder, stack));
  let ended = await run();
  if (await isLeftLocked(ended, holder)) {
    await stacks.unlock(stack, claim.lease);
    ended = await run();
  }
  refuseInterrupted(ended, holder);
  const outcome = readOutcome(ended, target, redactor);
  if (outcome.failed.length > 0) {
    // The calls of a killed provider are read back as those of a killed `up`.
    await keep(context, holder, target, { state: isCutOff(outcomeOf(ended.lines)) ? "running" : "failed" });
    return { result: "failed", ...outcome };
  }
  if (!(await isStill())) {
    await keep(context, holder, target, { state: "none" });
    const failed = target.tenants.map(({ externalId }) => ({ externalId, message: CHANGED_MEANWHILE }));
    return { result: "failed", ...outcome, failed };
  }
  const { resources, pending_operations: pending } = await stacks.deployment(stack);
  if (pending && pending.length > 0) await forgetPending(context, holder, stack, resources ?? []);
  const dueMs = dueOf(resources ?? []);
  await keep(context, holder, target, {
    state: "done",
    inputs: target.inputs,
    tenants: tenantsHash(idsOf(target)),
    ...(dueMs === undefined ? {} : { dueMs }),
  });
  await engine.forget("attempt", `${stack}/`);
  return { result: "succeeded", ...outcome };
}

/** Takes what a killed attempt was at out of a state, after an `up` that has found or made all of it: Pulumi would warn of it for ever. */
async function forgetPending(
  context: Context,
  holder: Holder,
  stack: string,
  resources: readonly StateResource[],
): Promise<void> {
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (root === undefined) return;
  const ended = await context.stacks.forgetPending(stack, root.urn, signalsOf(context, holder, stack));
  refuseInterrupted(ended, holder);
  if (ended.code !== 0)
    context.log(`${stack}: its pending operations stay in the state: ${lastLine(ended.lines)}`);
}

/** The signals of a command that changes a shard. The engine knows its process before it begins. */
export function signalsOf({ now }: Context, { claim, stop }: Holder, stack: string) {
  return {
    interrupt: stop,
    lease: claim.lease,
    started: async ({ group, pid }: { readonly group: number; readonly pid: number }) => {
      const id = identify(group);
      const startedAt = new Date(now()).toISOString();
      const attempt: Attempt = { run: claim.job.run, stack, host: id.host, pid, startedAt, group: id };
      await claim.save("attempt", `${stack}/${claim.id}`, attempt);
    },
  };
}

/**
 * Whether a command was refused for a lock that attempts before this one have left: resolves when these have given up their
 * claim. On one machine, a process that has ended is enough.
 */
export async function isLeftLocked(
  { lines }: Pick<Ended, "lines">,
  { engine, claim: { lease }, earlier, stop }: Holder,
): Promise<boolean> {
  const holders = lockHoldersIn(lines);
  const isLeft = holders.every(
    (lock) => isOfAttempt(lock, earlier) || (!engine.isShared && hasEnded(lock, isThere)),
  );
  if (holders.length === 0 || !isLeft) return false;
  await sleep(Math.max(0, lease.soleFromMs - monotonicMs()), undefined, { signal: stop }).catch(() => {});
  return !stop.aborted;
}

/** With the stack, and in the engine, from which many are read at once. */
export async function keep(
  { stacks }: Context,
  { claim }: Pick<Holder, "claim">,
  { stack, tenants }: Pick<Target, "stack" | "tenants">,
  kept: Kept,
): Promise<void> {
  await stacks.keep(stack, kept, claim.lease);
  const record: ShardRecord = { stack, kept, tenants: tenants.map(({ externalId }) => externalId) };
  await claim.save("shard", stack, record);
}

export function refuseInterrupted({ code }: Ended, { stop, claim: { lease } }: Holder): void {
  if (lease.lost.aborted) throw new LostError();
  if (code === 0) return;
  if (stop.aborted || code === undefined) throw new InterruptedError();
}
