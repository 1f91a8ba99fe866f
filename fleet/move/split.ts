import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import { type Context, contextOf, type Target } from "../run/context";
import { mapOf, readTenants } from "../shards";
import { type Fleet, stackOf } from "../shards/file";
import { RANGE } from "../shards/map";
import { withChildren } from "./edit-text";
import { holding, look } from "./look";
import { type Moved, refuseChanged, refuseOthers, settle } from "./move";
import { type Edit, replaceText } from "./pin";

/** Hexadecimal digits that a prefix may have. */
const MOST_DIGITS = 8;

/** Splits a shard into parts of its hash space: the map, the states, and the markers of the accounts. @throws FleetError */
export async function splitShard(
  context: Context,
  engine: Engine,
  shard: string,
  into: number,
  stop: AbortSignal,
): Promise<Moved> {
  const { fleet, targets } = context;
  const target = targets.find(({ name }) => name === shard);
  if (target === undefined) {
    return await holding(context, engine, [], stop, async (hold, before) => {
      const isLeft = [...before.displaced.map(({ from }) => from), ...before.begun].includes(
        stackOf(fleet, shard),
      );
      // Of a split that was killed at its end nothing is left but what it would have said.
      if (isLeft || isSplit(targets, shard, into)) return await settle(context, hold, before);
      throw new FleetError(
        `there is no shard ${shard}: subaccounts fleet shards lists all; one that is split has its parts in ${fleet.shards.map}`,
      );
    });
  }
  const children = partsOf(shard, into);
  refuseNamed(fleet, shard);
  const claimed = [target.stack, ...children.map((child) => stackOf(fleet, child))];
  return await holding(context, engine, claimed, stop, async (hold, before) => {
    refuseOthers(before);
    await refuseChanged(context, target);
    const edit = splitInMap(fleet, shard, children);
    const after = await contextOf(fleet, context);
    const parts = after.targets.filter(({ name, tenants }) => children.includes(name) && tenants.length > 0);
    const stacks = parts.map(({ stack }) => stack);
    return await settle(after, hold, await look(after, engine), [target.stack, ...stacks], [edit]);
  });
}

/** Whether the map has exactly the parts of a shard that it does not have. */
function isSplit(targets: readonly Target[], shard: string, into: number): boolean {
  const names = new Set(targets.map(({ name }) => name));
  return RANGE.test(shard) && partsOf(shard, into).every((part) => names.has(part));
}

/**
 * The parts of a shard: prefixes or ranges of as many digits, or of one more where it has too few.
 * @throws FleetError for a pinned shard
 */
export function partsOf(shard: string, into: number): string[] {
  const [, first, last = first] = RANGE.exec(shard) ?? [];
  if (first === undefined || last === undefined) {
    throw new FleetError(
      `the shard ${shard} has no part of the hash: move its tenants one by one with subaccounts fleet move`,
    );
  }
  let [from, count, digits] = [Number.parseInt(first, 16), Number.parseInt(last, 16) + 1, first.length];
  count -= from;
  while (count % into !== 0) [from, count, digits] = [from * 16, count * 16, digits + 1];
  if (digits > MOST_DIGITS) {
    throw new FleetError(
      `the shard ${shard} cannot be split into ${into}: its parts would need ${digits} digits`,
    );
  }
  const hex = (value: number) => value.toString(16).padStart(digits, "0");
  const size = count / into;
  return Array.from({ length: into }, (_, index) => {
    const [low, high] = [from + index * size, from + (index + 1) * size - 1];
    return low === high ? hex(low) : `${hex(low)}-${hex(high)}`;
  });
}

/** @throws FleetError where a wave or a tenant names the shard */
function refuseNamed(fleet: Fleet, shard: string): void {
  const wave = fleet.waves.find(({ shards }) => shards?.includes(shard));
  if (wave) {
    throw new FleetError(
      `the wave ${wave.name} names the shard ${shard}, which will not be: take it out of the wave, split it, and add its parts`,
    );
  }
  const pinned = [...readTenants(fleet).pins].find(([, pin]) => pin === shard);
  if (pinned === undefined) return;
  throw new FleetError(
    `tenant ${pinned[0]} is pinned to the shard ${shard}, which will not be: take the line shard: out of its entry, or move it to another one`,
  );
}

function splitInMap(fleet: Fleet, shard: string, children: readonly string[]): Edit {
  const file = resolve(fleet.folder, fleet.shards.map);
  const text = readFileSync(file, "utf8");
  const changed = withChildren(text, shard, children);
  if (changed === undefined) {
    throw new FleetError(
      `${fleet.shards.map} has ${shard} in a form that this command does not edit: write ${children.join(", ")} in its place, and run subaccounts fleet move`,
    );
  }
  const edit = replaceText(file, text, changed);
  try {
    mapOf(fleet);
  } catch (error) {
    edit.undo();
    throw error;
  }
  return edit;
}
