import { isObject } from "../provider/core/base/json";
import { sideBySide } from "../provider/core/base/side-by-side";
import { FleetError } from "./fleet-error";
import type { Context } from "./run/context";

/** External id → vendor → id of the account. */
export type FleetDirectory = Readonly<Record<string, unknown>>;

/**
 * Collects the directories of all shards: the output `accounts` of each, which holds ids and no keys.
 * @throws FleetError where a shard with tenants has none, since a part of a directory looks like all of it
 */
export async function directoryOf({
  targets,
  stacks,
}: Pick<Context, "targets" | "stacks">): Promise<FleetDirectory> {
  const all = await sideBySide(8, targets, async ({ stack }) => stacks.outputs(stack));
  const entries = targets.flatMap(({ stack, tenants }, index) => {
    const outputs = all[index];
    const accounts = outputs?.["accounts"];
    if (isObject(accounts)) return Object.entries(accounts);
    if (tenants.length === 0) return [];
    const why =
      outputs === undefined
        ? "is not made yet: run subaccounts fleet up"
        : "has no output accounts: export that of directory(tenants)";
    throw new FleetError(`the directory is not complete: stack ${stack} ${why}`);
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
