import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { copiedFleet } from "../../support/moved-fleet";

const own = copiedFleet();

const history = "history/fleet/prod-canary";
/** Updates of the canaries' stack, the last with other forms of the names. */
const update = (...times: number[]) => {
  for (const time of times) {
    for (const kind of ["history", "checkpoint"])
      own.fleet.writeBackend(`${history}/prod-canary-${time}.${kind}.json${time > 100 ? ".zst" : ""}`);
  }
};

describe("subaccounts fleet gc", { timeout: 120_000 }, () => {
  it("keeps the newest updates of each stack, and tells first what would go", async () => {
    update(9, 11, 100, 2000);
    for (const other of ["notes.txt", "prod-canary-7.history.json.bak"])
      own.fleet.writeBackend(`${history}/${other}`);
    const before = own.fleet.backendNames(history);
    const dry = await own.fleet.command(["gc", "--keep", "2", "--dry-run"]);
    expect(dry).toMatchObject({
      exitCode: 0,
      output: "History: 2 updates of 1 stack, 0.0 MB would be removed.\n",
    });
    expect(own.fleet.backendNames(history)).toEqual(before);
    await own.fleet.command(["gc", "--keep", "2"]);
    const old = /prod-canary-(9|11)\./;
    expect(own.fleet.backendNames(history)).toEqual(before.filter((name) => !old.test(name)));
  });

  it("removes a stack that a split has left, and no other", async () => {
    await own.fleet.command(["split", "6-a", "--into", "2"]);
    own.fleet.mark("tags/prod-tools");
    own.fleet.edit("shards.yaml", "pinned: [canary]", "pinned: [canary, eu]");
    own.fleet.edit("shards.yaml", ', "88-af"', ', "88-8f", "90-af"');
    const { output } = await own.fleet.command(["gc"]);
    expect(output).toContain("prod-6-a: removed; it is empty, and the map does not have it.\n");
    expect(output).toContain("prod-88-af: left, though the map does not have it, since it has ");
    expect(output).toContain(
      "prod-tools: left, though the map does not have it, since no up of a fleet has made it.",
    );
    expect(Object.keys(own.fleet.tags())).toEqual(expect.arrayContaining(["prod-88-af", "prod-tools"]));
    expect(Object.keys(own.fleet.tags())).not.toContain("prod-6-a");
  });

  it("leaves the histories of other backends, and everything while a move has not ended", async () => {
    const there = await own.fleet.command(["gc"], { PULUMI_BACKEND_URL: "s3://states" });
    expect(there.output).toBe(
      "History: left, since s3:// is not pruned by this command: give the prefix .pulumi/history/ a rule of the store by age.\n",
    );
    await own.fleet.command(["move", "tenant-wonka", "canary"], { FAKE_KILL: "1" });
    expect(await own.fleet.command(["gc"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("has not ended: run subaccounts fleet move first"),
    });
  });
});

describe("subaccounts fleet doctor", { timeout: 120_000 }, () => {
  it("finds nothing in a fleet that is well", async () => {
    const { exitCode, output } = await own.fleet.command(["doctor"]);
    expect(output).toMatch(/ok {4}4 shards, 12 tenants, each in one of them\n[\s\S]*ok {4}4 in file:/);
    expect([exitCode, output]).toEqual([0, expect.stringContaining("Nothing failed.")]);
  });

  it("tells what is wrong with files, stacks and locks, each with what mends it", async () => {
    own.fleet.edit("fleet.yaml", "size: 100", "size: 3");
    own.fleet.edit("shards.yaml", '"b-f"', '"b0-d7", "d8-ff"');
    own.fleet.edit("tenants/canaries.yaml", "{ zavu: {} }, shard: canary", "{ zavu: {} }");
    const lock = { pid: 2 ** 22 + 1, username: "ci", hostname: hostname(), timestamp: "now" };
    own.fleet.writeBackend("locks/organization/fleet/prod-0-5/one.json", JSON.stringify(lock));
    own.fleet.writeBackend("stacks/fleet/prod-9.pulumi-tags");
    const { exitCode, output } = await own.fleet.command(["doctor"]);
    expect(exitCode).toBe(1);
    for (const line of [
      /note {2}shard 6-a has 4 tenants, and is made for 3\n +→ subaccounts fleet split 6-a/,
      /note {2}stack prod-d8-ff is not made yet\n +→ subaccounts fleet up/,
      /FAIL {2}stack prod-b-f has 3 tenants, and the map does not have it/,
      /FAIL {2}tenant tenant-globex is in stack prod-canary, and belongs to prod-\S+\n +→ subaccounts fleet move/,
      /FAIL {2}stack prod-0-5 is locked by process \d+ on \S+, which has ended\n +→ pulumi cancel --yes --stack prod-0-5/,
      /note {2}\S+prod-9\.pulumi-tags is the tag of no stack/,
    ]) {
      expect(output).toMatch(line);
    }
  });

  it("tells of files that no command takes", async () => {
    own.fleet.edit("Pulumi.prod.yaml", "5f0c6a9e", "00000000");
    own.fleet.edit("tenants/customers.yaml", "name: Hooli", "nam: Hooli");
    const { exitCode, output } = await own.fleet.command(["doctor"]);
    expect(exitCode).toBe(1);
    expect(output).toContain("customers.yaml:4");
    expect(output).toContain("another subaccounts:fleet than the id of fleet.yaml");
  });
});
