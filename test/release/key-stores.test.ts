import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCommand } from "../../engine/command.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";
import { deliversKeys, installed, recipes } from "../e2e/key-store";

const examples = join(repository, "examples/secret-store");
const manifestOf = (folder: string): { dependencies: Record<string, string> } =>
  JSON.parse(readFileSync(join(examples, folder, "package.json"), "utf8"));

/** The programs of examples/secret-store, with the packages that they name, as they are in the registry today. */
describe("keys delivered to", () => {
  let root = "";
  const packages = () => join(root, "node_modules");

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "subaccounts-stores-"));
    const all = recipes.flatMap(({ name }) => Object.entries(manifestOf(name).dependencies));
    const dependencies = Object.fromEntries(all.filter(([name]) => name !== "pulumi-subaccounts"));
    writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, dependencies }));
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"], root);
    // One copy of these, as in a program of its own.
    for (const [name, target] of [
      ["@pulumi/pulumi", join(repository, "node_modules/@pulumi/pulumi")],
      ["@types/node", join(repository, "node_modules/@types/node")],
      ["pulumi-subaccounts", repository],
    ] as const) {
      const link = join(packages(), name);
      rmSync(link, { recursive: true, force: true });
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(target, link, "junction");
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  it("every store, by programs that compile", async () => {
    for (const { name } of recipes) cpSync(join(examples, name), join(root, name), { recursive: true });
    const files = recipes.map(({ name }) => `${name}/index.ts`);
    const { compilerOptions } = JSON.parse(readFileSync(join(examples, "tsconfig.json"), "utf8"));
    writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    await run(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", "."], root);
  });

  it("every store that there is a program for", () => {
    const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const programs = folders.map(({ name }) => name).filter((name) => name !== "node_modules");
    expect(recipes.map(({ name }) => name).sort()).toEqual(programs.sort());
  });

  for (const recipe of recipes.filter(({ name }) => name !== installed)) deliversKeys(recipe, packages);
});

async function run(file: string, args: readonly string[], cwd: string): Promise<void> {
  const { exitCode, output } = await startCommand(file, args, { cwd, env: hermeticEnv([]) }).done;
  if (exitCode !== 0) throw new Error(`${file} ${args.join(" ")} failed in ${cwd}:\n${output}`);
}
