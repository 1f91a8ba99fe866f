import { relative } from "node:path";
import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import { type Context, contextOf, type Target } from "../run/context";
import { mapOf } from "../shards";
import { shardOf } from "../shards/map";
import type { Displaced, Whereabouts } from "./displaced";
import type { Hold } from "./hold";
import { holding, look } from "./look";
import { type Edit, pinTenant } from "./pin";
import { MovedBackError, Relocation } from "./relocate";

/** The result of a move. */
export interface Moved {
  readonly tenants: number;
  readonly stacks: readonly string[];
  /** The changed files, to be committed. */
  readonly files: readonly string[];
}

/** Moves a tenant to another shard: its file, the states, and the markers of its accounts. @throws FleetError */
export async function moveTenant(
  context: Context,
  engine: Engine,
  externalId: string,
  shard: string,
  stop: AbortSignal,
): Promise<Moved> {
  const { fleet, targets } = context;
  const home = targets.find(({ tenants }) => tenants.some((tenant) => tenant.externalId === externalId));
  const target = targets.find(({ name }) => name === shard);
  if (home === undefined) {
    throw new FleetError(`there is no tenant ${externalId}: give the externalId of its file`);
  }
  if (target === undefined) {
    throw new FleetError(
      `there is no shard ${shard}: add it to pinned in ${fleet.shards.map}, or name one that subaccounts fleet shards lists`,
    );
  }
  return await holding(context, engine, [home.stack, target.stack], stop, async (hold, before) => {
    refuseOthers(before, (each) => each.externalId === externalId);
    if (home.name === shard) return await settle(context, hold, before);
    for (const each of [home, target]) await refuseChanged(context, each);
    const pin = shardOf(externalId, mapOf(fleet)) === shard ? undefined : shard;
    const edit = pinTenant(fleet, externalId, pin);
    const after = await contextOf(fleet, context);
    return await settle(after, hold, await look(after, engine), [home.stack, target.stack], [edit]);
  });
}

/** Moves all tenants that are in another stack than the map and their files say, and finishes a move that was killed. */
export async function moveAll(context: Context, engine: Engine, stop: AbortSignal): Promise<Moved> {
  return await holding(context, engine, [], stop, (hold, found) => settle(context, hold, found));
}

/** Moves what is displaced; where that shows other changes, the states and the files are as before. */
export async function settle(
  context: Context,
  hold: Hold,
  { displaced, begun }: Whereabouts,
  stacks: readonly string[] = [],
  edits: readonly Edit[] = [],
): Promise<Moved> {
  const own = begun.filter((stack) => hold.has(stack));
  const further = [...new Set([...own, ...displaced.flatMap(({ from, to }) => [from, to]), ...stacks])];
  try {
    await new Relocation(context, hold).run(displaced, further);
  } catch (error) {
    if (!(error instanceof MovedBackError)) throw error;
    for (const edit of edits) edit.undo();
    const files = edits.length > 0 ? ", and so are the files" : "";
    throw new FleetError(`${error.message}. The states are as before${files}: mend that, and run this again`);
  }
  return {
    tenants: displaced.length,
    stacks: further,
    files: edits.map(({ file }) => relative(context.fleet.folder, file)),
  };
}

/** @throws FleetError where a tenant is displaced, but one that is meant to be */
export function refuseOthers(
  { displaced }: Whereabouts,
  isMeant: (displaced: Displaced) => boolean = () => false,
): void {
  const other = displaced.find((each) => !isMeant(each));
  if (other === undefined) return;
  throw new FleetError(
    `tenant ${other.externalId} is in stack ${other.from} and belongs to ${other.to} by the shard map and its file: subaccounts fleet move, without a tenant, moves all of these`,
  );
}

/** A stack with changes of its own would change more than a marker. */
export async function refuseChanged({ stacks }: Context, { stack, inputs, tenants }: Target): Promise<void> {
  const kept = await stacks.kept(stack);
  if (kept === undefined ? tenants.length === 0 : kept.state === "done" && kept.inputs === inputs) return;
  throw new FleetError(
    `stack ${stack} has changes that no up has made yet: run subaccounts fleet up before tenants are moved`,
  );
}
