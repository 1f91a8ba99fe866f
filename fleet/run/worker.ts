import { setTimeout as sleep } from "node:timers/promises";
import { type Claim, type Engine, EngineError, LostError, type ShardJob } from "../engine/engine";
import { FleetError, moveBegun } from "../fleet-error";
import { type Context, reread, type Target } from "./context";
import { Gates, hasTooMany, resultKey, resultsOf } from "./gates";
import type { Attempt } from "./locks";
import type { MovedRecord, Run, ShardResult } from "./records";
import { writeReport } from "./report-file";
import { endOf } from "./run-state";
import { refreshShard } from "./shard-refresh";
import { type Holder, InterruptedError, type Outcome, upShard } from "./shard-up";
import { lineOf } from "./summary";

const LOOK_MS = 1000;
const REPORT_MS = 1000;

/** How a worker is to work. */
export interface WorkerOptions {
  /** Ends the work: calls under way may finish. */
  readonly stop: AbortSignal;
  /** Ends the work when this resolves with true; asked once a second. */
  readonly isOver: () => Promise<boolean>;
  readonly scheduled?: (() => Promise<void>) | undefined;
}

/** Works on the shards and waves of runs. */
export class Worker {
  readonly #engine: Engine;
  readonly #gates: Gates;
  /** Runs that were started with other inputs than this worker has. */
  readonly #foreign = new Set<string>();
  #context: Context;
  #reportedMs = 0;

  constructor(context: Context, engine: Engine) {
    this.#context = context;
    this.#engine = engine;
    this.#gates = new Gates(engine, context);
  }

  /** Runs of which this worker has met a shard that it left, since its own inputs are other ones. */
  get foreign(): ReadonlySet<string> {
    return this.#foreign;
  }

  /** Works until it is over, or stopped. */
  async work({ stop, isOver, scheduled }: WorkerOptions): Promise<void> {
    const over = new AbortController();
    const ends = AbortSignal.any([stop, over.signal]);
    const look = async () => {
      while (!ends.aborted) {
        if (this.#foreign.size > 0) await this.#reread();
        if (await isOver().catch(() => false)) over.abort();
        else await sleep(LOOK_MS, undefined, { signal: ends }).catch(() => {});
      }
    };
    const { machine, total } = this.#context.fleet.parallel;
    const work = this.#engine.work(
      {
        shard: (claim) => this.#shard(claim, stop),
        gate: async (claim) => {
          await this.#gates.look(claim);
          if (await isOver()) over.abort();
        },
        ...(scheduled ? { scheduled } : {}),
      },
      { parallel: machine, total, ignored: this.#foreign, stop: ends, log: this.#context.log },
    );
    await Promise.all([look(), work.finally(() => over.abort())]);
  }

  async #shard(claim: Claim<ShardJob>, stop: AbortSignal): Promise<"done" | "foreign"> {
    const { run: id, stack } = claim.job;
    const { log } = this.#context;
    const run = await this.#engine.record<Run>("run", id);
    if (run?.state !== "running") return "done";
    const target = await this.#targetOf(run, stack);
    if (target === undefined) return "foreign";
    if (await this.#engine.record<ShardResult>("result", resultKey(id, stack))) return "done";
    const earlier = await this.#engine.records<Attempt>("attempt", `${stack}/`);
    await this.#context.beginRun?.(id);
    const end = endOf(this.#engine, id);
    try {
      const holder = { engine: this.#engine, claim, earlier, stop: AbortSignal.any([stop, end.signal]) };
      await this.#run(run, target, holder);
    } catch (error) {
      if (error instanceof LostError) log(`the claim of ${stack} is lost: another worker repeats it`);
      // Of a run that has ended or paused nothing is to be done again.
      if (!(error instanceof InterruptedError && end.signal.aborted)) throw error;
    } finally {
      end.stop();
    }
    return "done";
  }

  /** A shard of a run, where this worker has the inputs that the run was started with. */
  async #targetOf(run: Run, stack: string): Promise<Target | undefined> {
    await this.#reread();
    const target = this.#ownTarget(run, stack);
    if (target || this.#foreign.has(run.id)) return target;
    this.#context.log(
      `run ${run.id} was started with other files or versions than this worker has: its shards are left to others (${stack})`,
    );
    this.#foreign.add(run.id);
    return undefined;
  }

  #ownTarget({ readAt, inputsOf }: Run, stack: string): Target | undefined {
    const target = this.#context.targets.find((each) => each.stack === stack);
    const inputs = target && this.#context.inputsAt(target, Date.parse(readAt));
    return target && inputs !== undefined && inputs === inputsOf[stack] ? { ...target, inputs } : undefined;
  }

  /** Files that are wrong, as while they are written, are those of no run. */
  async #reread(): Promise<void> {
    const before = this.#context;
    try {
      this.#context = await reread(before);
    } catch (error) {
      if (before.targets.length === 0) return;
      this.#context = { ...before, targets: [] };
      before.log((error as Error).message);
    }
    if (this.#context !== before) this.#foreign.clear();
  }

  async #run(run: Run, target: Target, holder: Holder): Promise<void> {
    const { stack, tenants } = target;
    const { now, log } = this.#context;
    const wave = run.waves.findIndex(({ stacks }) => stacks.includes(stack));
    const startMs = now();
    const failed = await this.#engine.records<ShardResult>("result", resultKey(run.id), { result: "failed" });
    const outcome = hasTooMany(run, wave, failed)
      ? ({ result: "skipped", counts: {}, failed: [] } as const)
      : await this.#attempt(run, target, holder);
    const result: ShardResult = {
      run: run.id,
      stack,
      wave,
      ...outcome,
      tenants: tenants.length,
      seconds: (now() - startMs) / 1000,
      attempt: holder.earlier.filter((earlier) => earlier.run === run.id).length + 1,
    };
    await holder.claim.save("result", resultKey(run.id, stack), result);
    log(lineOf(result));
    await this.#report(run);
  }

  /** A failure that is not the loss of the claim is a result: the engine would repeat it for ever. */
  async #attempt(run: Run, target: Target, holder: Holder): Promise<Outcome> {
    try {
      if (run.kind !== "drift") await this.#refuseMoved(run, target.stack);
      if (run.kind !== "up") return await refreshShard(this.#context, holder, target, run);
      return await upShard(this.#context, holder, target, async () => {
        await this.#reread();
        return this.#ownTarget(run, target.stack) !== undefined;
      });
    } catch (error) {
      if (error instanceof InterruptedError || error instanceof EngineError) throw error;
      const message = this.#context.redactor.clean((error as Error).message);
      const failed = target.tenants.map(({ externalId }) => ({ externalId, message }));
      return { result: "failed", counts: {}, failed };
    }
  }

  /** @throws FleetError where tenants were moved since the run began: its files may have them where they are no more */
  async #refuseMoved({ kind, moved: before = {} }: Run, stack: string): Promise<void> {
    const moved = await this.#engine.record<MovedRecord>("moved", stack);
    if (moved?.isOver === false) throw moveBegun(stack);
    if (kind !== "up" || moved?.id === before[stack]) return;
    throw new FleetError(
      `tenants of stack ${stack} were moved since this run began: take the files of that move, and run subaccounts fleet up again`,
    );
  }

  /** At most once a second: of ten thousand shards it is a long text. */
  async #report(run: Run): Promise<void> {
    const nowMs = this.#context.now();
    if (this.#engine.isShared || nowMs - this.#reportedMs < REPORT_MS) return;
    this.#reportedMs = nowMs;
    writeReport(this.#context.fleet, { run, results: await resultsOf(this.#engine, run.id) });
  }
}
