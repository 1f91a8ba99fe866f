import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { deployedCommands, deployments } from "../support/deployments";
import { NO_POSTGRES, postgresPrograms } from "../support/postgres.mts";
import { WorkerFleet } from "../support/worker-fleet";

const programs = postgresPrograms();
let fleet: WorkerFleet;
beforeEach(({ skip }) => skip(programs === undefined, NO_POSTGRES));
afterEach(() => fleet?.close());

it("what the deployments of examples/fleet call makes every customer, reports it, and looks for drift", async () => {
  fleet = await WorkerFleet.open({
    binDir: inject("engineBinDir"),
    programs: programs ?? "",
    tenants: 6,
    shards: ["0-7", "8-f"],
  });
  const [, query = ""] = /query: (.*)\n/.exec(deployments.get("deploy/kubernetes/workers.yaml") ?? "") ?? [];
  const called: string[] = [];
  const call = async (line: string, exitCode = 0) => {
    called.push(line);
    const command = fleet.start(line.split(" "));
    const ended = await command.done;
    expect([line, ended.exitCode, ended.output]).toEqual([line, exitCode, ended.output]);
    return ended.output;
  };
  await call("plan");
  await call("up --detach");
  expect(fleet.postgres.run(query)).toBe("1");
  await call("work --until-empty");
  expect(fleet.postgres.run(query)).toBe("0");
  expect(new Set(fleet.customers()).size).toBe(6);
  expect(await call("report --exit-code")).toContain("succeeded");
  expect(await call("report --format junit --exit-code")).toContain('tests="2" failures="0"');
  const [account] = fleet.emulator.zavu.accounts();
  fleet.emulator.zavu.change(account?.id ?? "", { name: "By hand" });
  await call("drift", 7);
  expect(called.concat("work").sort()).toEqual(deployedCommands());

  const worker = fleet.start(["work"]);
  await expect.poll(worker.output, { timeout: 20_000 }).toContain("works on the runs of the fleet");
  worker.kill("SIGTERM");
  expect((await worker.done).exitCode).toBe(130);
});
