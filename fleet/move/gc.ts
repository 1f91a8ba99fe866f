import { sideBySide } from "../../provider/core/base/side-by-side";
import type { Engine } from "../engine/engine";
import { moveBegun } from "../fleet-error";
import { backendUrl, FileBackend, removeFiles } from "../pulumi/backend";
import type { StateResource } from "../pulumi/stacks";
import { isPulumis, StateEdits } from "../pulumi/state-edits";
import type { Context } from "../run/context";
import { isOfFleet } from "./displaced";
import { Hold } from "./hold";

/** The entries and stacks that can go, or went. */
export interface Garbage {
  /** Entries of update histories, by stack. */
  readonly history: readonly { readonly stack: string; readonly updates: number; readonly bytes: number }[];
  /** Why histories are left; undefined where they are not. */
  readonly historyLeft?: string | undefined;
  /** Stacks that the map does not have, and that have no resource of a customer. */
  readonly removed: readonly string[];
  /** Stacks that the map does not have, and why they stay. */
  readonly left: readonly { readonly stack: string; readonly why: string }[];
}

/**
 * Removes old entries of update histories, on a backend in a folder, and empty stacks that the map does not have.
 *
 * @param keep how many entries of a stack stay, the newest ones
 * @throws FleetError while a move has not ended
 */
export async function collectGarbage(
  context: Context,
  engine: Engine,
  { keep, isDry, stop }: { readonly keep: number; readonly isDry: boolean; readonly stop: AbortSignal },
): Promise<Garbage> {
  const { fleet, env, targets } = context;
  const edits = new StateEdits(fleet, env);
  const names = (await edits.names()).filter((name) => isOfFleet(name, fleet));
  const mapped = new Set(targets.map(({ stack }) => stack));
  await refuseMoving(context, names);
  const others = names.filter((name) => !mapped.has(name));
  const url = await backendUrl(context);
  const backend = FileBackend.of(url, fleet.name);
  const history = names.flatMap((stack) => {
    const old = backend?.oldHistory(stack, keep);
    if (!old || old.updates === 0) return [];
    if (!isDry) removeFiles(old.files);
    return [{ stack, updates: old.updates, bytes: old.bytes }];
  });
  const seen = await sideBySide(8, others, async (stack) => {
    const { why } = await emptiness(context, edits, stack);
    return { stack, why: why ?? (isDry ? undefined : await removed(context, engine, edits, stack, stop)) };
  });
  return {
    history,
    historyLeft: backend ? undefined : whyLeft(url),
    removed: seen.filter(({ why }) => why === undefined).map(({ stack }) => stack),
    left: seen.flatMap(({ stack, why }) => (why === undefined ? [] : [{ stack, why }])),
  };
}

/** Removes a stack that is empty still once it is claimed. @returns why it is left */
async function removed(
  context: Context,
  engine: Engine,
  edits: StateEdits,
  stack: string,
  stop: AbortSignal,
): Promise<string | undefined> {
  return await Hold.with(context, engine, [stack], stop, async (hold) => {
    const { why, resources } = await emptiness(context, edits, stack);
    if (why === undefined) await edits.remove(stack, resources, hold.editing(context, [stack]));
    return why;
  });
}

function whyLeft(url: string): string {
  const [kind = ""] = url.split("://");
  if (kind === "https") return "Pulumi Cloud keeps them itself";
  return `${kind}:// is not pruned by this command: give the prefix .pulumi/history/ a rule of the store by age`;
}

/** A stack that is on its way has what another one may need. */
async function refuseMoving({ stacks }: Context, names: readonly string[]): Promise<void> {
  const states = await sideBySide(8, names, async (stack) => ({ stack, kept: await stacks.kept(stack) }));
  const moving = states.find(({ kept }) => kept?.state === "moving");
  if (moving) throw moveBegun(moving.stack);
}

async function emptiness(
  { stacks }: Context,
  edits: StateEdits,
  stack: string,
): Promise<{ readonly why?: string; readonly resources: readonly StateResource[] }> {
  if (!(await edits.isOfFleet(stack))) return { why: "no up of a fleet has made it", resources: [] };
  const state = (await stacks.kept(stack))?.state;
  if (state === "running" || state === "failed")
    return { why: "its last up has not ended well", resources: [] };
  const { resources, pending_operations: pending } = await stacks.deployment(stack);
  const own = resources ?? [];
  const other = own.filter((each) => !isPulumis(each)).length;
  if (other > 0) return { why: `it has ${other} resources: subaccounts fleet move`, resources: own };
  if ((pending ?? []).length > 0)
    return { why: "an operation on it was interrupted: pulumi refresh", resources: own };
  return { resources: own };
}
