import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commonInputs, inputsOf } from "../../../fleet/inputs";
import { readShards } from "../../../fleet/shards";
import { defineFleet, readFleet } from "../../../fleet/shards/file";

const example = resolve(__dirname, "../../../examples/fleet");
const VERSIONS = { package: "0.3.0", engine: "v3.274.1" };
const NOON = Date.parse("2026-11-27T12:00:00Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleet-"));
  cpSync(example, folder, { recursive: true, filter: (source) => !/node_modules|\.fleet/.test(source) });
});
afterEach(() => rmSync(folder, { recursive: true }));

const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
};
const fleet = () => readFleet(join(folder, "fleet.yaml"));
const hashes = (nowMs = NOON) => {
  const common = commonInputs(fleet(), VERSIONS);
  return Object.fromEntries(readShards(fleet()).map((shard) => [shard.name, inputsOf(shard, common, nowMs)]));
};
/** The shards whose inputs an edit changes. */
const changedBy = (change: () => void, nowMs?: number) => {
  const before = hashes();
  change();
  return Object.entries(hashes(nowMs)).flatMap(([name, hash]) => (hash === before[name] ? [] : [name]));
};

describe("the shards of a fleet", () => {
  it("are read from the files of tenants, with those that are pinned", () => {
    const shards = readShards(fleet());
    expect(shards.map(({ name, tenants }) => [name, tenants.length])).toEqual([
      ["0-5", 3],
      ["6-a", 4],
      ["b-f", 3],
      ["canary", 2],
    ]);
    expect(shards.at(-1)?.tenants.map(({ externalId }) => externalId)).toEqual([
      "tenant-acme",
      "tenant-globex",
    ]);
  });

  it("are refused with every mistake of every file, and with a pin that the map does not have", () => {
    edit("tenants/customers.yaml", "name: Hooli", "nam: Hooli");
    edit("tenants/customers.yaml", "tier: gold", "tier: golden");
    expect(() => readShards(fleet())).toThrow(/customers\.yaml:2:\d+ .*golden[\s\S]*customers\.yaml:4/);
    edit("tenants/customers.yaml", "nam: Hooli", "name: Hooli");
    edit("tenants/customers.yaml", "tier: golden", "tier: gold");
    edit("tenants/canaries.yaml", "shard: canary", "shard: canari");
    expect(() => readShards(fleet())).toThrow("pinned to the shard canari");
  });
});

describe("a change", () => {
  it("of a tenant is one of its shard alone", () => {
    expect(changedBy(() => edit("tenants/customers.yaml", "name: Hooli", "name: Hooli Inc"))).toHaveLength(1);
  });

  it("of a tier is one of the shards with a tenant of it", () => {
    const canaryHasNoGold = changedBy(() => edit("tiers.yaml", "creditLimit: 10000", "creditLimit: 20000"));
    expect(canaryHasNoGold).not.toContain("canary");
    expect(canaryHasNoGold.length).toBeGreaterThan(0);
  });

  it.each([
    ["the program", "index.ts", "const tenants", "const customers = 1;\nconst tenants"],
    ["a package", "package.json", "12.38.0", "12.38.1"],
    ["the project", "Pulumi.yaml", "Tenants in", "Customers in"],
  ])("of %s is one of all shards", (_, file, from, to) => {
    expect(changedBy(() => edit(file, from, to))).toHaveLength(4);
  });

  it("of a file that `inputs` names is one of all shards, and of another file of none", () => {
    writeFileSync(join(folder, "prices.json"), "{}");
    expect(changedBy(() => edit("prices.json", "{}", "{ }"))).toEqual([]);
    edit("fleet.yaml", "tiers: tiers.yaml", "tiers: tiers.yaml\ninputs: [prices.json]");
    expect(changedBy(() => edit("prices.json", "{ }", "{}"))).toHaveLength(4);
  });

  it("of the place or the order of tenants in their files is none", () => {
    expect(
      changedBy(() => {
        edit(
          "tenants/canaries.yaml",
          "- { externalId: tenant-globex",
          "# moved\n- { externalId: tenant-globex",
        );
      }),
    ).toEqual([]);
  });

  it("is also a day of a tenant that is over", () => {
    edit("tenants/canaries.yaml", "shard: canary }", "shard: canary, ended: { keysAt: 2026-11-28 } }");
    const untilThen = changedBy(() => {}, NOON + 24 * 3_600_000);
    const after = changedBy(() => {}, NOON + 48 * 3_600_000);
    expect([untilThen, after]).toEqual([[], ["canary"]]);
  });
});

describe("fleet.yaml", () => {
  const least = { name: "shop", id: "0123456789abcdef", stack: "prod", tenants: "tenants/*" };

  it("has defaults for all but its name, id, stack and tenants", () => {
    expect(defineFleet(least, "/shop")).toMatchObject({
      folder: "/shop",
      program: ".",
      tenants: ["tenants/*"],
      shards: { map: "shards.yaml", size: 100 },
      waves: [{ name: "all" }],
      failures: { tolerate: 0, when: "stop" },
      parallel: { machine: 2 },
    });
  });

  it.each<[object, string]>([
    [{ name: undefined }, "name "],
    [{ id: "prod" }, "id must have 16 characters or more"],
    [{ wave: [] }, "wave is not a known setting; did you mean waves?"],
    [{ shards: { sizes: 3 } }, "shards.sizes is not a known setting"],
    [{ waves: [{ name: "a", wait: "soon" }] }, "waves.0.wait must be a time such as 30s, 15m or 2h"],
    [{ waves: [{ name: "a", percent: 10 }] }, "waves has no last one for all that are left"],
    [{ waves: [{ name: "a" }, { name: "b" }] }, "waves.0 (a) takes all"],
    [
      { waves: [{ name: "a", percent: 1, shards: ["x"] }, { name: "b" }] },
      "waves.0 (a) has shards and percent",
    ],
    [{ waves: [{ name: "a", percent: 1 }, { name: "a" }] }, "waves has the name a twice"],
    [{ failures: { tolerate: "few" } }, "failures.tolerate must be a number of tenants, or per cent"],
    [
      { engine: { url: "postgres://jo:canary@db/fleet" } },
      "engine.url must be env:NAME, or a URL postgres://",
    ],
    [{ engine: { url: "postgres://db/fleet?password=canary" } }, "engine.url must be env:NAME"],
    [{ engine: { url: "https://db/fleet" } }, "engine.url must be env:NAME"],
    [{ engine: { url: "env:FLEET-URL" } }, "engine.url must be env:NAME"],
    [{ drift: { at: "0 3 * * *" } }, "drift.at needs engine"],
    [
      { engine: { url: "env:URL" }, drift: { at: "0 3 * * *", timeZone: "Mars" } },
      "drift.timeZone must be a time zone such as Europe/Berlin",
    ],
  ])("is refused: %j", (change, why) => {
    expect(() => defineFleet({ ...least, ...change } as never)).toThrow(why);
  });

  it("that is not there, or no YAML, says where to run the command", () => {
    expect(() => readFleet(join(folder, "flet.yaml"))).toThrow(
      /flet\.yaml cannot be read \(ENOENT\): run this in/,
    );
    writeFileSync(join(folder, "fleet.yaml"), "name: [");
    expect(() => fleet()).toThrow(/fleet\.yaml is no YAML/);
  });
});
