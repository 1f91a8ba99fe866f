import { type Engine, MOVE } from "../engine/engine";
import { fingerprintOf } from "../fingerprint";
import { FleetError } from "../fleet-error";
import { hashOf } from "../inputs";
import { StateEdits } from "../pulumi/state-edits";
import { type Context, recordsOf } from "../run/context";
import type { MovedRecord, ShardRecord } from "../run/records";
import { locate, type Whereabouts } from "./displaced";
import { Hold } from "./hold";

/**
 * Where the tenants are, by a look at all stacks. What the engine has noted of them becomes what their tags say: a command
 * may have been killed between the two, and other machines have notes of their own.
 */
export async function look(context: Context, engine: Engine): Promise<Whereabouts> {
  const records = await recordsOf<ShardRecord>(engine);
  const moved = await engine.records<MovedRecord>("moved", "", { isOver: false });
  const names = await new StateEdits(context.fleet, context.env).names();
  const found = await locate(context, names);
  for (const { stack, tenants } of context.targets) {
    const kept = found.tags.get(stack);
    const before = records.get(stack);
    if (kept === undefined || hashOf(kept) === hashOf(before?.kept ?? null)) continue;
    const record = { stack, kept, tenants: tenants.map(({ externalId }) => externalId) };
    // Where another process has noted something since, that is the newer one.
    await engine.replace("shard", stack, before, record satisfies ShardRecord);
  }
  const begun = new Set([...found.begun, ...moved.map(({ stack }) => stack)]);
  return { ...found, begun: [...begun].filter((stack) => names.includes(stack)) };
}

/**
 * Claims stacks, and those that hold tenants of another stack or a command that was killed, and does something with them.
 * @throws FleetError where a claim is lost meanwhile
 */
export async function holding<Result>(
  context: Context,
  engine: Engine,
  stacks: readonly string[],
  stop: AbortSignal,
  body: (hold: Hold, found: Whereabouts) => Promise<Result>,
): Promise<Result> {
  const wanted = new Set(stacks);
  for (;;) {
    const done = await Hold.with(context, engine, wanted, stop, async (hold) => {
      refuseOtherFiles(context);
      const found = await look(context, engine);
      const further = (await concerned(engine, found)).filter((stack) => !hold.has(stack));
      if (further.length === 0) return { result: await body(hold, found) };
      for (const stack of further) wanted.add(stack);
      return undefined;
    });
    if (done) return done.result;
  }
}

/** @throws FleetError where the files are not those that the command has read: it may have waited for long */
function refuseOtherFiles({ fleet, fingerprint }: Context): void {
  if (fingerprintOf(fleet) === fingerprint) return;
  throw new FleetError(
    "the files of the fleet were changed while this command waited, and nothing is changed: run it again",
  );
}

/** The stacks that a look has shown something of. One that a run works on is not left by a command that was killed. */
async function concerned(engine: Engine, { displaced, begun }: Whereabouts): Promise<string[]> {
  const left = [];
  for (const stack of begun) {
    const run = await engine.holderOf(stack);
    if (run === undefined || run === MOVE) left.push(stack);
  }
  return [...displaced.flatMap(({ from, to }) => [from, to]), ...left];
}
