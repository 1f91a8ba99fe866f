import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { copiedFleet } from "../support/moved-fleet";
import { sharedDatabase } from "../support/shared-database";
import { startTcpProxy } from "../support/tcp-proxy";

const SOON = { timeout: 50_000 };
const own = copiedFleet();
const MOVE = ["move", "tenant-wonka", "canary"];
const wonka = { "tenant-wonka": "prod-canary", "tenant-tyrell": "prod-6-a" };

describe("tenants that are moved on one of many machines", { timeout: 120_000 }, () => {
  const database = sharedDatabase();
  beforeEach(() => database.share(own.fleet));

  const checkout = () =>
    cpSync(join(own.fleet.folder, "program"), join(own.fleet.folder, "other"), { recursive: true });

  /** Starts a move that waits for a drift run. @returns how to end the run */
  const waiting = async () => {
    own.fleet.make("hang", "prod-6-a");
    const drift = own.fleet.start(["drift"]);
    await expect.poll(() => own.fleet.hangs("prod-6-a"), SOON).toBe(true);
    const move = own.fleet.start(MOVE);
    await expect.poll(() => move.output(), SOON).toMatch(/waiting for stack prod-6-a: run \S+ has it/);
    const end = async () => {
      own.fleet.mend("hang", "prod-6-a");
      drift.kill("SIGINT");
      await own.fleet.run("cancel", /run (\S+) has it/.exec(move.output())?.[1] ?? "");
    };
    return { move, end };
  };

  it("wait for a run that has their stack, and say which", async () => {
    const { move, end } = await waiting();
    expect(own.fleet.text("tenants/customers.yaml")).toBe(own.made.text("tenants/customers.yaml"));
    await end();
    const { exitCode, output } = await move.done;
    expect(exitCode, output).toBe(0);
    await own.fleet.expectSettled(wonka);
  });

  it("stay where they are if the files have changed while they waited", async () => {
    const { move, end } = await waiting();
    own.fleet.edit("tenants/customers.yaml", "name: Hooli", "name: Hooli Inc");
    await end();
    const { exitCode, stderr } = await move.done;
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("changed while this command waited")]);
    expect(own.fleet.places()["tenant-wonka"]).toEqual(["prod-6-a"]);
  });

  it("are left alone by a run of before a move that was killed, which another machine finishes", async () => {
    checkout();
    await own.fleet.run("up", "--all", "--detach");
    expect(await own.fleet.command(MOVE, { FAKE_KILL: "3" })).toMatchObject({ signal: "SIGKILL" });
    const { output } = await own.fleet.start(["work", "--until-empty"], "other").done;
    expect(output).toContain("prod-canary failed");
    const { output: report } = await own.fleet.run("report");
    expect(report).toContain(
      "a move of tenants of stack prod-canary has not ended: run subaccounts fleet move first",
    );
    cpSync(join(own.fleet.folder, "program/tenants"), join(own.fleet.folder, "other/tenants"), {
      recursive: true,
    });
    const finished = await own.fleet.start(MOVE, "other").done;
    expect(finished, finished.output).toMatchObject({ exitCode: 0, stderr: "" });
    await own.fleet.expectSettled(wonka);
  });

  it("are left alone by a run that began before the move and goes on after it", async () => {
    own.fleet.edit("fleet.yaml", "tolerate:", "when: stop, tolerate: 99 } #");
    checkout();
    await own.fleet.run("up", "--all", "--detach");
    expect(await own.fleet.command(MOVE)).toMatchObject({ exitCode: 0, stderr: "" });
    await own.fleet.start(["work", "--until-empty"], "other").done;
    const { output } = await own.fleet.run("report");
    for (const stack of ["prod-6-a", "prod-canary"])
      expect(output).toContain(`tenants of stack ${stack} were moved since this run began`);
    await own.fleet.expectSettled(wonka);
  });

  it("stay where they are once the claim is lost, and the same command finishes the move", async () => {
    const proxy = await startTcpProxy(Number(new URL(database.postgres.url).port));
    try {
      own.fleet.make("hang", "prod-canary");
      const url = database.postgres.url.replace(/:\d+\//, `:${proxy.port}/`);
      const move = own.fleet.start(MOVE, "program", { FLEET_DATABASE_URL: url });
      await expect.poll(() => own.fleet.hangs("prod-canary"), SOON).toBe(true);
      proxy.part("stall");
      const { exitCode, stderr } = await move.done;
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringContaining("the claim on the stacks is lost, since"),
      ]);
      // The states are moved; no up has written a marker.
      expect(own.fleet.places()["tenant-wonka"]).toEqual(["prod-canary of prod-6-a"]);
      own.fleet.mend("hang", "prod-canary");
    } finally {
      await proxy.close();
    }
    expect(await own.fleet.command(MOVE)).toMatchObject({ exitCode: 0, stderr: "" });
    await own.fleet.expectSettled(wonka);
  });

  it("have their shard divided, whose stack gc removes", async () => {
    expect(await own.fleet.command(["split", "6-a", "--into", "2"])).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    await own.fleet.expectSettled({ "tenant-wonka": "prod-88-af" });
    expect((await own.fleet.command(["gc"])).output).toContain("prod-6-a: removed");
    expect(Object.keys(own.fleet.tags())).not.toContain("prod-6-a");
  });
});
