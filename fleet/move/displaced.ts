import { sideBySide } from "../../provider/core/base/side-by-side";
import { hashOf } from "../inputs";
import type { Kept } from "../pulumi/stacks";
import type { Context, Target } from "../run/context";
import type { Fleet } from "../shards/file";
import { type StateTenant, tenantsIn } from "./tenants";

/** How many stacks are read at the same time. */
const AT_A_TIME = 8;

/** A tenant whose accounts are in the state of another stack than the one that its file and the shard map say. */
export interface Displaced {
  readonly externalId: string;
  readonly from: string;
  readonly to: string;
}

/** Where the tenants of a fleet are. */
export interface Whereabouts {
  /** The tag of each stack that there is. */
  readonly tags: ReadonlyMap<string, Kept>;
  readonly displaced: readonly Displaced[];
  /** Stacks with a move or an `up` that was killed. */
  readonly begun: readonly string[];
}

/** The hash by which it is seen, without its state, which tenants a stack has. */
export function tenantsHash(externalIds: readonly string[]): string {
  return hashOf([...externalIds].sort());
}

/** The tenants of some states that belong to other stacks. */
export function displacedAmong(
  targets: Context["targets"],
  states: ReadonlyMap<string, readonly StateTenant[]>,
): Displaced[] {
  const homes = new Map(targets.flatMap((target) => idsOf(target).map((id) => [id, target.stack] as const)));
  return [...states].flatMap(([from, tenants]) =>
    tenants.flatMap(({ externalId }) => {
      const to = homes.get(externalId);
      return to === undefined || to === from ? [] : [{ externalId, from, to }];
    }),
  );
}

/** Looks for displaced tenants in each stack whose tag does not say that it has the tenants of its files. */
export async function locate(context: Context, names: readonly string[]): Promise<Whereabouts> {
  const { targets, stacks, fleet } = context;
  const known = new Map(targets.map((target) => [target.stack, target]));
  const there = names.filter((name) => known.has(name) || isOfFleet(name, fleet));
  const tags = await sideBySide(AT_A_TIME, there, async (stack) => ({
    stack,
    kept: await stacks.kept(stack),
  }));
  const unsure = tags.filter(({ stack, kept }) => {
    const target = known.get(stack);
    return target === undefined || kept?.tenants !== tenantsHash(idsOf(target));
  });
  const states = await statesOf(
    context,
    unsure.map(({ stack }) => stack),
  );
  return {
    tags: new Map(tags.flatMap(({ stack, kept }) => (kept ? [[stack, kept] as const] : []))),
    displaced: displacedAmong(targets, states),
    begun: tags
      .filter(({ kept }) => kept?.state === "moving" || kept?.state === "running")
      .map(({ stack }) => stack),
  };
}

/** The tenants of some stacks, by their states. */
export async function statesOf(
  { stacks }: Pick<Context, "stacks">,
  names: readonly string[],
): Promise<Map<string, StateTenant[]>> {
  const states = await sideBySide(
    AT_A_TIME,
    names,
    async (stack) => [stack, tenantsIn(await stacks.resources(stack))] as const,
  );
  return new Map(states);
}

export function idsOf({ tenants }: Pick<Target, "tenants">): string[] {
  return tenants.map(({ externalId }) => externalId);
}

/** Whether a stack is named like one of a fleet. */
export function isOfFleet(stack: string, { stack: prefix }: Pick<Fleet, "stack">): boolean {
  return stack.startsWith(`${prefix}-`);
}
