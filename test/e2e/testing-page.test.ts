import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startCommand } from "../../engine/command.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { linkPackages, repository } from "../../engine/program-folder.mts";

const page = readFileSync(join(repository, "docs/testing-your-program.md"), "utf8");
/** The files of the page's example: a block below a line that begins with the file's name. */
const files = [...page.matchAll(/^`([\w.]+)`.*\n\n```[^\n]*\n([\s\S]*?)^```$/gm)].map(
  ([, name = "", text = ""]) => [name, text] as const,
);

let root: string;
let env: Record<string, string>;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "subaccounts-testing-"));
  for (const folder of ["home", "tmp"]) mkdirSync(join(root, folder));
  for (const [name, text] of files) writeFileSync(join(root, name), text);
  writeFileSync(join(root, "package.json"), '{ "name": "tenants", "type": "module" }');
  linkPackages(root);
  env = hermeticEnv([inject("engineBinDir")], {
    PULUMI_HOME: join(root, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    TMPDIR: join(root, "tmp"),
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

it("the example of docs/testing-your-program.md compiles, and its tests pass", async () => {
  expect(files.map(([name]) => name)).toEqual([
    "tsconfig.json",
    "tenants.ts",
    "index.ts",
    "arguments.test.ts",
    "up.test.ts",
  ]);
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const [compiled, tested] = await Promise.all([
    startCommand("node", [compiler, "-p", root], { cwd: root, env }).done,
    startCommand("node", ["--test", "--test-reporter=tap"], { cwd: root, env }).done,
  ]);
  expect(compiled).toMatchObject({ exitCode: 0, output: "" });
  expect(tested.output).toMatch(/^# pass 4$/m);
  expect(tested).toMatchObject({ exitCode: 0 });
});
