import { sideBySide } from "../../provider/core/base/side-by-side";
import type { Engine } from "../engine/engine";
import { hashOf } from "../inputs";
import type { Violation } from "../policies";
import type { Kept, StateResource } from "../pulumi/stacks";
import { StateEdits } from "../pulumi/state-edits";
import { type Context, recordsOf, type Target } from "../run/context";
import type { ShardRecord } from "../run/records";
import { type Displaced, displacedAmong, idsOf, isOfFleet, statesOf, tenantsHash } from "./displaced";
import { tenantsIn } from "./tenants";

/** A shard that is about to run, and its state. */
interface Changed {
  readonly target: Target;
  readonly resources: readonly StateResource[];
}

/**
 * The tenants of changed shards that another stack has, and those of their states that belong to another one: an `up` would
 * make their accounts anew, or end them. It is told by the states, without the engine's records too: of the shards that do
 * not change those are looked at whose tag does not say that they have the tenants of their files.
 */
export async function displacedViolations(
  context: Context,
  engine: Engine,
  changed: readonly Changed[],
): Promise<Violation[]> {
  const states = new Map(changed.map(({ target, resources }) => [target.stack, tenantsIn(resources)]));
  const own = displacedAmong(context.targets, states);
  const gaining = changed.filter(({ target }) => {
    const ids = new Set(states.get(target.stack)?.map(({ externalId }) => externalId));
    return idsOf(target).some((id) => !ids.has(id));
  });
  if (gaining.length === 0) return own.map(violationOf);
  const stacks = new Set(gaining.map(({ target }) => target.stack));
  const others = await suspects(context, engine, [...states.keys()], gaining);
  const elsewhere = displacedAmong(context.targets, await statesOf(context, others));
  return [...own, ...elsewhere.filter(({ to }) => stacks.has(to))].map(violationOf);
}

/** The other stacks that may have a tenant which a changed shard would make. */
async function suspects(
  context: Context,
  engine: Engine,
  looked: readonly string[],
  gaining: readonly Changed[],
): Promise<string[]> {
  const { stacks, targets } = context;
  const records = await recordsOf<ShardRecord>(engine);
  const isTrue = await sideBySide(8, gaining, async ({ target: { stack } }) => {
    return sameTag(records.get(stack)?.kept, await stacks.kept(stack));
  });
  // Another machine has changed a stack since: what this one has noted of the others may be old, too.
  const known = isTrue.every(Boolean) ? records : new Map<string, ShardRecord>();
  const mapped = targets.filter(({ stack }) => !looked.includes(stack));
  const unsure = await sideBySide(8, mapped, async (target) => {
    const kept = known.get(target.stack)?.kept ?? (await stacks.kept(target.stack));
    return kept !== undefined && kept.tenants !== tenantsHash(idsOf(target)) ? [target.stack] : [];
  });
  return [...unsure.flat(), ...(await unmapped(context, engine, [...records.keys()]))];
}

/** Stacks of the fleet that the map does not have. They are listed once for each database and map, which takes long. */
async function unmapped(context: Context, engine: Engine, known: readonly string[]): Promise<string[]> {
  const { fleet, env, targets, stacks } = context;
  const mapped = new Set(targets.map(({ stack }) => stack));
  const hash = hashOf([...mapped]);
  const [seen] = await engine.records<{ readonly hash: string }>("map");
  const listed = seen?.hash === hash ? [] : await new StateEdits(fleet, env).names();
  const names = new Set([...known, ...listed.filter((name) => isOfFleet(name, fleet))]);
  const found = await sideBySide(
    8,
    [...names].filter((name) => !mapped.has(name)),
    async (stack) => {
      const kept = await stacks.kept(stack);
      if (kept === undefined) return [];
      await engine.save("shard", stack, { stack, kept, tenants: [] } satisfies ShardRecord);
      return [stack];
    },
  );
  await engine.save("map", "map", { hash });
  return found.flat();
}

function sameTag(record: Kept | undefined, kept: Kept | undefined): boolean {
  return hashOf(record ?? null) === hashOf(kept ?? null);
}

function violationOf({ externalId, from, to }: Displaced): Violation {
  const message = `tenant ${externalId} is in stack ${from}, and by the shard map and its file it belongs to ${to}, where its accounts would be made anew: subaccounts fleet move moves it there, or undo the change of the map or of its shard: line`;
  return { policy: "shard-map", level: "mandatory", message };
}
