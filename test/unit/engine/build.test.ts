import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { buildEngine, goNeeded } from "../../../engine/build.mts";
import { engineVersion, oldestVersion } from "../../../engine/installation.mts";
import { temporaryFolder } from "./fake-engine.ts";

/** Builds with a `go` of this version whose `go build` runs this shell script. */
function buildWith(version: string, script: string) {
  const folder = temporaryFolder();
  const go = `case $1 in env) echo ${version};; list) printf 'fmt\\nexample.com/broken\\n';; *) ${script};; esac`;
  writeFileSync(join(folder, "go"), `#!/bin/sh\n${go}\n`);
  chmodSync(join(folder, "go"), 0o755);
  const lines: string[] = [];
  const building = buildEngine({
    version: engineVersion,
    work: temporaryFolder(),
    log: (line) => lines.push(line),
    env: { PATH: [folder, "/bin", "/usr/bin"].join(delimiter) },
  });
  return { building, lines };
}

test("each version that can be built says which Go it needs", () => {
  for (const version of [engineVersion, oldestVersion]) expect(goNeeded(version)).toMatch(/^1\.\d+\.\d+$/);
});

test("a Go that is too old is refused before anything is built", async () => {
  const { building, lines } = buildWith("go1.20.1", "exit 9");
  await expect(building).rejects.toThrow(`Go ${goNeeded(engineVersion)} or newer is needed`);
  expect(lines).toEqual([]);
});

test("a failed build says what Go said, and not which packages it compiled before", async () => {
  const said =
    "printf 'fmt\\nexample.com/broken\\n# example.com/broken\\nb.go:1:1: undefined: x\\n' >&2; exit 1";
  const { building, lines } = buildWith("go1.99.0", said);
  await expect(building).rejects.toThrow(
    /^go build of github\.com\/pulumi\/\S+ failed: # example\.com\/broken \| b\.go:1:1: undefined: x$/,
  );
  expect(lines).toEqual([
    expect.stringMatching(/^building Pulumi .* with go1\.99\.0: usually \d+ to \d+ min/),
  ]);
});
