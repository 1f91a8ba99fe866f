import type { JobWithMetadata, PgBoss } from "pg-boss";
import { FleetError } from "../fleet-error";
import {
  type Claim,
  type Engine,
  type EngineWorker,
  type GateJob,
  type Handlers,
  type Held,
  MOVE,
  type Schedule,
  type ShardJob,
  type WorkOptions,
} from "./engine";
import { endlessLease, type LeaseTimes, monotonicMs, RenewedLease } from "./lease";
import { ask, Outage } from "./outage";
import { Records } from "./records";

const SHARDS = "fleet-shards";
const GATES = "fleet-gates";
const SCHEDULED = "fleet-scheduled";

/** A job that loses its claim is done again, however often that is: an `up` that fails has a result, and loses nothing. */
const RETRIES = 1000;
/** The longest that an `up` may take, in seconds. */
const LONGEST_S = 23 * 3600;

/** States of a job that waits. */
const QUEUED = ["created", "retry"];

/** The priority of the job of a command, by which the command gets it and no shard of a run. */
const COMMANDS = 1;

/** How jobs are claimed. */
export interface ClaimTimes {
  /** How often workers look for jobs, in ms. */
  readonly pollMs: number;
  /** A worker that is not heard of for so long loses its claims; absent where there is no other worker. */
  readonly heartbeatSeconds?: number;
  /** How a worker keeps its claims, and when it gives them up by itself. */
  readonly lease?: LeaseTimes;
}

/** The engine over pg-boss, on PostgreSQL or PGlite. */
export class BossEngine extends Records implements Engine {
  readonly #boss: PgBoss;
  readonly #times: ClaimTimes;
  readonly #close: () => Promise<void>;

  private constructor(boss: PgBoss, schema: string, times: ClaimTimes, close: () => Promise<void>) {
    super(schema, (text, values) => boss.getDb().executeSql(text, values));
    this.#boss = boss;
    this.#times = times;
    this.#close = close;
  }

  /** Starts pg-boss. @param close ends what the database needs, after pg-boss has stopped */
  static async start(
    boss: PgBoss,
    schema: string,
    times: ClaimTimes,
    close: () => Promise<void> = async () => {},
  ): Promise<BossEngine> {
    // Without a listener an error of a maintenance job would end the process; the calls themselves reject.
    boss.on("error", () => {});
    await boss.start();
    const { heartbeatSeconds } = times;
    const retry = {
      retryLimit: RETRIES,
      retryDelay: 1,
      expireInSeconds: LONGEST_S,
      ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    };
    // One at a time per stack, queued or active, by a unique index of the database.
    await boss.createQueue(SHARDS, { policy: "exclusive", ...retry });
    // One that waits and one that is active per run.
    await boss.createQueue(GATES, { policy: "stately", ...retry });
    await boss.createQueue(SCHEDULED, { policy: "stately", ...retry });
    const engine = new BossEngine(boss, schema, times, close);
    await engine.makeTable();
    return engine;
  }

  get isShared(): boolean {
    return this.#times.lease !== undefined;
  }

  /** Takes back the claims of a process that is known to have ended. */
  async release(): Promise<void> {
    for (const queue of [SHARDS, GATES, SCHEDULED]) {
      const ids = (await this.jobsIn(queue, ["active"])).map(({ id }) => id);
      if (ids.length > 0) await this.#boss.fail(queue, ids);
    }
  }

  async enqueue(jobs: readonly ShardJob[]): Promise<void> {
    const rows = jobs.map((job) => ({ data: job, singletonKey: job.stack, group: { id: job.run } }));
    if (rows.length > 0) await ask(() => this.#boss.insert(SHARDS, rows));
  }

  async await(gate: GateJob, seconds: number): Promise<void> {
    await ask(() => this.#boss.send(GATES, gate, { startAfter: seconds, singletonKey: gate.run }));
  }

  async work(handlers: Handlers, options: WorkOptions): Promise<void> {
    const outage = new Outage(options);
    const shards = () =>
      this.#poll<ShardJob>(SHARDS, outage, {
        fetch: () => ({
          ...(options.total === undefined ? {} : { groupConcurrency: options.total }),
          ignoreGroups: [...options.ignored],
        }),
        handle: async (claim) => (await handlers.shard(claim)) === "done",
      });
    const gates = this.#poll<GateJob>(GATES, outage, {
      fetch: () => ({}),
      handle: (claim) => handlers.gate(claim).then(() => true),
    });
    const scheduled = this.#poll(SCHEDULED, outage, {
      fetch: () => ({}),
      handle: async () => handlers.scheduled?.().then(() => true) ?? true,
    });
    await Promise.all([...Array.from({ length: options.parallel }, shards), gates, scheduled]);
    outage.refuse();
  }

  async claim(stack: string): Promise<Held | undefined> {
    const askedMs = monotonicMs();
    const data: ShardJob = { run: MOVE, stack };
    // Without a repetition: when its process is lost the stack is free.
    const row = { data, singletonKey: stack, priority: COMMANDS, retryLimit: 0 };
    await ask(() => this.#boss.insert(SHARDS, [row]));
    const options = { includeMetadata: true, batchSize: 1, minPriority: COMMANDS } as const;
    const [job] = await ask(() => this.#boss.fetch<ShardJob>(SHARDS, options));
    if (job === undefined) return undefined;
    const { claim, attempt, stop } = this.#claimOf(SHARDS, job, askedMs);
    const release = async () => {
      stop();
      await this.#boss.complete(SHARDS, attempt).catch(() => {});
    };
    if (job.data.stack === stack) return { claim, release };
    // That of another command, which asks for it again.
    await release();
    return undefined;
  }

  async holderOf(stack: string): Promise<string | undefined> {
    const [job] = await this.jobsIn(SHARDS, [...QUEUED, "active"], { stack });
    return job?.run;
  }

  async cancel(run: string): Promise<void> {
    const ids = (await this.jobsIn(SHARDS, QUEUED, { run })).map(({ id }) => id);
    if (ids.length > 0) await ask(() => this.#boss.cancel(SHARDS, ids));
  }

  async schedule(schedule: Schedule | undefined): Promise<void> {
    if (schedule === undefined) return await ask(() => this.#boss.unschedule(SCHEDULED));
    const { at, timeZone: tz } = schedule;
    try {
      this.#boss.previewSchedule(at, { tz, count: 1 });
    } catch {
      throw new FleetError(
        `drift.at of fleet.yaml is ${at}, which is no time as in crontab: write five fields, such as 0 3 * * * for three at night`,
      );
    }
    await ask(() => this.#boss.schedule(SCHEDULED, at, null, { tz, missed: "once" }));
  }

  async workers(): Promise<EngineWorker[]> {
    const all = this.isShared ? await ask(() => this.#boss.getInstances()) : [];
    return all
      .filter(({ live }) => live)
      .map(({ host, pid, startedOn }) => ({ host, pid, startedAt: startedOn.toISOString() }));
  }

  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return ask(() => this.#boss.getDb().executeSql(text, values));
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false }).catch(() => {});
    await this.#close();
  }

  /** Claims the jobs of a queue one by one. @param handle resolves with false to give the job back */
  async #poll<Job>(
    queue: string,
    outage: Outage,
    {
      fetch,
      handle,
    }: {
      readonly fetch: () => { readonly groupConcurrency?: number; readonly ignoreGroups?: string[] };
      readonly handle: (claim: Claim<Job>) => Promise<boolean>;
    },
  ): Promise<void> {
    while (!outage.isOver()) {
      const askedMs = monotonicMs();
      const [job] =
        (await outage.watch(() =>
          this.#boss.fetch<Job>(queue, { includeMetadata: true, batchSize: 1, ...fetch() }),
        )) ?? [];
      if (job === undefined) await outage.pause(this.#times.pollMs);
      else await this.#attempt(queue, job, askedMs, handle);
    }
  }

  /** A completion or failure that does not reach the database leaves the claim to end by its missing heartbeat. */
  async #attempt<Job>(
    queue: string,
    job: JobWithMetadata<Job>,
    askedMs: number,
    handle: (claim: Claim<Job>) => Promise<boolean>,
  ): Promise<void> {
    const { claim, attempt, stop } = this.#claimOf(queue, job, askedMs);
    try {
      if (await handle(claim)) await this.#boss.complete(queue, attempt);
      else await this.#boss.fail(queue, attempt);
    } catch {
      await this.#boss.fail(queue, attempt).catch(() => {});
    } finally {
      stop();
    }
  }

  /** The claim of a job that was fetched, and how to end its renewals. */
  #claimOf<Job>(queue: string, { id, retryCount, data }: JobWithMetadata<Job>, askedMs: number) {
    const attempt = { id, retryCount };
    // The number is not in pg-boss's types; without it no claim would hold.
    const renew = async () =>
      ((await this.#boss.touch(queue, attempt)) as { readonly affected?: number }).affected === 1;
    const { lease: times } = this.#times;
    const lease = times && new RenewedLease(renew, askedMs, times);
    const claim: Claim<Job> = {
      job: data,
      id: `${id}.${retryCount}`,
      lease: lease ?? endlessLease(),
      save: (...record) => this.saveAs({ queue, ...attempt }, ...record),
    };
    return { claim, attempt, stop: () => lease?.stop() };
  }
}
