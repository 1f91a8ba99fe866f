import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { NO_POSTGRES, postgresPrograms } from "../support/postgres.mts";
import { WorkerFleet } from "../support/worker-fleet";

const programs = postgresPrograms();

describe("a fleet on PostgreSQL", () => {
  let fleet: WorkerFleet;
  beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
  afterEach(() => fleet?.close());

  it("is made by two workers that share one run", async () => {
    fleet = await WorkerFleet.open({
      binDir: inject("engineBinDir"),
      programs: programs ?? "",
      tenants: 12,
      shards: ["0-3", "4-7", "8-b", "c-f"],
    });
    await fleet.run("up", "--detach");
    const workers = [1, 2].map(() => fleet.start(["work", "--until-empty"]));
    const ended = await Promise.all(workers.map(({ done }) => done));
    for (const { exitCode, output } of ended)
      expect([exitCode, output]).toEqual([0, expect.stringContaining("succeeded")]);
    expect(fleet.customers().toSorted()).toEqual([...new Set(fleet.customers())].toSorted());
    expect(fleet.customers()).toHaveLength(12);
    expect((await fleet.report()).run.state).toBe("succeeded");
  });
});
