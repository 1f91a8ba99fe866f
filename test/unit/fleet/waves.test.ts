import { describe, expect, it } from "vitest";
import { wavesOf } from "../../../fleet/run/waves";
import { defineFleet, type FleetArgs } from "../../../fleet/shards/file";
import { shardMap } from "../../../fleet/shards/map";

const map = shardMap([..."0123456789abcdef"], ["canary"]);
const stacks = map.names.map((name) => `prod-${name}`);
const fleet = (change: Partial<FleetArgs>) =>
  defineFleet({ name: "t", id: "0123456789abcdef", stack: "prod", tenants: "t/*", ...change });
const waves: FleetArgs["waves"] = [
  { name: "canary", shards: ["canary"], wait: "15m" },
  { name: "tenth", percent: 10 },
  { name: "all" },
];

describe("the waves of a run", () => {
  it("have every stack once: those named, some per cent of all, and the rest", () => {
    const made = wavesOf(fleet({ waves }), map, stacks);
    expect(made.map(({ name, stacks, waitSeconds }) => [name, stacks.length, waitSeconds])).toEqual([
      ["canary", 1, 900],
      ["tenth", 2, 0],
      ["all", 14, 0],
    ]);
    expect(made.flatMap((wave) => wave.stacks).toSorted()).toEqual(stacks.toSorted());
    expect(wavesOf(fleet({ waves }), map, stacks.toReversed())).toEqual(made);
  });

  it("are left out where they have none", () => {
    expect(wavesOf(fleet({ waves }), map, ["prod-3"]).map(({ name }) => name)).toEqual(["tenth"]);
  });

  it("name shards of the map", () => {
    const stray = fleet({ waves: [{ name: "first", shards: ["canari"] }, { name: "all" }] });
    expect(() => wavesOf(stray, map, stacks)).toThrow(
      "the wave first has the shard canari, which is not in shards.yaml",
    );
  });
});

it("failures are tolerated by number, or in per cent of the tenants, whole ones alone", () => {
  const tolerated = (tolerate: number | string, tenants: number) =>
    wavesOf(fleet({ failures: { tolerate } }), map, ["prod-0"], { "prod-0": tenants })[0]?.tolerated;
  expect([tolerated(3, 10), tolerated("1%", 99), tolerated("1%", 250), tolerated("0.5 %", 1000)]).toEqual([
    3, 0, 2, 5,
  ]);
});
