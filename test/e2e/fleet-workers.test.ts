import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { Command } from "../../engine/command.mts";
import { NO_POSTGRES, postgresPrograms } from "../support/postgres.mts";
import { familyOf } from "../support/process-family.mts";
import { WorkerFleet } from "../support/worker-fleet";

const programs = postgresPrograms();
const TENANTS = 300;
const SHARDS = ["0-2", "3-5", "6-7", "8-a", "b-d", "e-f"];
/** On a busy machine the worker that is left takes minutes for the shards that nobody had. */
const SOON = { timeout: 240_000, interval: 200 };

describe(`${TENANTS} tenants in six shards, and three workers`, { timeout: 600_000 }, () => {
  let fleet: WorkerFleet;
  beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
  afterEach(() => fleet?.close());

  it("are made once each, though one worker is killed and one is frozen and wakes up", async () => {
    fleet = await WorkerFleet.open({
      binDir: inject("engineBinDir"),
      programs: programs ?? "",
      tenants: TENANTS,
      shards: SHARDS,
    });
    await fleet.run("up", "--detach");
    const work = () => fleet.start(["work", "--until-empty"]);
    const killed = work();
    await expect.poll(() => fleet.customers().length, SOON).toBeGreaterThan(0);
    killed.kill("SIGKILL");
    const frozen = work();
    await expect.poll(() => isAtWork(frozen), SOON).toBe(true);
    frozen.kill("SIGSTOP");
    const healthy = work();
    const taken = "select count(*) from fleet_fleet_prod.job where name = 'fleet-shards' and retry_count > 0";
    await expect.poll(() => fleet.postgres.run(taken), SOON).toBe("2");
    frozen.kill("SIGCONT");
    for (const worker of [frozen, healthy]) {
      const { exitCode, output } = await worker.done;
      expect(exitCode, output).toBe(0);
    }

    const { run, results } = await fleet.report();
    expect([run.state, results.map(({ result }) => result)]).toEqual([
      "succeeded",
      SHARDS.map(() => "succeeded"),
    ]);
    expect(results.map(({ attempt }) => attempt).toSorted()).toEqual([1, 1, 1, 1, 2, 2]);
    expect(fleet.customers()).toHaveLength(TENANTS);
    expect(new Set(fleet.customers()).size).toBe(TENANTS);
    const states = join(fleet.stateFolder("stacks"), "fleet");
    const texts = readdirSync(states).map((file) => readFileSync(join(states, file), "utf8"));
    expect(texts.filter((text) => /"pending_operations":\s*\[\s*\{/.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('"resources"')).length).toBeGreaterThanOrEqual(SHARDS.length);
    expect(await fleet.run("up")).toBe("Nothing to do: every shard is as its last up left it.\n");
  });
});

/** Whether a worker runs `pulumi up`. */
function isAtWork({ pid }: Command): boolean {
  const rows = execFileSync("ps", ["-o", "args=", "-p", familyOf(pid).join(",")], { encoding: "utf8" });
  return /^pulumi up /m.test(rows);
}
