import { cpSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type InstalledProject, install, PNPM_WORKSPACE, versions } from "./installed-project";

const pulumi = { "@pulumi/pulumi": versions.pulumi };
const manifest = (name: string, dependencies: Record<string, string>) =>
  JSON.stringify({ name, private: true, main: "index.js", dependencies });

/** A workspace in which only a library depends on the package, and pnpm's layout hides it from the program. One story, in order. */
describe("a program whose folder does not find the package that its library imports", () => {
  let installed: InstalledProject;
  let own: string;
  beforeAll(async () => {
    installed = await install({
      packageManager: "pnpm",
      node: "22",
      files: {
        "Pulumi.yaml": "name: tenants\nruntime: nodejs\nmain: program\n",
        "package.json": JSON.stringify({ private: true }),
        "pnpm-workspace.yaml": `packages: [program, library]\n${PNPM_WORKSPACE}`,
        "program/package.json": manifest("program", { ...pulumi, library: "workspace:*" }),
        "program/index.js": 'require("library").tenant("acme");\n',
        "library/package.json": manifest("library", {
          ...pulumi,
          "pulumi-subaccounts": `file:${inject("tarball")}`,
        }),
        "library/index.js":
          'const { zavu } = require("pulumi-subaccounts");\n' +
          "exports.tenant = (name) => new zavu.SubAccount(name, { name });\n",
      },
    });
    own = join(installed.project.dir, "program/node_modules/pulumi-subaccounts");
  });
  afterAll(() => installed?.close());

  it("is refused before anything is made, with the folder, the reason and the command", async () => {
    const { output } = await installed.project.up({ expectFailure: true });
    expect(output).toContain(
      `cannot find "pulumi-subaccounts/provider" from the program's folder, ${realpathSync(installed.project.dir)}/program.`,
    );
    expect(output).toContain("Pulumi runs the provider there");
    expect(output).toContain("`pnpm add <file>`");
    expect(output).not.toMatch(/\n\s+at /);
    expect(installed.emulator.requests).toEqual([]);
    expect(installed.project.state().resources?.filter(({ type }) => type.includes("subaccounts"))).toEqual(
      [],
    );
  });

  it("works once that command has run", async () => {
    await installed.packageManager(["add", "--prefer-offline", `file:${inject("tarball")}`], "program");
    await installed.project.up();
    expect(installed.emulator.zavu.accounts()).toMatchObject([{ name: "acme", status: "active" }]);
  });

  it("is told that its folder has another version than the library", async () => {
    // Beside the installed copy, where its dependencies are.
    const installedCopy = realpathSync(own);
    const older = join(dirname(installedCopy), "older");
    cpSync(installedCopy, older, { recursive: true });
    const file = join(older, "package.json");
    const text = readFileSync(file, "utf8");
    rmSync(file);
    writeFileSync(file, text.replace(/"version": ".*?"/, '"version": "0.0.1"'));
    rmSync(own);
    symlinkSync(older, own);
    const { output } = await installed.project.preview("--expect-no-changes");
    expect(output).toMatch(
      /warning: the program imports pulumi-subaccounts \d.* but its provider, .*\/program, is version 0\.0\.1 .*install one version/,
    );
  });

  it("sees in a refresh and a destroy, which run no program, what was not found", async () => {
    rmSync(own);
    for (const output of [
      (await installed.project.refresh({ expectFailure: true })).output,
      (await installed.project.destroy({ expectFailure: true })).output,
    ]) {
      expect(output).toContain("Cannot find module 'pulumi-subaccounts/provider'");
    }
  });

  // Pulumi looks for its own part first, so its name is the one that shows.
  it("sees in a refresh without any packages that Pulumi's is not found", async () => {
    rmSync(join(installed.project.dir, "program/node_modules"), { recursive: true });
    const { output } = await installed.project.refresh({ expectFailure: true });
    expect(output).toContain("Cannot find module '@pulumi/pulumi/cmd/dynamic-provider'");
  });
});
