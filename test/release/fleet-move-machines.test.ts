import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { NO_POSTGRES, postgresPrograms } from "../support/postgres.mts";
import { WorkerFleet } from "../support/worker-fleet";

const programs = postgresPrograms();
const SOON = { timeout: 120_000, interval: 50 };

let fleet: WorkerFleet;
beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
afterEach(() => fleet?.close());

it("a move that is killed as it writes a marker is finished on another machine, beside a worker", async () => {
  fleet = await WorkerFleet.open({
    binDir: inject("engineBinDir"),
    programs: programs ?? "",
    tenants: 4,
    shards: ["0-7", "8-f"],
  });
  fleet.project.write("shards.yaml", 'shards: ["0-7", "8-f"]\npinned: [canary]\n');
  await fleet.run("up");
  const other = `${fleet.project.dir}-other`;
  cpSync(fleet.project.dir, other, { recursive: true, verbatimSymlinks: true });
  const before = ids();
  fleet.emulator.clearRequests();
  const worker = fleet.start(["work"]);

  const killed = fleet.start(["move", "customer-002", "canary"]);
  await expect.poll(() => writes(), SOON).toEqual(["PATCH"]);
  killed.kill("SIGKILL");
  await killed.done;
  cpSync(join(fleet.project.dir, "tenants"), join(other, "tenants"), { recursive: true });
  const { exitCode, output } = await fleet.start(["move", "customer-002", "canary"], {}, other).done;
  expect(exitCode, output).toBe(0);

  expect(ids()).toEqual(before);
  expect(new Set(writes())).toEqual(new Set(["PATCH"]));
  expect(await fleet.run("up")).toBe("Nothing to do: every shard is as its last up left it.\n");
  worker.kill("SIGINT");
  expect(await worker.done).toMatchObject({ exitCode: 130 });
  for (const canary of fleet.canaries()) expect(fleet.dump() + output).not.toMatch(canary);
});

const ids = () =>
  fleet.emulator.zavu.accounts().map(({ id, externalId, status }) => [externalId, id, status]);
const writes = () =>
  fleet.emulator.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);
