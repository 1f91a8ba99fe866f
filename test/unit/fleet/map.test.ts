import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { firstShards, readShardMap, shardMap, shardOf } from "../../../fleet/shards/map";

const folder = mkdtempSync(join(tmpdir(), "shard-map-"));
afterAll(() => rmSync(folder, { recursive: true }));
const HEX = [..."0123456789abcdef"];
const hashOf = (id: string) => createHash("sha256").update(id).digest("hex");
const read = (text: string) => {
  const file = join(folder, "shards.yaml");
  writeFileSync(file, text);
  return readShardMap(file);
};

describe("a tenant's shard", () => {
  it("is the longest prefix of the map that its hash starts with", () => {
    const map = shardMap([...HEX, ...HEX.map((digit) => `f${digit}`)]);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        const hash = hashOf(id);
        expect(shardOf(id, map)).toBe(hash.startsWith("f") ? hash.slice(0, 2) : hash[0]);
      }),
    );
  });

  it("is the range of prefixes that has its hash", () => {
    const map = shardMap(["0-7", "80-bf", "c-f"]);
    expect(
      ["acme", "globex", "initech", "umbrella"].map((id) => [hashOf(id).slice(0, 2), shardOf(id, map)]),
    ).toEqual(
      ["acme", "globex", "initech", "umbrella"].map((id) => {
        const [digit = ""] = hashOf(id);
        return [hashOf(id).slice(0, 2), digit < "8" ? "0-7" : digit < "c" ? "80-bf" : "c-f"];
      }),
    );
  });

  it("stays the same for all tenants but those of a shard that is split", () => {
    const before = shardMap(HEX);
    const after = shardMap([...HEX.slice(0, -1), ...HEX.map((digit) => `f${digit}`)]);
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const shard = shardOf(id, before);
        if (shard !== "f") expect(shardOf(id, after)).toBe(shard);
      }),
    );
  });

  it("is the one that its file names, which the map must have", () => {
    const map = shardMap(["0-f"], ["canary"]);
    expect([shardOf("acme", map, "canary"), shardOf("acme", map)]).toEqual(["canary", "0-f"]);
    expect(() => shardOf("acme", map, "canari")).toThrow(
      "tenant acme is pinned to the shard canari, which the shard map does not have",
    );
  });
});

describe("a shard map", () => {
  it("is read as text, whatever YAML takes for a number", () => {
    const names = [...HEX.filter((digit) => digit !== "1"), ...HEX.map((digit) => `1${digit}`)];
    expect(read(`shards: [${names.join(", ")}]\npinned: [eu-1]\n`).names).toEqual([...names, "eu-1"]);
  });

  it.each([
    ["shards: [0-7, 8-e]", "no shard has the hashes that start with f"],
    ["shards: [1-f]", "no shard has the hashes that start with 0"],
    ["shards: [0-8, 8-f]", "0-8 and 8-f have hashes in common"],
    ["shards: [0-f, 7-0]", "7-0 is no range"],
    ["shards: [0-f]\npinned: [eu, eu]", "eu stands in it twice"],
    ["shards: [0-f]\npinned: [f0]", "must be lower-case letters, digits and dashes with a letter after f"],
    ["shards: [g]", "must be a prefix of the hash"],
    ["shards: [", "is no YAML"],
    ["shard: [0-f]", "is wrong"],
  ])("is refused: %s", (text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it("is made for a number of tenants, so that no shard has many more than it is made for", () => {
    expect(firstShards(12, 100)).toEqual(["0-f"]);
    expect(firstShards(400, 100)).toEqual(["0-3", "4-7", "8-b", "c-f"]);
    expect(firstShards(1600, 100)).toEqual(HEX);
    expect(firstShards(3200, 100)).toHaveLength(32);
    expect(firstShards(3200, 100).slice(0, 2)).toEqual(["00-07", "08-0f"]);
    expect(() => shardMap(firstShards(100_000, 100))).not.toThrow();
  });
});
