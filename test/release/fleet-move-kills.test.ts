import { describe, expect, it } from "vitest";
import { copiedFleet, type MovedFleet } from "../support/moved-fleet";

const own = copiedFleet();

const wonka = { "tenant-wonka": "prod-canary", "tenant-tyrell": "prod-6-a" };
const parts = { "tenant-wonka": "prod-88-af" };

describe("subaccounts fleet move", { timeout: 120_000 }, () => {
  it.each([
    ["after it has tagged a stack", { FAKE_KILL: "1" }],
    ["within the move, so that both states have the tenant", { FAKE_KILL_HALF: "1" }],
    ["after the move", { FAKE_KILL: "3" }],
    ["as the new stack writes the marker", { FAKE_KILL: "5" }],
    ["after its last tag, of which the engine's database knows nothing", { FAKE_KILL: "9" }],
  ])("is finished by the same command where it was killed %s", async (_, env) => {
    expect(await own.fleet.command(["move", "tenant-wonka", "canary"], env)).toMatchObject({
      signal: "SIGKILL",
    });
    expect(await own.fleet.command(["move", "tenant-wonka", "canary"])).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    await own.fleet.expectSettled(wonka);
  });
});

describe("subaccounts fleet split", { timeout: 120_000 }, () => {
  it("is finished by the same command where it was killed within a move, also on another machine", async () => {
    await own.fleet.command(["split", "6-a", "--into", "2"], { FAKE_KILL_HALF: "1" });
    own.fleet.forget();
    expect(await own.fleet.command(["split", "6-a", "--into", "2"])).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    await own.fleet.expectSettled(parts);
  });
});

describe("an up over tenants that other stacks have", { timeout: 120_000 }, () => {
  it.each([
    [
      "after a move that was killed",
      [],
      (each: MovedFleet) => each.command(["move", "tenant-wonka", "canary"], { FAKE_KILL: "1" }),
    ],
    [
      "on another machine",
      [],
      (each: MovedFleet) => {
        each.edit(
          "tenants/canaries.yaml",
          ", shard: canary }\n- { externalId: tenant-globex",
          " }\n- { externalId: tenant-globex",
        );
        each.forget();
      },
    ],
    [
      "for that tenant alone",
      ["--tenant", "tenant-wonka"],
      (each: MovedFleet) => {
        each.edit(
          "tenants/customers.yaml",
          "externalId: tenant-wonka",
          "shard: canary, externalId: tenant-wonka",
        );
        each.forget();
      },
    ],
    [
      "where the map has another stack's name",
      [],
      (each: MovedFleet) => {
        each.edit("shards.yaml", '"6-a"', '"60-87", "88-af"');
        each.forget();
      },
    ],
    [
      "with the files from before a move",
      ["--tenant", "tenant-wonka"],
      async (each: MovedFleet) => {
        const before = each.text("tenants/customers.yaml");
        await each.command(["move", "tenant-wonka", "canary"]);
        each.write("tenants/customers.yaml", before);
      },
    ],
  ])("is refused %s", async (_, args, change) => {
    await change(own.fleet);
    const refused = await own.fleet.command(["up", ...args]);
    expect(refused.stderr).toMatch(/shard-map: tenant tenant-\w+ is in stack prod-/);
    expect(refused.exitCode).toBe(1);
    expect(own.fleet.accounts()).toEqual([]);
  });
});
