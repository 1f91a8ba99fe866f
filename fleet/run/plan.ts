import { sideBySide } from "../../provider/core/base/side-by-side";
import type { Engine } from "../engine/engine";
import { displacedViolations } from "../move/guard";
import { type Violation, violationsOf } from "../policies";
import { readOutcome } from "./attempt";
import { type Changed, changedShards } from "./changed";
import type { Context } from "./context";
import type { FailedTenant } from "./records";

/** A shard of a plan, and what an `up` would do in it. */
export interface PlannedShard {
  readonly stack: string;
  readonly tenants: number;
  readonly why: Changed["why"] | "all";
  /** Undefined for a stack that is not made yet: a preview needs one. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly failed: readonly FailedTenant[];
  /** The warnings of Pulumi and of the provider; absent where there are none. */
  readonly warnings?: readonly string[];
}

/** The changes that an `up` would make; nothing is changed. */
export interface Plan {
  readonly shards: readonly PlannedShard[];
  readonly tenants: number;
  /** Violations of the policies that add up, over all tenants. */
  readonly violations: readonly Violation[];
  /** Whether nothing stops the `up`. */
  readonly isAllowed: boolean;
}

/** Checks all tenants by the policies that add up, and previews each shard that has changed. */
export async function planFleet(context: Context, engine: Engine, isAll = false): Promise<Plan> {
  const { targets, fleet } = context;
  const changed = await changedShards(context, engine);
  const violations = await violationsOver(context, engine, changed);
  const whys = new Map(changed.map(({ stack, why }) => [stack, why]));
  const chosen = isAll ? targets : targets.filter(({ stack }) => whys.has(stack));
  const shards = await sideBySide(fleet.parallel.machine, chosen, async (target): Promise<PlannedShard> => {
    const why = whys.get(target.stack) ?? "all";
    const { stack, tenants } = target;
    if (why === "new" || (await context.stacks.kept(stack)) === undefined) {
      return { stack, tenants: tenants.length, why, failed: [] };
    }
    const ended = await context.stacks.preview(stack);
    return { stack, tenants: tenants.length, why, ...readOutcome(ended, target, context.redactor) };
  });
  const isRefused = violations.some(({ level }) => level === "mandatory");
  return {
    shards,
    tenants: targets.reduce((sum, { tenants }) => sum + tenants.length, 0),
    violations,
    isAllowed: !isRefused && shards.every(({ failed }) => failed.length === 0),
  };
}

/** Runs the policies that add up over the change; each `up` runs them, too. */
export async function violationsOver(
  context: Context,
  engine: Engine,
  changed: readonly Changed[],
): Promise<Violation[]> {
  const { fleet, targets, stacks, now } = context;
  const states = await sideBySide(8, changed, async ({ stack, why, tenants }) => ({
    resources: why === "new" ? [] : await stacks.resources(stack),
    tenants,
  }));
  const moved = await displacedViolations(
    context,
    engine,
    changed.map((target, index) => ({ target, resources: states[index]?.resources ?? [] })),
  );
  const all = targets.flatMap(({ tenants }) => tenants);
  return [...moved, ...violationsOf(fleet, all, states, now())];
}
