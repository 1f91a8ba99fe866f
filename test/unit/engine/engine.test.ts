import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { cacheEntry, cacheFolder } from "../../../engine/cache.mts";
import { EngineError, ensureEngine } from "../../../engine/engine.mts";
import { type EngineOrder, engineVersion, oldestVersion } from "../../../engine/installation.mts";
import { fakeEngine, temporaryFolder } from "./fake-engine.ts";

const nodeOnly = "/bin:/usr/bin";
const unused = () => expect.unreachable();
const never = { download: unused, build: unused };
const closed = async () => {
  throw new Error("downloads are closed");
};
const builds = async ({ work, version }: EngineOrder) =>
  fakeEngine(join(work, "build"), { version: `v${version}` });
const entryIn = (cacheDir: string, version = engineVersion) => cacheEntry(cacheDir, version);

function setUp() {
  const cacheDir = join(temporaryFolder(), "cache");
  const lines: string[] = [];
  return {
    cacheDir,
    lines,
    options: { cacheDir, env: { PATH: nodeOnly }, log: (line: string) => lines.push(line) },
  };
}

test("a complete engine on PATH is used as it is", async () => {
  const folder = fakeEngine(temporaryFolder(), { version: "v3.270.1" });
  const { cacheDir, options } = setUp();
  expect(await ensureEngine({ ...options, env: { PATH: folder } }, never)).toEqual({
    binDir: folder,
    pulumi: join(folder, "pulumi"),
    version: "3.270.1",
    source: "path",
  });
  expect(existsSync(cacheDir)).toBe(false);
});

test("an unsuitable engine on PATH is named with its fault, and the cached one is used", async () => {
  const old = fakeEngine(temporaryFolder(), { version: "v3.1.0" });
  const { cacheDir, lines, options } = setUp();
  const entry = fakeEngine(entryIn(cacheDir));
  const engine = await ensureEngine({ ...options, env: { PATH: old } }, never);
  expect(engine).toMatchObject({ binDir: entry, source: "cache" });
  expect(lines).toEqual([expect.stringContaining("is 3.1.0, not 3.x from 3.259.0 on")]);
});

test("where downloads are closed it builds, and the next run finds the result", async () => {
  const { cacheDir, options } = setUp();
  const engine = await ensureEngine(options, { download: closed, build: builds });
  expect(engine).toMatchObject({ binDir: entryIn(cacheDir), source: "build" });
  expect(await ensureEngine(options, never)).toMatchObject({ source: "cache" });
  expect(readdirSync(cacheDir)).toHaveLength(1);
});

test("an incomplete download is not taken, and an incomplete cache entry is replaced", async () => {
  const { cacheDir, lines, options } = setUp();
  fakeEngine(entryIn(cacheDir), { parts: [] });
  const half = async ({ work }: EngineOrder) => fakeEngine(join(work, "half"), { parts: [] });
  expect(await ensureEngine(options, { download: half, build: builds })).toMatchObject({ source: "build" });
  expect(lines).toContainEqual(expect.stringContaining("comes without pulumi-language-nodejs"));
  expect(await ensureEngine(options, never)).toMatchObject({ source: "cache" });
});

test("what a killed run left behind is removed and does not disturb", async () => {
  const { cacheDir, options } = setUp();
  const entry = entryIn(cacheDir);
  const nobody = 2 ** 22 + 1; // above the largest process id of Linux
  mkdirSync(`${entry}.work-${nobody}-1/build`, { recursive: true });
  mkdirSync(`${entry}.lock`);
  writeFileSync(`${entry}.lock/pid`, `${nobody}`);
  expect(await ensureEngine(options, { download: closed, build: builds })).toMatchObject({ source: "build" });
  expect(readdirSync(dirname(entry))).toHaveLength(1);
});

test("two runs at once make one engine", async () => {
  const { lines, options } = setUp();
  const build = vi.fn(builds);
  const both = [
    ensureEngine(options, { download: closed, build }),
    ensureEngine(options, { download: closed, build }),
  ];
  expect((await Promise.all(both)).map(({ source }) => source).sort()).toEqual(["build", "cache"]);
  expect(build).toHaveBeenCalledTimes(1);
  expect(lines).toContainEqual(expect.stringContaining("waiting for it"));
});

test("if nothing works the error lists every way, its reason, and what helps", async () => {
  const { cacheDir, options } = setUp();
  const noGo = async () => {
    throw new Error("there is no go on PATH");
  };
  const error = await ensureEngine(options, { download: closed, build: noGo }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect(String(error)).toBe(
    [
      "EngineError: There is no usable Pulumi CLI (3.259.0 or newer, with its language host for Node.js). Tried:",
      "  - PATH: there is no pulumi on PATH",
      `  - cache: no complete engine in ${entryIn(cacheDir)}`,
      "  - download: downloads are closed",
      "  - build: there is no go on PATH",
      "What helps, any one of these:",
      "  - install Pulumi (https://www.pulumi.com/docs/install/) and have it on PATH",
      "  - install Go 1.26.6 or newer (https://go.dev/dl/) and run this again: it builds Pulumi",
      "  - if Pulumi is installed already, put its folder on PATH",
    ].join("\n"),
  );
});

test("an asked version is that one: another on PATH or in the cache is left alone", async () => {
  const newer = fakeEngine(temporaryFolder(), { version: "v3.270.1" });
  const { cacheDir, options } = setUp();
  fakeEngine(entryIn(cacheDir), { version: `v${engineVersion}` });
  const asked = { ...options, env: { PATH: newer }, version: oldestVersion };
  const engine = await ensureEngine(asked, { download: closed, build: builds });
  expect(engine).toMatchObject({
    binDir: entryIn(cacheDir, oldestVersion),
    version: oldestVersion,
    source: "build",
  });
  const same = fakeEngine(temporaryFolder(), { version: `v${oldestVersion}` });
  expect(await ensureEngine({ ...asked, env: { PATH: same } }, never)).toMatchObject({ source: "path" });
});

test("the cache folder is the named one, else the user's", () => {
  expect(cacheFolder({ PULUMI_SUBACCOUNTS_CACHE: "/c", XDG_CACHE_HOME: "/x" })).toBe("/c");
  expect(cacheFolder({ XDG_CACHE_HOME: "/x" })).toBe("/x/pulumi-subaccounts");
  expect(cacheFolder({})).toMatch(/\/\.cache\/pulumi-subaccounts$/);
});
