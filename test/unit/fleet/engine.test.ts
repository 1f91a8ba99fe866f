import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { embedded } from "../../../fleet/engine/embedded";
import { type Claim, type Engine, LostError, type ShardJob } from "../../../fleet/engine/engine";
import { postgres as open, schemaOf } from "../../../fleet/engine/postgres";
import { NO_POSTGRES, type Postgres, postgresPrograms, startPostgres } from "../../support/postgres.mts";
import { startTcpProxy } from "../../support/tcp-proxy";

const programs = postgresPrograms();
const SCHEMA = "fleet_test";
const SOON = { timeout: 30_000 };
const JOB = { run: "20261127-120000-0001", stack: "prod-0" };

describe("an engine on PostgreSQL", { timeout: 60_000 }, () => {
  let postgres: Postgres;
  const engines: Engine[] = [];
  beforeAll(async () => {
    if (programs) postgres = await startPostgres(programs);
  });
  afterAll(() => postgres?.stop());
  beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    postgres?.run(`drop schema if exists ${SCHEMA} cascade`);
  });

  const engine = async () => {
    const opened = await open({ url: postgres.url, schema: SCHEMA, fleet: "5f0c6a9e", isWorker: true });
    engines.push(opened);
    return opened;
  };
  /** Works until the first shard's handler has ended. */
  const atFirstShard = async (own: Engine, handle: (claim: Claim<ShardJob>) => Promise<void>) => {
    const stop = new AbortController();
    let failure: unknown;
    const shard = async (claim: Claim<ShardJob>) => {
      await handle(claim).catch((error: unknown) => {
        failure = error;
      });
      stop.abort();
      return "done" as const;
    };
    await own.work(
      { shard, gate: async () => {} },
      { parallel: 1, ignored: new Set(), stop: stop.signal, log: () => {} },
    );
    return failure;
  };
  const count = (condition: string) => postgres.run(`select count(*) from ${SCHEMA}.job where ${condition}`);

  it("saves nothing under a claim that another worker has by now", async () => {
    const own = await engine();
    await own.enqueue([JOB]);
    const failure = await atFirstShard(own, async (claim) => {
      await claim.save("result", "before", { is: "saved" });
      postgres.run(`update ${SCHEMA}.job set retry_count = retry_count + 1 where name = 'fleet-shards'`);
      await claim.save("result", "after", { is: "late" });
    });
    expect(failure).toBeInstanceOf(LostError);
    expect(await own.records("result")).toEqual([{ is: "saved" }]);
    // Nor does it complete the job.
    expect(count("name = 'fleet-shards' and state = 'active'")).toBe("1");
  });

  it("has one job for each stack, whichever run asks for it", async () => {
    const [one, other] = [await engine(), await engine()];
    await Promise.all([
      one.enqueue([JOB]),
      other.enqueue([
        { ...JOB, run: "another" },
        { ...JOB, stack: "prod-1" },
      ]),
    ]);
    expect(count("name = 'fleet-shards'")).toBe("2");
  });

  it("looks at each run once at a time", async () => {
    const own = await engine();
    for (const looks of [0, 1]) await own.await({ run: JOB.run, wave: 0, looks }, 5);
    await own.await({ run: "another", wave: 0, looks: 0 }, 5);
    expect(count("name = 'fleet-gates'")).toBe("2");
  });

  it("changes a record only from what it was", async () => {
    const [one, other] = [await engine(), await engine()];
    expect(await one.replace("run", "a", undefined, { wave: 0, state: "running" })).toBe(true);
    expect(await other.replace("run", "a", undefined, { wave: 9, state: "running" })).toBe(false);
    const before = await one.record<object>("run", "a");
    expect(await other.replace("run", "a", before, { wave: 1, state: "running" })).toBe(true);
    expect(await one.replace("run", "a", before, { wave: 2, state: "running" })).toBe(false);
    expect(await one.records("run", "", { state: "running" })).toEqual([{ wave: 1, state: "running" }]);
    expect(await one.records("run", "", { state: "paused" })).toEqual([]);
  });

  it("takes all shards of a run out of the queue, however many", async () => {
    const own = await engine();
    await own.enqueue(Array.from({ length: 1500 }, (_, index) => ({ ...JOB, stack: `prod-${index}` })));
    await own.cancel(JOB.run);
    expect(count("state < 'active'")).toBe("0");
  });

  it("has a stack claimed by a command or by a run, and not by both", async () => {
    const [one, other] = [await engine(), await engine()];
    const held = await one.claim(JOB.stack);
    expect(await other.claim(JOB.stack)).toBeUndefined();
    await other.enqueue([JOB]);
    expect(await other.holderOf(JOB.stack)).toBe("move");
    await held?.release();
    expect(await other.holderOf(JOB.stack)).toBeUndefined();
    await other.enqueue([JOB]);
    expect(await one.claim(JOB.stack)).toBeUndefined();
    expect(await one.holderOf(JOB.stack)).toBe(JOB.run);
  });

  it("goes on once its database is there again, and closes while it is not", async () => {
    const proxy = await startTcpProxy(Number(new URL(postgres.url).port));
    try {
      const url = postgres.url.replace(/:\d+\//, `:${proxy.port}/`);
      const own = await open({ url, schema: SCHEMA, fleet: "5f0c6a9e", isWorker: true });
      const lines: string[] = [];
      const stop = new AbortController();
      const work = own.work(
        { shard: async () => "done", gate: async () => {} },
        { parallel: 1, ignored: new Set(), stop: stop.signal, log: (line) => lines.push(line) },
      );
      proxy.part("drop");
      await expect
        .poll(() => lines, SOON)
        .toEqual([
          expect.stringMatching(
            /^the engine's database cannot be reached \(.+\): no shard is begun until it can$/,
          ),
        ]);
      proxy.heal();
      await expect.poll(() => lines, SOON).toContain("the engine's database can be reached again");
      proxy.part("stall");
      stop.abort();
      await work;
      await own.close();
    } finally {
      await proxy.close();
    }
  });

  it("has a schema with the fleet's name, short enough for PostgreSQL", () => {
    expect(schemaOf({ name: "Tenants", stack: "prod.eu-1" })).toBe("fleet_tenants_prod_eu_1");
    const long = [1, 2].map((stack) => schemaOf({ name: "t".repeat(60), stack: `prod-${stack}` }));
    expect(new Set(long).size).toBe(2);
    for (const schema of long) expect(schema).toMatch(/^fleet_t{25}_[0-9a-f]{8}$/);
  });
});

it("an engine in a folder takes back the claims of a killed process, however many jobs have ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-engine-"));
  try {
    const first = await embedded(folder);
    const jobs = Array.from({ length: 1000 }, (_, index) => ({ ...JOB, stack: `prod-${index}` }));
    await first.enqueue(jobs);
    await first.cancel(JOB.run);
    await first.enqueue([{ ...JOB, run: "killed" }]);
    await first.executeSql("update pgboss.job set state = 'active' where data->>'run' = 'killed'");
    await first.close();
    const next = await embedded(folder);
    const { rows } = await next.executeSql("select state from pgboss.job where data->>'run' = 'killed'");
    expect(rows).toEqual([{ state: "retry" }]);
    await next.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
