import type { Claim, Engine, GateJob } from "../engine/engine";
import type { Run, ShardResult, Wave } from "./records";
import { changeRun } from "./run-state";

/** Seconds between two looks at a wave that is worked on. */
const LOOK_S = 1;
/** Every so many looks the shards that are left are queued again: one may have been busy for another run. */
const QUEUED_AGAIN = 10;

/** Looks at the waves of runs: queues their shards, and counts results. */
export class Gates {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #log: (line: string) => void;

  constructor(
    engine: Engine,
    { now, log }: { readonly now: () => number; readonly log: (line: string) => void },
  ) {
    this.#engine = engine;
    this.#now = now;
    this.#log = log;
  }

  /** Looks at a run, and has it be looked at again until it has ended. */
  async look({ job }: Pick<Claim<GateJob>, "job">): Promise<void> {
    const run = await this.#engine.record<Run>("run", job.run);
    const wave = run?.waves[run.wave];
    if (run === undefined || run.state !== "running" || wave === undefined) return;
    // A look at an earlier wave is the repetition of one that did not come to an end.
    const looks = job.wave === run.wave ? job.looks : 0;
    const again = (looks: number, seconds: number) =>
      this.#engine.await({ run: run.id, wave: run.wave, looks }, seconds);
    const waitMs = Date.parse(run.notBefore ?? "") - this.#now();
    if (waitMs > 0) return await again(0, Math.ceil(waitMs / 1000));
    const done = new Set(await this.#engine.keys("result", resultKey(run.id)));
    const left = wave.stacks.filter((stack) => !done.has(resultKey(run.id, stack)));
    if (left.length === 0) return await this.#afterWave(run, wave, await resultsOf(this.#engine, run.id));
    if (looks === 0) this.#tell(run, wave, left.length);
    if (looks % QUEUED_AGAIN === 0) {
      await this.#engine.enqueue(left.map((stack) => ({ run: run.id, stack })));
    }
    await again(looks + 1, LOOK_S);
  }

  #tell({ waves }: Run, { name }: Wave, left: number): void {
    const all = waves.flatMap(({ stacks }) => stacks).length;
    if (waves.length > 1) this.#log(`wave ${name}: ${left} of ${all} shards`);
  }

  async #afterWave(run: Run, wave: Wave, results: readonly ShardResult[]): Promise<void> {
    const next = nextOf(run, wave, results, this.#now());
    const changed = await changeRun(this.#engine, run.id, (now) =>
      now.state === "running" && now.wave === run.wave ? { ...now, ...next } : undefined,
    );
    if (changed?.state !== "running") return;
    if (changed.wave !== run.wave && wave.waitSeconds > 0)
      this.#log(`wave ${wave.name} is done: the next one begins in ${wave.waitSeconds} s`);
    await this.#engine.await({ run: run.id, wave: changed.wave, looks: 0 }, 0);
  }
}

/** The state of a run after a wave. */
function nextOf(run: Run, wave: Wave, results: readonly ShardResult[], nowMs: number): Partial<Run> {
  const endedAt = new Date(nowMs).toISOString();
  const isLast = run.wave === run.waves.length - 1;
  if (hasTooMany(run, run.wave, results)) {
    const ofWave = results.filter((result) => result.wave === run.wave);
    const tenants = wave.stacks.reduce((sum, stack) => sum + (run.tenants[stack] ?? 0), 0);
    const why = `${failedIn(ofWave)} of ${tenants} tenants of the wave ${wave.name} failed`;
    if (run.when === "pause" && !isLast) return { state: "paused", why, wave: run.wave + 1, endedAt };
    return { state: "stopped", why, endedAt };
  }
  if (isLast) {
    const hasFailed = results.some(({ result }) => result === "failed");
    return { state: hasFailed ? "failed" : "succeeded", endedAt };
  }
  const notBefore = new Date(nowMs + wave.waitSeconds * 1000).toISOString();
  return { wave: run.wave + 1, ...(wave.waitSeconds > 0 ? { notBefore } : {}) };
}

/** The key of the result of a shard; without a stack, the beginning of all those of a run. */
export function resultKey(run: string, stack = ""): string {
  return `${run}/${stack}`;
}

/** Whether more tenants of a wave have failed than are tolerated. @param results those that failed are enough */
export function hasTooMany(run: Run, wave: number, results: readonly ShardResult[]): boolean {
  if (run.kind !== "up") return false;
  const ofWave = results.filter((result) => result.wave === wave);
  return failedIn(ofWave) > (run.waves[wave]?.tolerated ?? 0);
}

/** The results of a run, in the order of their stacks. */
export function resultsOf(engine: Engine, run: string): Promise<ShardResult[]> {
  return engine.records<ShardResult>("result", resultKey(run));
}

function failedIn(results: readonly ShardResult[]): number {
  return results.reduce((sum, { failed }) => sum + failed.length, 0);
}
