import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findOnPath, inspect, isSupported, parseVersion } from "../../../engine/installation.mts";
import { fakeEngine, temporaryFolder } from "./fake-engine.ts";

test("a version is parsed with and without v, pre-release and build", () => {
  expect(parseVersion("v3.259.0\n")).toEqual([3, 259, 0]);
  expect(parseVersion("3.260.1-alpha.1+dirty")).toEqual([3, 260, 1]);
  expect(parseVersion("dev")).toBeUndefined();
  expect(parseVersion("3.259")).toBeUndefined();
});

test("an older version, another major version and no version are not supported", () => {
  expect(isSupported("3.259.0")).toBe(true);
  expect(isSupported("v3.260.0")).toBe(true);
  expect(isSupported("3.258.9")).toBe(false);
  expect(isSupported("4.0.0")).toBe(false);
  expect(isSupported("")).toBe(false);
  expect(isSupported("1.25.10", "1.25.11")).toBe(false);
  expect(isSupported("1.26.0", "1.25.11")).toBe(true);
});

test("a folder with all three programs is complete", async () => {
  expect(await inspect(fakeEngine(temporaryFolder()))).toEqual({ version: "3.259.0" });
});

test.each(["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"])(
  "a missing %s is named",
  async (missing) => {
    const parts = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"].filter(
      (part) => part !== missing,
    );
    const folder = fakeEngine(temporaryFolder(), { parts });
    expect(await inspect(folder)).toEqual({ problem: `${join(folder, "pulumi")} comes without ${missing}` });
  },
);

test("the other programs may lie elsewhere on PATH, or beside the file that is linked to", async () => {
  const elsewhere = fakeEngine(temporaryFolder());
  const alone = fakeEngine(temporaryFolder(), { parts: [] });
  expect(await inspect(alone, elsewhere)).toEqual({ version: "3.259.0" });

  const links = join(temporaryFolder(), "bin");
  mkdirSync(links);
  symlinkSync(join(elsewhere, "pulumi"), join(links, "pulumi"));
  expect(await inspect(links)).toEqual({ version: "3.259.0" });
});

test("an old CLI, one that does not run and an empty folder are explained", async () => {
  const old = fakeEngine(temporaryFolder(), { version: "v3.100.0" });
  expect(await inspect(old)).toEqual({
    problem: `${join(old, "pulumi")} is 3.100.0, not 3.x from 3.259.0 on`,
  });
  const broken = fakeEngine(temporaryFolder(), { version: "; echo no license >&2; exit 3" });
  expect(await inspect(broken)).toEqual({ problem: `${join(broken, "pulumi")} does not run: no license` });
  const empty = temporaryFolder();
  expect(await inspect(empty)).toEqual({ problem: `there is no pulumi in ${empty}` });
});

test("the first folder of PATH with the program wins, empty parts are left out", () => {
  const [first, second] = [fakeEngine(temporaryFolder()), fakeEngine(temporaryFolder())];
  expect(findOnPath("pulumi", `:${temporaryFolder()}:${first}:${second}`)).toBe(first);
  expect(findOnPath("pulumi", temporaryFolder())).toBeUndefined();
});
