import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, type Held, LostError, MOVE } from "../engine/engine";
import { type Lease, leaseOfAll } from "../engine/lease";
import { FleetError } from "../fleet-error";
import { endGroup } from "../process";
import type { EditClaims } from "../pulumi/state-edits";
import type { Context } from "../run/context";
import type { Attempt } from "../run/locks";
import { type Holder, InterruptedError, isLeftLocked, signalsOf } from "../run/shard-up";

/** How often a stack that is not free is asked for, in ms. */
const ASKED_MS = 1000;

/** The claims of a command on stacks, which no run and no other command has meanwhile. */
export class Hold {
  /** Aborted once the command is to end, or a claim is lost. */
  readonly ended: AbortSignal;
  readonly #lease: Lease;
  readonly #holders: ReadonlyMap<string, Holder>;

  private constructor(lease: Lease, stop: AbortSignal, holders: ReadonlyMap<string, Holder>) {
    this.ended = AbortSignal.any([stop, lease.lost]);
    this.#lease = lease;
    this.#holders = holders;
  }

  /**
   * Claims stacks, and does something with them. One that is not free is waited for; in the order of their names, so that no
   * two commands wait for each other.
   *
   * @throws FleetError where a claim is lost meanwhile: no further state is changed
   */
  static async with<Result>(
    context: Pick<Context, "log">,
    engine: Engine,
    stacks: Iterable<string>,
    stop: AbortSignal,
    body: (hold: Hold) => Promise<Result>,
  ): Promise<Result> {
    const held = new Map<string, Held>();
    const lost = () => [...held.values()].some(({ claim }) => claim.lease.lost.aborted);
    try {
      for (const stack of [...new Set(stacks)].sort())
        held.set(stack, await claimed(context, engine, stack, stop));
      if (lost()) throw new LostError();
      return await body(await Hold.#of(engine, held, stop));
    } catch (error) {
      if (!lost() && !(error instanceof LostError)) throw error;
      throw new FleetError(
        "the claim on the stacks is lost, since this process stood still or could not reach the engine's database: no further state is changed. Run the command again, which finishes what it has begun",
      );
    } finally {
      for (const { release } of held.values()) await release();
    }
  }

  static async #of(engine: Engine, held: ReadonlyMap<string, Held>, stop: AbortSignal): Promise<Hold> {
    const lease = leaseOfAll([...held.values()].map(({ claim }) => claim.lease));
    const holders = new Map<string, Holder>();
    for (const [stack, { claim }] of held) {
      const earlier = await engine.records<Attempt>("attempt", `${stack}/`);
      // Processes of a killed command may still run on this machine.
      for (const { group } of earlier) await endGroup(group);
      holders.set(stack, { engine, claim: { ...claim, lease }, earlier, stop });
    }
    return new Hold(lease, stop, holders);
  }

  has(stack: string): boolean {
    return this.#holders.has(stack);
  }

  /** @throws FleetError where the stack is not claimed */
  of(stack: string): Holder {
    const holder = this.#holders.get(stack);
    if (holder) return holder;
    throw new FleetError(
      `stack ${stack} has become part of this meanwhile, by a change of another machine: run the command again`,
    );
  }

  /** The claims of a command that changes the states of some of the stacks. */
  editing(context: Context, stacks: readonly [string, ...string[]]): EditClaims {
    const [first, ...others] = stacks.map((stack) => this.of(stack)) as [Holder, ...Holder[]];
    const holders = [first, ...others];
    const earlier = holders.flatMap((holder) => holder.earlier);
    return {
      lease: first.claim.lease,
      started: async (processes) => {
        for (const holder of holders)
          await signalsOf(context, holder, holder.claim.job.stack).started(processes);
      },
      isLeftLocked: (ended) => isLeftLocked(ended, { ...first, earlier }),
    };
  }

  /** @throws InterruptedError once the command is to end @throws LostError once a claim is lost */
  refuseEnded(): void {
    if (this.#lease.lost.aborted) throw new LostError();
    if (this.ended.aborted) throw new InterruptedError();
  }
}

async function claimed(
  { log }: Pick<Context, "log">,
  engine: Engine,
  stack: string,
  stop: AbortSignal,
): Promise<Held> {
  let told: string | undefined;
  for (;;) {
    const held = await engine.claim(stack);
    if (held) return held;
    const run = await engine.holderOf(stack);
    if (run !== undefined && run !== told) log(`waiting for stack ${stack}: ${whose(run)}`);
    told = run ?? told;
    await sleep(ASKED_MS, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) throw new InterruptedError();
  }
}

function whose(run: string): string {
  if (run === MOVE) return "another move, split or gc has it, or was killed within the last seconds";
  return `run ${run} has it, of which subaccounts fleet status ${run} shows how far it is`;
}
