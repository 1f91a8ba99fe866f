import { sideBySide } from "../../provider/core/base/side-by-side";
import type { Engine } from "../engine/engine";
import { hashOf } from "../inputs";
import type { Kept } from "../pulumi/stacks";
import { type Context, recordsOf, type Target } from "./context";
import type { ShardRecord } from "./records";

/** How many stacks are asked at the same time. */
const AT_A_TIME = 8;

/** A shard that has something to do, and why. */
export interface Changed extends Target {
  readonly why: "new" | "changed" | "failed before" | "interrupted" | "due";
}

/**
 * Finds the shards whose inputs differ from those of their last `up` that ended well, or of which a key is due. A shard
 * that the engine does not know is asked by its stack.
 */
export async function changedShards({ targets, stacks, now }: Context, engine: Engine): Promise<Changed[]> {
  const records = await trusted(stacks, await recordsOf<ShardRecord>(engine));
  const all = await sideBySide(AT_A_TIME, targets, async (target): Promise<Changed | undefined> => {
    const record = records.get(target.stack);
    const kept = record?.kept ?? (await stacks.kept(target.stack));
    if (kept === undefined) return target.tenants.length > 0 ? { ...target, why: "new" } : undefined;
    if (record === undefined && kept.state === "done" && kept.inputs === target.inputs) {
      const tenants = target.tenants.map(({ externalId }) => externalId);
      await engine.save("shard", target.stack, { stack: target.stack, kept, tenants } satisfies ShardRecord);
    }
    const why = whyChanged(target, kept, now());
    return why && { ...target, why };
  });
  return all.filter((each) => each !== undefined);
}

/** The engine's copy of the tags. Where its first stack says something else the states may be lost, or others: none is trusted. */
async function trusted(
  stacks: Context["stacks"],
  records: Map<string, ShardRecord>,
): Promise<Map<string, ShardRecord>> {
  const [first] = records.values();
  const isTrue =
    first === undefined || hashOf((await stacks.kept(first.stack)) ?? null) === hashOf(first.kept);
  return isTrue ? records : new Map();
}

function whyChanged({ inputs }: Target, kept: Kept, nowMs: number): Changed["why"] | undefined {
  if (kept.state === "running") return "interrupted";
  if (kept.state === "failed") return "failed before";
  if (kept.inputs !== inputs) return "changed";
  return (kept.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs ? "due" : undefined;
}
