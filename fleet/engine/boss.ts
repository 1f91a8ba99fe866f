import type { JobWithMetadata, PgBoss } from "pg-boss";
import type { Claim, Engine, GateJob, Handlers, Kind, ShardJob } from "./engine";

const SHARDS = "fleet-shards";
const GATES = "fleet-gates";

/** A job that loses its claim is done again, however often that is: an `up` that fails has a result, and loses nothing. */
const RETRIES = 1000;
/** The longest that an `up` may take, in seconds. */
const LONGEST_S = 23 * 3600;
/** A worker that is not heard of for so long has lost its claims, in seconds; the least that pg-boss takes. */
const HEARTBEAT_S = 10;
/** How often workers look for jobs, in seconds; the least that pg-boss takes. */
const POLL_S = 0.5;

const TABLE = "fleet_record";

/** The engine over pg-boss, on PostgreSQL or PGlite. */
export class BossEngine implements Engine {
  readonly #boss: PgBoss;
  readonly #close: () => Promise<void>;

  private constructor(boss: PgBoss, close: () => Promise<void>) {
    this.#boss = boss;
    this.#close = close;
  }

  /** Starts pg-boss. @param close ends what the database needs, after pg-boss has stopped */
  static async start(boss: PgBoss, close: () => Promise<void>): Promise<BossEngine> {
    // Without a listener an error of a maintenance job would end the process; the calls themselves reject.
    boss.on("error", () => {});
    await boss.start();
    const retry = {
      retryLimit: RETRIES,
      retryDelay: 1,
      expireInSeconds: LONGEST_S,
      heartbeatSeconds: HEARTBEAT_S,
    };
    // One at a time per stack, queued or active, by a unique index of the database.
    await boss.createQueue(SHARDS, { policy: "exclusive", ...retry });
    await boss.createQueue(GATES, { ...retry });
    const engine = new BossEngine(boss, close);
    await engine.#sql(
      `create table if not exists ${TABLE} (kind text, key text, record jsonb not null, primary key (kind, key))`,
    );
    return engine;
  }

  /** Takes back the claims of a process that is known to have ended. */
  async release(): Promise<void> {
    for (const queue of [SHARDS, GATES]) {
      const active = (await this.#boss.findJobs(queue)).filter(({ state }) => state === "active");
      if (active.length > 0)
        await this.#boss.fail(
          queue,
          active.map(({ id }) => id),
        );
    }
  }

  async enqueue(jobs: readonly ShardJob[]): Promise<void> {
    const rows = jobs.map((job) => ({ data: job, singletonKey: job.stack }));
    if (rows.length > 0) await this.#boss.insert(SHARDS, rows);
  }

  async await(gate: GateJob, seconds: number): Promise<void> {
    await this.#boss.send(GATES, gate, { startAfter: seconds });
  }

  async work(handlers: Handlers, { parallel, stop }: { parallel: number; stop: AbortSignal }): Promise<void> {
    const options = { includeMetadata: true, pollingIntervalSeconds: POLL_S, batchSize: 1 } as const;
    const claimOf = <Job>({ data, retryCount, signal }: JobWithMetadata<Job>): Claim<Job> => ({
      job: data,
      earlier: retryCount,
      lost: signal,
    });
    await this.#boss.work<ShardJob, void, typeof options & { localConcurrency: number }>(
      SHARDS,
      { ...options, localConcurrency: parallel },
      async ([job]) => job && (await handlers.shard(claimOf(job))),
    );
    await this.#boss.work<GateJob, void, typeof options>(
      GATES,
      options,
      async ([job]) => job && (await handlers.gate(claimOf(job))),
    );
    await aborted(stop);
    await Promise.all([SHARDS, GATES].map((queue) => this.#boss.offWork(queue, { wait: true })));
  }

  async cancel(run: string): Promise<void> {
    for (const queue of [SHARDS, GATES]) {
      const jobs = await this.#boss.findJobs(queue, { data: { run }, queued: true });
      if (jobs.length > 0)
        await this.#boss.cancel(
          queue,
          jobs.map(({ id }) => id),
        );
    }
  }

  async save(kind: Kind, key: string, record: object): Promise<void> {
    await this.#sql(
      `insert into ${TABLE} values ($1, $2, $3::jsonb) on conflict (kind, key) do update set record = excluded.record`,
      [kind, key, JSON.stringify(record)],
    );
  }

  async records<T>(kind: Kind, prefix = ""): Promise<T[]> {
    const text = `select record from ${TABLE} where kind = $1 and starts_with(key, $2) order by key`;
    const { rows } = await this.#sql(text, [kind, prefix]);
    return rows.map(({ record }: { record: T }) => record);
  }

  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return this.#sql(text, values);
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false });
    await this.#close();
  }

  #sql(text: string, values?: unknown[]) {
    return this.#boss.getDb().executeSql(text, values);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
