import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeFleet } from "../../support/fake-fleet";
import { sharedDatabase } from "../../support/shared-database";

const SOON = { timeout: 50_000 };

describe("a fleet on many machines", { timeout: 120_000 }, () => {
  const database = sharedDatabase();
  let fake: FakeFleet;
  beforeEach(() => {
    fake = new FakeFleet();
    database.share(fake);
  });
  afterEach(() => fake?.dispose());

  it("leaves the shards of a run to workers that have its files, and takes them once it has these", async () => {
    cpSync(join(fake.folder, "program"), join(fake.folder, "other"), { recursive: true });
    fake.edit("tiers.yaml", "creditLimit: 500", "creditLimit: 501", "other");
    await fake.run("up", "--detach");
    const other = fake.start(["work", "--until-empty"], "other");
    const { exitCode, output } = await other.done;
    expect([exitCode, fake.calls()]).toEqual([1, []]);
    expect(output).toMatch(
      /run \S+ was started with other files or versions than this worker has: its shards are left to others \(prod-canary\)/,
    );
    const mended = fake.start(["work"], "other");
    await expect.poll(() => mended.output(), SOON).toContain("its shards are left to others");
    fake.edit("tiers.yaml", "creditLimit: 501", "creditLimit: 500", "other");
    await expect.poll(() => mended.output(), SOON).toMatch(/prod-b-f succeeded/);
    expect(mended.output()).toContain("prod-canary succeeded: 2 created, 2 tenants, ");
  });

  it("sees a changed fleet.yaml, and takes nothing while its files are wrong, which it says once", async () => {
    cpSync(join(fake.folder, "program"), join(fake.folder, "other"), { recursive: true });
    fake.edit("fleet.yaml", "tiers: tiers.yaml", "tiers: tiers.yaml\ninputs: [shards.yaml]");
    const { output } = await fake.run("up", "--detach");
    const worker = fake.start(["work"], "other");
    await expect.poll(() => worker.output(), SOON).toContain("its shards are left to others");
    fake.edit("fleet.yaml", "tiers: tiers.yaml", "tiers: tiers.yaml\nstacks: prod", "other");
    await expect.poll(() => worker.output(), SOON).toContain("stacks is not a known setting");
    database.postgres.run(AFTER_THREE_POLLS);
    expect(worker.output().match(/its shards are left to others/g)?.length).toBeLessThanOrEqual(2);
    fake.edit("fleet.yaml", "stacks: prod", "inputs: [shards.yaml]", "other");
    await expect.poll(() => worker.output(), SOON).toMatch(/prod-b-f succeeded/);
    await expect
      .poll(async () => (await fake.run("status", idIn(output))).output, SOON)
      .toMatch(/\(up\) succeeded/);
  });

  it("pauses a run from another machine: the calls under way end, and it goes on where it was", async () => {
    fake.make("hang", "prod-canary");
    const worker = fake.start(["work"]);
    const run = idIn((await fake.run("up", "--detach")).output);
    await expect.poll(() => fake.hangs("prod-canary"), SOON).toBe(true);
    expect((await fake.run("pause", run)).output).toContain(`Run ${run} is paused`);
    await expect.poll(() => fake.read("locks/prod-canary.released"), SOON).toBe("by SIGINT");
    fake.mend("hang", "prod-canary");
    expect(await fake.run("up")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`run ${run} is paused by a person: subaccounts fleet resume goes on`),
    });
    fake.calls();
    const resumed = await fake.run("resume", run);
    expect(resumed).toMatchObject({ exitCode: 0 });
    expect(resumed.output).toMatch(/ succeeded\. 4 of 4 shards, 12 tenants, 0 failed\.\n$/);
    expect(fake.calls()).toContain("up prod-canary SUBACCOUNTS_AFTER_INTERRUPTION");
    worker.kill("SIGINT");
    expect(await worker.done).toMatchObject({ exitCode: 130 });
  });

  it("refuses a schedule that is none", async () => {
    fake.edit("fleet.yaml", "failures:", "drift: { at: at night }\nfailures:");
    expect(await fake.run("work")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("drift.at of fleet.yaml is at night, which is no time as in crontab"),
    });
  });

  it("knows the newest hundred runs, and those that have not ended", async () => {
    await fake.run("up");
    const key = "'20250101-' || lpad(n::text, 6, '0')";
    const state = "case when n = 3 then 'paused' else 'succeeded' end";
    const add = (kind: string, suffix: string) =>
      database.postgres.run(
        `insert into fleet_fleet_prod.fleet_record select '${kind}', ${key} || '${suffix}', jsonb_build_object('id', ${key}, 'kind', 'drift', 'state', ${state}) from generate_series(1, 120) n`,
      );
    add("run", "");
    add("result", "/prod-6-a");
    expect((await fake.run("drift")).exitCode).toBe(0);
    const keys = (kind: string) =>
      database.postgres
        .run(
          `select key from fleet_fleet_prod.fleet_record where kind = '${kind}' and key like '2025%' order by key`,
        )
        .split("\n");
    const left = [
      "20250101-000003",
      ...Array.from({ length: 99 }, (_, n) => `20250101-000${String(n + 22).padStart(3, "0")}`),
    ];
    expect(keys("run")).toEqual(left);
    expect(keys("result")).toEqual(left.map((run) => `${run}/prod-6-a`));
  });

  it("ends what a worker of this machine has left, of which the leader of the session was killed, too", async () => {
    fake.make("hang", "prod-canary");
    const up = fake.start(["up"]);
    await expect.poll(() => fake.hangs("prod-canary"), SOON).toBe(true);
    const left = fake.read("hang/prod-canary.pid");
    const leader = Number(execFileSync("ps", ["-o", "ppid=", "-p", left], { encoding: "utf8" }));
    // Or else the leader ends the command as soon as the worker is gone.
    process.kill(leader, "SIGSTOP");
    up.kill("SIGKILL");
    await up.done;
    process.kill(leader, "SIGKILL");
    const other = fake.start(["work"]);
    await expect.poll(() => fake.made("locks/prod-canary.released"), SOON).toBe(true);
    fake.mend("hang", "prod-canary");
    await expect.poll(() => other.output(), SOON).toMatch(/prod-b-f succeeded/);
  });

  it("cancels a run that a machine works on, and starts no shard of it", async () => {
    fake.make("hang", "prod-canary");
    const up = fake.start(["up"]);
    await expect.poll(() => fake.hangs("prod-canary"), SOON).toBe(true);
    const { output: status } = await fake.run("status");
    expect(status).toMatch(
      /^Run \S+ \(up\) running\n {2}canary: 0 of 1 shard, .*\n.*\n {2}1 worker: \S+ \(\d+\)\n$/,
    );
    await fake.run("cancel", idIn(status));
    const { exitCode, output } = await up.done;
    expect([exitCode, output]).toEqual([
      1,
      expect.stringContaining(" cancelled: cancelled by a person. 0 of 4 shards"),
    ]);
    expect(fake.calls()).toEqual(["up prod-canary"]);
  });

  it("refuses a part while a run goes on, and lets a run of all of it take its place", async () => {
    const first = idIn((await fake.run("up", "--detach")).output);
    expect((await fake.run("up", "--detach")).output).toContain(first);
    expect(await fake.run("up", "--tenant", "tenant-acme")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`run ${first} goes on, and would be cancelled for a part of the fleet`),
    });
    fake.edit("tiers.yaml", "creditLimit: 500", "creditLimit: 501");
    const second = await fake.run("up");
    expect(second).toMatchObject({ exitCode: 0 });
    expect((await fake.run("status", first)).output).toContain("cancelled: its inputs have changed since");
  });

  it("works on so many shards at a time as all machines may", async () => {
    fake.edit("fleet.yaml", "  - { name: canary, shards: [canary] }\n", "");
    fake.edit("fleet.yaml", "{ machine: 2 }", "{ machine: 2, total: 1 }");
    for (const stack of ["prod-canary", "prod-0-5", "prod-6-a", "prod-b-f"]) fake.make("hang", stack);
    const up = fake.start(["up"]);
    await expect.poll(() => fake.calls().length, SOON).toBe(1);
    database.postgres.run(AFTER_THREE_POLLS);
    expect(fake.calls()).toEqual([]);
    up.kill("SIGINT");
    expect((await up.done).output).toContain("interrupted: other machines go on with it");
  });

  it("looks for drift at the time that fleet.yaml says, once for the fleet", async () => {
    await fake.run("up");
    fake.edit("fleet.yaml", "failures:", 'drift: { at: "0 3 * * *", timeZone: Europe/Berlin }\nfailures:');
    fake.make("drift", "prod-6-a");
    fake.calls();
    // Each worker writes the schedule as it starts.
    for (const worker of [fake.start(["work"]), fake.start(["work"])]) {
      await expect.poll(() => worker.output(), SOON).toContain("this machine works on the runs");
    }
    expect(database.postgres.run("select cron || ' ' || timezone from fleet_fleet_prod.schedule")).toBe(
      "0 3 * * * Europe/Berlin",
    );
    // As pg-boss does at that time.
    database.postgres.run("insert into fleet_fleet_prod.job (name) values ('fleet-scheduled')");
    await expect
      .poll(async () => (await fake.run("status")).output, { timeout: 90_000 })
      .toMatch(/\(drift\) succeeded/);
    expect(fake.calls()).toHaveLength(4);
  });

  it("releases a lock that no run explains only once a person says so", async () => {
    await fake.run("up");
    expect((await fake.run("unlock", "6-a")).output).toBe("Stack prod-6-a is not locked.\n");
    fake.lock("prod-6-a", 4242);
    fake.edit("tenants/customers.yaml", "name: Hooli", "name: Hooli Inc");
    const refused = await fake.run("up");
    expect(refused.output).toMatch(
      /the state is locked by process 4242 of root on \S+, since \S+: once that has ended, subaccounts fleet unlock 6-a --yes releases it\n/,
    );
    const asked = await fake.run("unlock", "6-a");
    expect(asked).toMatchObject({ exitCode: 1 });
    expect(asked.stderr).toMatch(
      /stack prod-6-a is locked by process 4242 of root on \S+, since .*: no up that this fleet knows\n {2}Once that process has ended: subaccounts fleet unlock 6-a --yes/,
    );
    expect((await fake.run("unlock", "6-a", "--yes")).output).toContain("Released. The next up repeats");
    expect((await fake.run("up")).exitCode).toBe(0);
    expect(await fake.run("unlock", "7")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("there is no shard 7: subaccounts fleet shards lists them"),
    });
  });

  it("says what is wrong with its database, and never its password", async () => {
    fake.env["FLEET_DATABASE_URL"] = "postgres://jo:canary@127.0.0.1:1/none";
    const away = await fake.run("up");
    expect(away).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("(ECONNREFUSED): check engine.url"),
    });
    delete fake.env["FLEET_DATABASE_URL"];
    const unset = await fake.run("work");
    expect(unset.stderr).toContain(
      "engine.url of fleet.yaml is env:FLEET_DATABASE_URL, and that environment variable is not set",
    );
    fake.edit("fleet.yaml", "env:FLEET_DATABASE_URL", "postgres://jo:canary@db/fleet");
    const declared = await fake.run("up");
    expect(declared.stderr).toContain(
      "engine.url must be env:NAME, or a URL postgres://… without a password",
    );
    for (const { output } of [away, unset, declared]) expect(output).not.toContain("canary");
  });

  it("is another one than a fleet with its name and another id", async () => {
    await fake.run("up", "--detach");
    const id = "5f0c6a9e-7d1b-4c55-9a3e-2b8f4e6d1c70";
    for (const file of ["fleet.yaml", "Pulumi.prod.yaml"]) fake.edit(file, id, id.replace("5f", "60"));
    expect((await fake.run("up")).stderr).toContain(
      "the schema fleet_fleet_prod of the engine's database is that of another fleet",
    );
  });
});

it("a fleet of one machine has no workers, and starts no run for others", async () => {
  const fake = new FakeFleet();
  try {
    expect((await fake.run("up", "--detach")).stderr).toContain(
      "--detach needs an engine that machines share",
    );
    expect((await fake.run("work")).stderr).toContain("fleet work needs an engine that machines share");
  } finally {
    await fake.dispose();
  }
});

const AFTER_THREE_POLLS = "select pg_sleep(3)";

function idIn(output: string): string {
  return /Run (\S+)/.exec(output)?.[1] ?? expect.fail(`no run: ${output}`);
}
