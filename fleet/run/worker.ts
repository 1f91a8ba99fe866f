import type { Claim, Engine, GateJob, ShardJob } from "../engine/engine";
import { FleetError } from "../fleet-error";
import type { Context, Target } from "./context";
import type { Run, RunKind, ShardResult } from "./records";
import { writeReport } from "./report-file";
import { refreshShard } from "./shard-refresh";
import { type Ends, InterruptedError, upShard } from "./shard-up";
import { lineOf } from "./summary";
import { toleratedOf } from "./waves";

/** Seconds between two looks at a wave that is worked on. */
const GATE_S = 1;
const REPORT_MS = 1000;

/** Works on the shards and waves of runs. */
export class Worker {
  readonly #context: Context;
  readonly #engine: Engine;
  readonly #byStack: ReadonlyMap<string, Target>;
  /** Aborted from outside, or when the run that it works on has ended. */
  readonly #stop = new AbortController();
  #reportedMs = 0;

  constructor(context: Context, engine: Engine) {
    this.#context = context;
    this.#engine = engine;
    this.#byStack = new Map(context.targets.map((target) => [target.stack, target]));
  }

  /** Works until a run has ended, or `stop` is aborted. @returns the run as it is then */
  async work(run: string, stop: AbortSignal): Promise<Run> {
    const onStop = () => this.#stop.abort();
    if (stop.aborted) onStop();
    stop.addEventListener("abort", onStop);
    try {
      const handlers = {
        shard: (claim: Claim<ShardJob>) => this.#shard(claim, stop),
        gate: (claim: Claim<GateJob>) => this.#gate(claim),
      };
      await this.#engine.work(handlers, {
        parallel: this.#context.fleet.parallel.machine,
        stop: this.#stop.signal,
      });
    } finally {
      stop.removeEventListener("abort", onStop);
    }
    return await this.#run(run);
  }

  async #shard(
    { job: { run: id, stack }, earlier, lost }: Claim<ShardJob>,
    stop: AbortSignal,
  ): Promise<void> {
    const run = await this.#run(id);
    const target = this.#byStack.get(stack);
    if (run.state !== "running" || target === undefined) return;
    const wave = run.waves.findIndex(({ stacks }) => stacks.includes(stack));
    const results = await this.#results(run);
    if (results.some((result) => result.stack === stack)) return;
    const startMs = this.#context.now();
    const outcome = this.#hasTooMany(run, wave, results)
      ? ({ result: "skipped", counts: {}, failed: [] } as const)
      : await this.#attempt(run.kind, target, { stop, lost });
    const result: ShardResult = {
      run: id,
      stack,
      wave,
      ...outcome,
      tenants: target.tenants.length,
      seconds: (this.#context.now() - startMs) / 1000,
      attempt: earlier + 1,
    };
    await this.#engine.save("result", `${id}/${stack}`, result);
    this.#context.log(lineOf(result));
    this.#report(run, [...results, result]);
  }

  /** A failure that is not the loss of the claim is a result: the engine would repeat it for ever. */
  async #attempt(
    kind: RunKind,
    target: Target,
    ends: Ends,
  ): Promise<Pick<ShardResult, "result" | "counts" | "failed">> {
    try {
      if (kind === "up") return await upShard(this.#context, this.#engine, target, ends);
      return await refreshShard(this.#context, this.#engine, target, kind === "drift", ends);
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      const message = this.#context.redactor.clean((error as Error).message);
      const failed = target.tenants.map(({ externalId }) => ({ externalId, message }));
      return { result: "failed", counts: {}, failed };
    }
  }

  async #gate({ job }: Claim<GateJob>): Promise<void> {
    const run = await this.#run(job.run);
    const wave = run.waves[job.wave];
    if (run.state !== "running" || run.wave !== job.wave || wave === undefined) return;
    const results = (await this.#results(run)).filter((result) => result.wave === job.wave);
    const done = new Set(results.map(({ stack }) => stack));
    const left = wave.stacks.filter((stack) => !done.has(stack));
    if (left.length > 0) {
      if (!job.isStarted) {
        if (run.waves.length > 1)
          this.#context.log(
            `wave ${wave.name}: ${left.length} of ${run.waves.flatMap(({ stacks }) => stacks).length} shards`,
          );
        await this.#engine.enqueue(left.map((stack) => ({ run: run.id, stack })));
      }
      await this.#engine.await({ ...job, isStarted: true }, GATE_S);
      return;
    }
    await this.#afterWave(run, results);
  }

  async #afterWave(run: Run, results: readonly ShardResult[]): Promise<void> {
    const { name = "", waitSeconds = 0 } = run.waves[run.wave] ?? {};
    const isLast = run.wave === run.waves.length - 1;
    if (this.#hasTooMany(run, run.wave, results)) {
      const failed = failedIn(results);
      const why = `${failed} of ${tenantsOf(run, run.wave)} tenants of the wave ${name} failed`;
      const isPause = this.#context.fleet.failures.when === "pause" && !isLast;
      await this.#end({ ...run, state: isPause ? "paused" : "stopped", why });
    } else if (isLast) {
      const hasFailed = (await this.#results(run)).some(({ result }) => result === "failed");
      await this.#end({ ...run, state: hasFailed ? "failed" : "succeeded" });
    } else {
      await this.#engine.save("run", run.id, { ...run, wave: run.wave + 1 });
      if (waitSeconds > 0) this.#context.log(`wave ${name} is done: the next one begins in ${waitSeconds} s`);
      await this.#engine.await({ run: run.id, wave: run.wave + 1, isStarted: false }, waitSeconds);
    }
  }

  async #end(run: Run): Promise<void> {
    await this.#engine.save("run", run.id, { ...run, endedAt: new Date(this.#context.now()).toISOString() });
    this.#stop.abort();
  }

  /** At most once a second: of ten thousand shards it is a long text. */
  #report(run: Run, results: readonly ShardResult[]): void {
    const nowMs = this.#context.now();
    if (nowMs - this.#reportedMs < REPORT_MS) return;
    this.#reportedMs = nowMs;
    writeReport(this.#context.fleet, { run, results });
  }

  #hasTooMany(run: Run, wave: number, results: readonly ShardResult[]): boolean {
    if (run.kind !== "up") return false;
    const ofWave = results.filter((result) => result.wave === wave);
    return failedIn(ofWave) > toleratedOf(this.#context.fleet, tenantsOf(run, wave));
  }

  async #run(id: string): Promise<Run> {
    const [run] = await this.#engine.records<Run>("run", id);
    if (run === undefined) throw new FleetError(`there is no run ${id}`);
    return run;
  }

  #results({ id }: Run): Promise<ShardResult[]> {
    return this.#engine.records<ShardResult>("result", `${id}/`);
  }
}

function failedIn(results: readonly ShardResult[]): number {
  return results.reduce((sum, { failed }) => sum + failed.length, 0);
}

function tenantsOf(run: Run, wave: number): number {
  return (run.waves[wave]?.stacks ?? []).reduce((sum, stack) => sum + (run.tenants[stack] ?? 0), 0);
}
