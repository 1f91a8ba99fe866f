import { describe, expect, it } from "vitest";
import { copiedFleet } from "../../support/moved-fleet";

const own = copiedFleet();

const wonka = { "tenant-wonka": "prod-canary", "tenant-tyrell": "prod-6-a" };
const parts = { "tenant-wonka": "prod-88-af" };

describe("subaccounts fleet move", { timeout: 120_000 }, () => {
  it("pins a tenant in its file, moves its state, and has the new stack write its marker", async () => {
    const moved = await own.fleet.command(["move", "tenant-wonka", "canary"]);
    expect(moved).toMatchObject({ exitCode: 0 });
    expect(moved.output).toContain("1 moved from prod-6-a to prod-canary\n");
    expect(own.fleet.text("tenants/customers.yaml")).toContain(
      "{ externalId: tenant-wonka, shard: canary, name: Wonka,",
    );
    await own.fleet.expectSettled(wonka);
    expect((await own.fleet.command(["move", "tenant-wonka", "canary"])).output).toBe("Nothing to move.\n");
    await own.fleet.command(["move", "tenant-wonka", "6-a"]);
    expect(own.fleet.text("tenants/customers.yaml")).toBe(own.made.text("tenants/customers.yaml"));
    await own.fleet.expectSettled({ "tenant-wonka": "prod-6-a" });
  });

  it("moves the states back, and leaves the files, where a preview shows another change", async () => {
    own.fleet.mark("drift/prod-canary");
    const refused = await own.fleet.command(["move", "tenant-wonka", "canary"]);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("a preview of prod-canary shows a change: ");
    own.fleet.mark("drift/prod-canary", false);
    expect(own.fleet.text("tenants/customers.yaml")).toBe(own.made.text("tenants/customers.yaml"));
    expect(own.fleet.places()["tenant-wonka"]).toEqual(["prod-6-a"]);
    expect(own.fleet.accounts()).toEqual([]);
    expect((await own.fleet.command(["up"])).exitCode).toBe(0);
    await own.fleet.expectSettled({ "tenant-wonka": "prod-6-a" });
  });

  it.each([
    ["a tenant that there is not", ["tenant-x", "canary"], "there is no tenant tenant-x"],
    ["a shard that there is not", ["tenant-wonka", "canari"], "there is no shard canari: add it to pinned"],
    ["a tenant without a shard", ["tenant-wonka"], "name the shard, too"],
  ])("refuses %s", async (_, args, why) => {
    expect(await own.fleet.command(["move", ...args])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(why),
    });
  });

  it("refuses stacks with changes of their own, before it writes anything", async () => {
    own.fleet.edit("tenants/customers.yaml", "name: Tyrell", "name: Tyrell Corp");
    const before = own.fleet.text("tenants/customers.yaml");
    const { stderr } = await own.fleet.command(["move", "tenant-wonka", "canary"]);
    expect(stderr).toContain("stack prod-6-a has changes that no up has made yet");
    expect(own.fleet.text("tenants/customers.yaml")).toBe(before);
  });
});

describe("subaccounts fleet split", { timeout: 120_000 }, () => {
  it("divides a shard in the map, which keeps its comments, and in the states", async () => {
    expect(await own.fleet.command(["split", "6-a", "--into", "2"])).toMatchObject({ exitCode: 0 });
    expect(own.fleet.text("shards.yaml")).toBe(
      own.made.text("shards.yaml").replace('"6-a"', '"60-87", "88-af"'),
    );
    await own.fleet.expectSettled(parts);
    expect(await own.fleet.command(["split", "6-a", "--into", "2"])).toMatchObject({
      exitCode: 0,
      stdout: "Nothing to move.\n",
    });
    expect((await own.fleet.command(["split", "6-a", "--into", "4"])).stderr).toContain(
      "there is no shard 6-a",
    );
  });

  it("refuses a shard that a wave names", async () => {
    own.fleet.edit("fleet.yaml", "shards: [canary]", "shards: [canary, 6-a]");
    expect((await own.fleet.command(["split", "6-a"])).stderr).toContain(
      "the wave canary names the shard 6-a",
    );
  });
});

it("an up over a tenant that another stack has is refused", { timeout: 120_000 }, async () => {
  await own.fleet.command(["move", "tenant-wonka", "canary"], { FAKE_KILL_HALF: "1" });
  const refused = await own.fleet.command(["up"]);
  expect(refused.stderr).toMatch(/shard-map: tenant tenant-\w+ is in stack prod-/);
  expect(refused.exitCode).toBe(1);
  expect(await own.fleet.command(["move", "tenant-wonka", "canary"])).toMatchObject({
    exitCode: 0,
    stderr: "",
  });
  await own.fleet.expectSettled(wonka);
});
