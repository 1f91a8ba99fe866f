import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { Command } from "../../engine/command.mts";
import { NO_POSTGRES, postgresPrograms } from "../support/postgres.mts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy";
import { WorkerFleet } from "../support/worker-fleet";

const programs = postgresPrograms();
const SHARDS = ["0-3", "4-7", "8-b", "c-f"];

/** Moments of a worker's first shard, each with how it is seen from outside. */
const POINTS: Readonly<Record<string, (fleet: WorkerFleet) => boolean>> = {
  claim: (fleet) =>
    fleet.postgres.run(
      "select count(*) from fleet_fleet_prod.job where name = 'fleet-shards' and state = 'active'",
    ) !== "0",
  lock: (fleet) => filesBelow(fleet.stateFolder("locks")).length > 0,
  "second create": (fleet) => fleet.emulator.requests.filter(({ method }) => method === "POST").length > 1,
  save: (fleet) =>
    filesBelow(fleet.stateFolder("stacks")).some((file) => /SubAccount/.test(readFileSync(file, "utf8"))),
  complete: (fleet) =>
    fleet.postgres.run("select count(*) from fleet_fleet_prod.fleet_record where kind = 'result'") !== "0",
};

describe("a worker that is lost", () => {
  let fleet: WorkerFleet;
  let proxy: TcpProxy | undefined;
  beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
  afterEach(async () => {
    await fleet?.close();
    await proxy?.close();
    proxy = undefined;
  });

  const open = async (): Promise<Command> => {
    fleet = await WorkerFleet.open({
      binDir: inject("engineBinDir"),
      programs: programs ?? "",
      tenants: 12,
      shards: SHARDS,
    });
    proxy = await startTcpProxy(Number(new URL(fleet.postgres.url).port));
    await fleet.run("up", "--detach");
    const url = new URL(fleet.databaseUrl);
    url.port = String(proxy.port);
    return fleet.start(["work", "--until-empty"], { FLEET_DATABASE_URL: url.href });
  };

  const losses = {
    kill: (worker: Command) => worker.kill("SIGKILL"),
    freeze: (worker: Command) => worker.kill("SIGSTOP"),
    stall: () => proxy?.part("stall"),
    drop: () => proxy?.part("drop"),
  };
  const ends = {
    kill: () => {},
    freeze: (worker: Command) => worker.kill("SIGCONT"),
    stall: () => proxy?.heal(),
    drop: () => proxy?.heal(),
  };
  const cells = Object.keys(POINTS).flatMap((point) =>
    // A connection that ends is noticed sooner than one that stalls: once is enough.
    (["kill", "freeze", "stall", ...(point === "save" ? ["drop" as const] : [])] as const).map((loss) => ({
      loss,
      point,
    })),
  );

  it.each(cells)(
    "by $loss, at its $point: every tenant once, and no key is kept",
    async ({ loss, point }) => {
      const victim = await open();
      const isThere = POINTS[point] ?? expect.fail(point);
      await expect.poll(() => isThere(fleet), { timeout: 60_000, interval: 20 }).toBe(true);
      losses[loss](victim);
      const other = await fleet.start(["work", "--until-empty"]).done;
      expect(other, other.output).toMatchObject({ exitCode: 0 });
      ends[loss](victim);
      const { exitCode, output } = await victim.done;
      if (loss !== "kill") expect(exitCode, output).toBe(0);

      expect(fleet.customers().toSorted()).toEqual(
        Array.from({ length: 12 }, (_, index) => `customer-${String(index + 1).padStart(3, "0")}`),
      );
      const { run, results } = await fleet.report();
      expect([run.state, results.map(({ result }) => result)], other.output).toEqual([
        "succeeded",
        SHARDS.map(() => "succeeded"),
      ]);
      expect(filesBelow(fleet.stateFolder("locks"))).toEqual([]);
      expect(await fleet.run("up")).toBe("Nothing to do: every shard is as its last up left it.\n");
      for (const text of [output, other.output, fleet.dump()]) {
        for (const canary of fleet.canaries()) expect(text).not.toMatch(canary);
      }
    },
  );
});

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name));
}
