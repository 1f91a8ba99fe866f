import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type * as Embedded from "../../../fleet/engine/embedded";
import { FakeFleet } from "../../support/fake-fleet";

const root = resolve(__dirname, "../../..");
let fake: FakeFleet;
/** A database that is made: making one takes two seconds of a processor. */
const template = mkdtempSync(join(tmpdir(), "fleet-template-"));
beforeAll(async () => {
  const { embedded }: typeof Embedded = createRequire(__filename)(join(root, "dist/fleet/engine/embedded"));
  await (await embedded(template)).close();
});
afterAll(() => rmSync(template, { recursive: true }));
beforeEach(() => {
  fake = new FakeFleet();
  cpSync(template, join(fake.folder, "program/.fleet"), { recursive: true });
});
afterEach(() => fake.dispose());

const start = (...args: string[]) => fake.start(args);
const fleet = (...args: string[]) => fake.run(...args);
const make: FakeFleet["make"] = (...args) => fake.make(...args);
const mend: FakeFleet["mend"] = (...args) => fake.mend(...args);
const edit: FakeFleet["edit"] = (...args) => fake.edit(...args);
const calls = () => fake.calls();
const ALL = ["up prod-0-5", "up prod-6-a", "up prod-b-f", "up prod-canary"];

describe("subaccounts fleet up", { timeout: 120_000 }, () => {
  it("runs the shards that changed, and forgets nothing of that with its database", async () => {
    expect((await fleet("up")).exitCode).toBe(0);
    expect(calls()).toEqual(ALL);
    edit("tenants/customers.yaml", "name: Hooli", "name: Hooli Inc");
    rmSync(join(fake.folder, "program/.fleet/database"), { recursive: true });
    cpSync(template, join(fake.folder, "program/.fleet"), { recursive: true });
    expect((await fleet("up")).exitCode).toBe(0);
    expect(calls()).toHaveLength(1);
    expect((await fleet("up")).output).toBe("Nothing to do: every shard is as its last up left it.\n");
    await fleet("up", "--tenant", "tenant-acme", "--all");
    expect(calls()).toEqual(["up prod-canary"]);
  });

  it("does not take its notes for the stacks where these are gone, as on another backend", async () => {
    await fleet("up");
    calls();
    for (const folder of ["tags", "states"]) rmSync(join(fake.folder, "pulumi", folder), { recursive: true });
    await fleet("up");
    expect(calls()).toEqual(ALL);
  });

  it("ends after a wave with more failures than are tolerated, names the tenants, and goes on once it is mended", async () => {
    make("fail", "prod-canary", "tenant-acme");
    const failed = await fleet("up");
    expect(failed).toMatchObject({ exitCode: 1 });
    expect(failed.output).toContain("prod-canary failed: 1 created, 2 tenants, 1 failed");
    expect(failed.output).toContain("tenant-acme: Zavu refused it");
    expect(failed.output).toMatch(/stopped: 1 of 2 tenants of the wave canary failed\./);
    expect(calls()).toEqual(["up prod-canary"]);
    mend("fail", "prod-canary");
    expect((await fleet("up")).exitCode).toBe(0);
    expect(calls()).toEqual(ALL);
  });

  it("leaves the rest of a wave alone as soon as too many have failed", async () => {
    edit("fleet.yaml", "{ machine: 2 }", "{ machine: 1 }");
    edit("fleet.yaml", "  - { name: canary, shards: [canary] }\n", "");
    for (const stack of ["prod-0-5", "prod-6-a", "prod-b-f", "prod-canary"]) make("fail", stack, "x");
    expect((await fleet("up")).output).toMatch(/skipped[\s\S]*skipped[\s\S]*skipped/);
    expect(calls()).toHaveLength(1);
  });

  it("goes on over failures that are tolerated, and ends with 1 all the same", async () => {
    edit("fleet.yaml", "tolerate: 0", "tolerate: 50%");
    make("fail", "prod-canary", "tenant-acme");
    const { exitCode, output } = await fleet("up");
    expect([exitCode, calls()]).toEqual([1, ALL]);
    expect(output).toContain(" failed. 4 of 4 shards, 12 tenants, 1 failed.");
  });

  it.each([
    ["alone, which lets the calls under way finish", false],
    ["with the CLI, whose lock is left", true],
  ])("takes up a run whose process was killed %s, and repeats that shard alone", async (_, isWithCli) => {
    make("hang", "prod-6-a");
    const killed = start("up");
    await expect.poll(() => fake.hangs("prod-6-a"), { timeout: 50_000 }).toBe(true);
    await expect
      .poll(() => killed.output(), { timeout: 50_000 })
      .toMatch(/prod-b-f s[\s\S]*prod-0-5 s|prod-0-5 s[\s\S]*prod-b-f s/);
    const left = Number(fake.read("hang/prod-6-a.pid"));
    if (isWithCli) process.kill(left, "SIGKILL");
    killed.kill("SIGKILL");
    await killed.done;
    mend("hang", "prod-6-a");
    calls();
    const resumed = await fleet("up");
    expect(resumed.output).toMatch(/^run \S+ is taken up where it was ended\n/);
    expect(resumed.output).toContain("prod-6-a succeeded: 2 created, 4 tenants, attempt 2 (counted alone),");
    expect(resumed.exitCode).toBe(0);
    expect(() => process.kill(left, 0)).toThrow("ESRCH");
    // Once it is refused by the lock that the killed one left.
    const call = "up prod-6-a SUBACCOUNTS_AFTER_INTERRUPTION";
    expect(calls()).toEqual(isWithCli ? [call, call] : [call]);
  });

  it.each(["error reading from server: EOF", "transport is closing"])(
    "repeats a shard whose provider ended in the middle (%s) as one that was killed",
    async (error) => {
      make("fail", "prod-6-a", `tenant-hooli\n${error}`);
      const { exitCode, output } = await fleet("up", "--tenant", "tenant-hooli");
      expect([exitCode, output]).toEqual([1, expect.stringContaining(`tenant-hooli: ${error}`)]);
      mend("fail", "prod-6-a");
      calls();
      expect((await fleet("up", "--tenant", "tenant-hooli")).exitCode).toBe(0);
      expect(calls()).toEqual(["up prod-6-a SUBACCOUNTS_AFTER_INTERRUPTION"]);
    },
  );

  it("does not take for done what ran while the files were changed", async () => {
    make("edit", "prod-canary", join(fake.folder, "program/index.ts"));
    const { exitCode, output } = await fleet("up", "--tenant", "tenant-acme");
    expect([exitCode, output]).toEqual([
      1,
      expect.stringContaining(
        "tenant-acme: the files of the fleet were changed while this shard was under way",
      ),
    ]);
    mend("edit", "prod-canary");
    calls();
    expect((await fleet("up", "--tenant", "tenant-acme")).exitCode).toBe(0);
    expect(calls()).toEqual(["up prod-canary"]);
  });

  it("lets the calls under way finish at Ctrl-C, and goes on in the next run", async () => {
    make("hang", "prod-canary");
    const interrupted = start("up");
    await expect.poll(() => fake.hangs("prod-canary"), { timeout: 50_000 }).toBe(true);
    interrupted.kill("SIGINT");
    const { exitCode, output } = await interrupted.done;
    expect([exitCode, output]).toEqual([
      130,
      expect.stringContaining("interrupted: run subaccounts fleet up to go on"),
    ]);
    mend("hang", "prod-canary");
    expect((await fleet("up")).exitCode).toBe(0);
  });

  it("is one at a time on a machine", async () => {
    make("hang", "prod-canary");
    const first = start("up");
    await expect.poll(() => fake.hangs("prod-canary"), { timeout: 50_000 }).toBe(true);
    const second = await fleet("up");
    expect(second).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("works on this fleet") });
    first.kill("SIGINT");
    await first.done;
  });

  it.each([
    [
      "a configuration without the fleet id",
      "Pulumi.prod.yaml",
      "subaccounts:fleet",
      "subaccounts:fleets",
      "no subaccounts:fleet",
    ],
    [
      "a wave of a shard that there is not",
      "fleet.yaml",
      "shards: [canary]",
      "shards: [canari]",
      "the shard canari",
    ],
    ["a wrong tenant", "tenants/customers.yaml", "name: Hooli", "nam: Hooli", "customers.yaml:4"],
  ])("refuses %s before anything runs", async (_, file, from, to, why) => {
    edit(file, from, to);
    expect(await fleet("up")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(why) });
    expect(calls()).toEqual([]);
  });
});

describe("the other commands of a fleet", { timeout: 120_000 }, () => {
  it("plan, look for drift, report and collect the directory", async () => {
    const planned = await fleet("plan");
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.output).toContain("prod-canary (new, 2 tenants): its stack is made by the up");
    const plan = JSON.parse((await fleet("plan", "--json")).stdout);
    const schema = JSON.parse(readFileSync(join(root, "dist/schemas/output-fleet-plan.schema.json"), "utf8"));
    const isValid = new Ajv().compile(schema);
    isValid(plan);
    expect(isValid.errors ?? []).toEqual([]);
    expect(calls()).toEqual([]);
    expect(await fleet("directory")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("the directory is not complete: stack prod-0-5 is not made yet"),
    });
    await fleet("up");
    expect(Object.keys(JSON.parse((await fleet("directory")).stdout))).toHaveLength(4);
    expect((await fleet("status")).output).toMatch(
      /^Run \S+ \(up\) succeeded\n {2}canary: 1 of 1 shard, 2 tenants, 0 failed\n {2}all: 3 of 3 shards, 10 tenants, 0 failed\n$/,
    );
    make("drift", "prod-6-a");
    calls();
    const drift = await fleet("drift");
    expect(drift).toMatchObject({ exitCode: 7, output: expect.stringContaining("prod-6-a drifted") });
    expect(calls()).toEqual(ALL.map((call) => call.replace("up", "refresh")));
    const report = await fleet("report", "--format", "junit");
    expect(report.stdout).toContain('tests="4" failures="1"');
    expect(report.stdout).toContain("tenant-hooli: zavu:SubAccount differs (~creditLimit)");
  });

  it("tell of each tenant that has drifted, also where others of its shard could not be looked at", async () => {
    await fleet("up");
    make("drift", "prod-6-a", "tenant-hooli\ntenant-wonka");
    make("drift", "prod-b-f", "tenant-oscorp");
    make("fail", "prod-b-f", "tenant-stark");
    const drift = await fleet("drift");
    expect(drift.exitCode).toBe(1);
    expect(drift.output).toMatch(
      /2 drifted, \S+ s\n {2}tenant-hooli: zavu:SubAccount differs \(~creditLimit\)\n {2}and 1 more: subaccounts fleet report \S+\n/,
    );
    expect(drift.output).toMatch(
      /prod-b-f failed: .*1 failed, 1 drifted, \S+ s\n {2}tenant-stark: Zavu refused it\n/,
    );
    expect(drift.output).toMatch(/12 tenants, 1 failed, 3 drifted\.\n$/);
    const report = await fleet("report");
    for (const id of ["hooli", "wonka", "oscorp"])
      expect(report.stdout).toMatch(new RegExp(`tenant-${id} .*zavu:SubAccount differs`));
  });

  it("tell of what Pulumi and the provider warn of", async () => {
    make("warn", "prod-6-a", "Zavu: one\nZavu: two\nZavu: two");
    const up = await fleet("up");
    expect(up.exitCode).toBe(0);
    expect(up.output).toMatch(
      /prod-6-a succeeded: .*, 2 warnings, \S+ s\n {2}warning: Zavu: one\n {2}and 1 more: subaccounts fleet report \S+\n/,
    );
    expect(up.output).toMatch(/12 tenants, 0 failed, 2 warnings\.\n$/);
    expect((await fleet("report")).stdout).toContain(
      "\nWarnings:\n\n- in prod-6-a: ` Zavu: one `\n- in prod-6-a: ` Zavu: two `\n",
    );
    expect((await fleet("report", "--format", "junit")).stdout).toContain(
      "<system-out>Zavu: one\nZavu: two</system-out>",
    );
  });

  it("look at the keys of a part of the shards in each drift where fleet.yaml says so, and so at all in turn", async () => {
    await fleet("up");
    edit("fleet.yaml", "failures:", 'drift: { keys: "1/3" }\nfailures:');
    calls();
    const lookedAt: string[][] = [];
    for (const _ of [1, 2, 3]) {
      const { output } = await fleet("drift");
      expect(output).toMatch(/keys that cost a call each looked at in 2 shards\.\n$/);
      lookedAt.push(calls().filter((call) => !call.includes("SUBACCOUNTS_CHECK_KEYS")));
    }
    expect(lookedAt.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect([...new Set(lookedAt.slice(0, 2).flat())].sort()).toEqual(
      ALL.map((call) => call.replace("up", "refresh")),
    );
    expect(lookedAt[2]).toEqual(lookedAt[0]);
    expect((await fleet("report")).stdout).toContain("Keys that cost a call each were looked at in prod-");
    await fleet("refresh");
    expect(calls()).toEqual(ALL.map((call) => call.replace("up", "refresh")));
  });

  it("refuse a tenant that a changed map would move to another stack, where its accounts would be made anew", async () => {
    await fleet("up");
    edit("tenants/canaries.yaml", "vendors: { zavu: {} }, shard: canary", "vendors: { zavu: {} }");
    calls();
    const refused = await fleet("up");
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("shard-map: tenant tenant-globex is in stack prod-canary"),
    });
    expect(calls()).toEqual([]);
  });

  it("pause after a wave with too many failures where fleet.yaml says so, and go on", async () => {
    edit("fleet.yaml", "when: stop", "when: pause");
    make("fail", "prod-canary", "tenant-acme");
    expect((await fleet("up")).output).toMatch(/ paused: 1 of 2 tenants of the wave canary failed\./);
    expect(calls()).toEqual(["up prod-canary"]);
    expect((await fleet("resume")).exitCode).toBe(1);
    expect(calls()).toEqual(ALL.filter((call) => call !== "up prod-canary"));
    expect((await fleet("resume")).stderr).toContain("no run is paused");
  });
});
