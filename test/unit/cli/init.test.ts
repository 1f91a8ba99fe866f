import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { initCommand } from "../../../cli/init/command";
import { packageFile } from "../../../cli/init/own-package";
import { vendors } from "../../../provider/vendors";
import { findTenants, findTiers } from "../../../tenant/files";

const root = resolve(__dirname, "../../..");
let folder: string;
let before: string;
beforeEach(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), "init-"));
  writeFileSync(join(folder, "packed.tgz"), "");
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** Runs `subaccounts init` in the folder. */
async function init(...args: string[]) {
  let output = "";
  const write = (text: string) => {
    output += text;
  };
  const command = initCommand({ folder, write }).exitOverride().configureOutput({ writeErr: write });
  const code = await new Command("subaccounts")
    .addCommand(command)
    .parseAsync(["init", "--package", "packed.tgz", ...args], { from: "user" })
    .then(
      () => 0,
      (error: { exitCode?: number }) => error.exitCode,
    );
  return { code, output };
}
const read = (file: string) => readFileSync(join(folder, file), "utf8");

/** What the compiler says of a program by its own tsconfig.json, in the given way of this package. */
function diagnostics(program: string): string[] {
  const { config } = ts.readConfigFile(join(program, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, program);
  const host = ts.createCompilerHost({ ...options, typeRoots: [join(root, "node_modules/@types")] });
  const compiled = ts.createProgram(
    [join(program, "index.ts")],
    {
      ...options,
      typeRoots: [join(root, "node_modules/@types")],
      paths: { "pulumi-subaccounts": [join(root, "dist/sdk/index.d.ts")] },
    },
    host,
  );
  expect(options.strict).toBe(true);
  return ts
    .getPreEmitDiagnostics(compiled)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("subaccounts init", () => {
  it.each([
    ["commonjs", []],
    ["module", ["--esm"]],
  ])("writes a program of %s that compiles strictly and whose files are right", async (type, flags) => {
    const { code, output } = await init("customers", ...flags);
    expect(code).toBe(0);
    expect(diagnostics(join(folder, "customers"))).toEqual([]);
    const manifest = JSON.parse(read("customers/package.json"));
    expect(manifest).toMatchObject({ type, dependencies: { "pulumi-subaccounts": "file:../packed.tgz" } });
    expect(read("customers/Pulumi.yaml")).toContain("name: customers\n");

    process.chdir(join(folder, "customers"));
    const tiers = findTiers("tiers.yaml");
    const found = findTenants(["tenants/*.yaml"], tiers.tiers);
    expect([...tiers.problems, ...found.problems]).toEqual([]);
    expect(Object.keys(found.tenants[0]?.["vendors"] ?? {})).toEqual(Object.keys(vendors));
    // A limit of each vendor, with its unit for a person.
    for (const [name, { SubAccount }] of Object.entries(vendors)) {
      expect(SubAccount.description, name).toHaveProperty("sampleTier");
    }
    expect(read("customers/tiers.yaml")).toContain("creditLimit: 5000 # whole US cents");
    // A state beside the program, not in it.
    expect(output).toMatch(/cd customers\n\s+npm install/);
    expect(output).toContain("mkdir -p ../customers-state");
  });

  it("declares the vendors that are asked for, and names the one that a mistyped name means", async () => {
    await init("one", "--vendors", "zavu, bctrl");
    expect(read("one/tenants/acme.yaml")).toMatch(/vendors:.*\n {2}bctrl: \{\}\n {2}zavu: \{\}\n$/);
    expect(read("one/tiers.yaml")).not.toContain("bolna");

    const mistyped = await init("two", "--vendors", "zavuu");
    expect(mistyped).toMatchObject({ code: 1 });
    expect(mistyped.output).toContain('there is no vendor "zavuu"');
    expect(mistyped.output).toContain(`${Object.keys(vendors).join(", ")}; did you mean zavu?`);
    expect(readdirSync(folder)).not.toContain("two");
  });

  it("overwrites nothing, names what is in the way, and then writes no other file either", async () => {
    mkdirSync(join(folder, "tenants"));
    writeFileSync(join(folder, "tenants/acme.yaml"), "mine");
    writeFileSync(join(folder, "package.json"), "{}");
    const { code, output } = await init();
    expect(code).toBe(1);
    expect(output).toContain(
      `${folder} has package.json, tenants/acme.yaml already, and nothing was written`,
    );
    expect(readdirSync(folder).sort()).toEqual(["package.json", "packed.tgz", "tenants"]);
    expect(read("tenants/acme.yaml")).toBe("mine");
  });

  it("leaves nothing behind where a file cannot be written, and says which", async () => {
    mkdirSync(join(folder, "customers"));
    writeFileSync(join(folder, "customers/tenants"), "a file");
    const { code, output } = await init("customers");
    expect(code).toBe(1);
    expect(output).toMatch(
      /^error: \S+tenants.acme\.yaml cannot be written \(ENOTDIR\), and nothing was: give a folder/,
    );
    expect(readdirSync(join(folder, "customers"))).toEqual(["tenants"]);
    expect((await init("packed.tgz/sub")).output).toMatch(/cannot be written \(ENOTDIR\), and nothing was/);
  });

  it("takes a link that leads nowhere for a file that is there", async () => {
    symlinkSync("nowhere", join(folder, "index.ts"));
    expect((await init()).output).toMatch(/has index\.ts already, and nothing was written/);
  });

  it("says of a package that is not packed what it must be", async () => {
    writeFileSync(join(folder, "packed.txt"), "");
    const { code, output } = await init("customers", "--package", "packed.txt");
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/is no \.tgz file: give the one that `npm pack` made/),
    ]);
  });

  it("says of a package that is not there where it was looked for", async () => {
    const { code, output } = await init("customers", "--package", "lost.tgz");
    expect(code).toBe(1);
    expect(output).toContain(`--package: there is no file ${join(folder, "lost.tgz")}`);
    expect(readdirSync(folder)).toEqual(["packed.tgz"]);
  });

  it("names this package by the file that it was installed from, or that was packed in a clone", () => {
    const put = (file: string, content: object) => {
      mkdirSync(join(folder, file, ".."), { recursive: true });
      writeFileSync(join(folder, file), JSON.stringify(content));
    };
    const specOf = (own: string) =>
      packageFile(join(folder, "customers"), folder, undefined, join(folder, own));
    // Pnpm's layout, in which the package does not lie right in node_modules.
    const installed = "other/node_modules/.pnpm/x/node_modules/pulumi-subaccounts";
    put(`${installed}/package.json`, { version: "0.3.0" });
    put("other/package.json", { dependencies: { "pulumi-subaccounts": "file:../packed.tgz" } });
    expect(specOf(installed)).toBe("file:../packed.tgz");
    put("other/package.json", { devDependencies: { "pulumi-subaccounts": "^1.2.3" } });
    expect(specOf(installed)).toBe("^1.2.3");

    put("clone/package.json", { version: "0.3.0" });
    expect(() => specOf("clone")).toThrow(/in no registry yet, .*run `npm pack` in \S+clone first/);
    put("clone/pulumi-subaccounts-0.3.0.tgz", {});
    expect(specOf("clone")).toBe("file:../clone/pulumi-subaccounts-0.3.0.tgz");
  });
});
