import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listFiles } from "../../../fleet/run/shard-list";
import { readShards } from "../../../fleet/shards";
import { defineFleet } from "../../../fleet/shards/file";
import { readTenants } from "../../../tenant/files";

let folder: string;
let list: string | undefined;
const before = process.cwd();
const write = (file: string, ...tenants: string[]) =>
  writeFileSync(join(folder, "tenants", file), tenants.map((each) => `- ${each}\n`).join(""));
const tenant = (id: string, more = "") =>
  `{ externalId: ${id}, name: ${id}, vendors: { zavu: {} }, shard: ${id.startsWith("eu") ? "eu" : "us"}${more} }`;
const shardOf = (name: string) => ({ name, has: (_: string, pin?: string): boolean => pin === name });
/** As the program of the shard does. */
const read = (by = shardOf("eu")) => {
  const { tenants, problems } = readTenants(["tenants/*.yaml"], undefined, by, list);
  return { ids: tenants.map(({ externalId }) => externalId), problems };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shard-list-"));
  mkdirSync(join(folder, "tenants"));
  writeFileSync(join(folder, "shards.yaml"), 'shards: ["0-f"]\npinned: [eu, us]\n');
  write("one.yaml", tenant("eu-1"), tenant("us-1"));
  write("two.yaml", tenant("eu-2"));
  write("three.yaml", tenant("us-3"));
  const fleet = defineFleet(
    { name: "fleet", id: "fleet-id-of-this-test", stack: "prod", tenants: "tenants/*.yaml" },
    folder,
  );
  const own = readShards(fleet).find(({ name }) => name === "eu");
  if (own) list = listFiles(fleet, join(folder, ".fleet"), own)["SUBACCOUNTS_SHARD_LIST"];
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

describe("the program of a shard, given the list of its files", () => {
  it("reads these alone", () => {
    write("three.yaml", "not: a tenant");
    expect(read()).toEqual({ ids: ["eu-1", "eu-2"], problems: [] });
  });

  it.each([
    [
      "has left its file for another one",
      () => write("two.yaml", tenant("us-2")),
      () => write("four.yaml", tenant("eu-2")),
      ["eu-1", "eu-2"],
    ],
    [
      "is new in a listed file",
      () => write("two.yaml", tenant("eu-2"), tenant("eu-4")),
      () => write("four.yaml", tenant("eu-5")),
      ["eu-1", "eu-2", "eu-4", "eu-5"],
    ],
    [
      "has lost its file",
      () => rmSync(join(folder, "tenants/two.yaml")),
      () => write("four.yaml", tenant("eu-2")),
      ["eu-1", "eu-2"],
    ],
  ])("reads all files where a tenant %s since", (_, change, other, ids) => {
    change();
    other();
    expect(read()).toEqual({ ids, problems: [] });
  });

  it("reads all files where the list is of another shard, or cannot be read", () => {
    expect(read(shardOf("us")).ids).toEqual(["us-1", "us-3"]);
    rmSync(String(list));
    expect(read().ids).toEqual(["eu-1", "eu-2"]);
  });

  it("tells what is wrong in a listed file as without a list", () => {
    write("two.yaml", tenant("eu-2", ", nam: x"));
    expect(read().problems).toEqual([expect.stringContaining("tenants/two.yaml:1")]);
  });
});
