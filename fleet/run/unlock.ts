import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import { holderText, type LockHolder, lockHoldersIn } from "../pulumi/locks";
import { lastLine } from "../pulumi/stacks";
import { stackOf } from "../shards/file";
import type { Context } from "./context";
import { type Attempt, isOfAttempt } from "./locks";

/**
 * Tells whose locks are on a shard's state, and releases them where that is confirmed.
 * @throws FleetError where there is a lock and no confirmation, and where it cannot be told
 */
export async function unlockShard(
  { fleet, stacks, targets }: Context,
  engine: Engine,
  shard: string,
  isConfirmed: boolean,
): Promise<string[]> {
  const stack = stackOf(fleet, shard);
  if (!targets.some((target) => target.stack === stack)) {
    throw new FleetError(`there is no shard ${shard}: subaccounts fleet shards lists them`);
  }
  const ended = await stacks.probeLock(stack);
  const holders = lockHoldersIn(ended.lines);
  if (holders.length === 0) {
    if (ended.isFree) return [`Stack ${stack} is not locked.`];
    throw new FleetError(`whether stack ${stack} is locked cannot be told: ${lastLine(ended.lines)}`);
  }
  const attempts = await engine.records<Attempt>("attempt", `${stack}/`);
  const lines = holders.map((holder) => lineOf(stack, holder, attempts));
  if (!isConfirmed) {
    throw new FleetError(
      [...lines, `Once that process has ended: subaccounts fleet unlock ${shard} --yes`].join("\n  "),
    );
  }
  await stacks.unlock(stack);
  return [...lines, `Released. The next up repeats what it was at.`];
}

function lineOf(stack: string, holder: LockHolder, attempts: readonly Attempt[]): string {
  const whose = isOfAttempt(holder, attempts) ? "an up of this fleet" : "no up that this fleet knows";
  return `stack ${stack} is locked by ${holderText(holder)}: ${whose}`;
}
