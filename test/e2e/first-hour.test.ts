import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { startCommand } from "../../engine/command.mts";
import { linkPackages, repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { activeAt } from "../support/customers";
import { filesIn } from "../support/files.mts";
import { realTimeEnvironmentOf } from "../support/stack";

/** Code blocks of a page, each with the file that the line before it names. */
function blocksOf(page: string): { language: string; file: string | undefined; text: string }[] {
  const content = readFileSync(join(repository, page), "utf8");
  const found = content.matchAll(/^([^\n]*)\n\n```(\w+)[^\n]*\n([\s\S]*?)^```$/gm);
  return [...found].map(([, before = "", language = "", text = ""]) => ({
    language,
    file: /`([\w/.]+)`:$/.exec(before)?.[1],
    text,
  }));
}

/** What `subaccounts init` writes. */
function scaffold(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "first-hour-"));
  try {
    const command = [join(repository, "dist/cli/main.js"), "init", "--vendors", "zavu,bctrl"];
    // Packages are linked here: the file is named, and not read.
    const packed = join(folder, "packed.tgz");
    writeFileSync(packed, "");
    execFileSync(process.execPath, [...command, "--package", packed], { cwd: folder });
    rmSync(packed);
    return Object.fromEntries(
      filesIn(folder).map((file) => [relative(folder, file), readFileSync(file, "utf8")]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// One story, in order: everything that a reader copies, into one folder and one stack.
describe("the first hour", () => {
  let emulator: Emulator;
  let project: Project;
  beforeAll(async () => {
    emulator = await startEmulator();
    project = await createProject({
      engine: { binDir: inject("engineBinDir") },
      program: { files: { ...scaffold() } },
      env: realTimeEnvironmentOf(emulator),
    });
    linkPackages(project.dir);
  });
  afterAll(async () => {
    await project?.dispose();
    await emulator?.close();
  });
  const active = () =>
    (["zavu", "bctrl", "bolna"] as const).map((vendor) => activeAt(emulator, vendor).length);
  const upWith = (program: string) => {
    project.write("index.ts", program);
    return project.up();
  };

  it("begins with the program of `subaccounts init`, whose up prints one line of output", async () => {
    const { output } = await project.run(["up", "--yes"]);
    expect(output).toMatch(/Outputs:\n\s+apiKeys: \[secret\]\n\nResources:/);
    const { apiKeys } = (await project.outputs({ showSecrets: true })) as {
      apiKeys: Record<string, Record<string, string>>;
    };
    expect(emulator.zavu.keyWorks(apiKeys["tenant-acme"]?.["zavu"] ?? "")).toBe(true);
    expect(JSON.parse(readFileSync(join(project.dir, "directory.json"), "utf8"))).toMatchObject({
      "tenant-acme": { bctrl: expect.any(String), zavu: expect.any(String) },
    });
    const subaccounts = (...args: string[]) => {
      const command = [join(repository, "dist/cli/main.js"), ...args];
      return startCommand(process.execPath, command, { cwd: project.dir, env: project.env }).done;
    };
    const [account] = emulator.zavu.accounts();
    emulator.zavu.change(account?.id ?? "", { totalSpent: 4_650 });
    expect(await subaccounts("report")).toMatchObject({
      exitCode: 7,
      output: expect.stringContaining("93 % of creditLimit is used"),
    });
    expect(readFileSync(join(project.dir, "report.html"), "utf8")).toContain("tenant-acme");
    const shown = await subaccounts("show", "tenant-acme");
    expect(shown).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/4650 of 5000 cents \(93 %\)/),
    });
    expect(await subaccounts("list")).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining("2 accounts"),
    });
    await project.destroy();
    // What follows is compiled by documentation.test.ts: here Node strips the types, which is quicker.
    const manifest = JSON.parse(readFileSync(join(project.dir, "package.json"), "utf8"));
    project.write("package.json", JSON.stringify({ ...manifest, type: "module" }));
    const options = "runtime: { name: nodejs, options: { typescript: false } }";
    const yaml = readFileSync(join(project.dir, "Pulumi.yaml"), "utf8");
    project.write("Pulumi.yaml", yaml.replace("runtime: nodejs", options));
  });

  it("goes on with the README's program, which can be destroyed and made again", async () => {
    const [program] = blocksOf("README.md").filter(({ language }) => language === "ts");
    await upWith(program?.text ?? "");
    await project.destroy();
    expect(active()).toEqual([0, 0, 0]);
    await project.up();
    expect(active()).toEqual([1, 1, 1]);
  });

  it("goes on with the guide, whose first Tenant takes over what the README declared", async () => {
    const acme = activeAt(emulator, "zavu");
    let programs = 0;
    for (const { language, file, text } of blocksOf("docs/guide.md")) {
      if (language === "yaml" && file) project.write(file, text);
      // A program of another stack.
      if (language !== "ts" || text.includes("StackReference")) continue;
      emulator.clearRequests();
      await upWith(text);
      programs++;
      const creates = emulator.requests.filter(({ method, path }) => method === "POST" && !/key/.test(path));
      expect(creates.map(({ path }) => path)).toEqual([]);
      expect(activeAt(emulator, "zavu")).toEqual(acme);
      // The second is without Bolna, and says so.
      expect(active()).toEqual([1, 1, programs === 1 ? 1 : 0]);
    }
    expect(programs).toBe(3);
  });

  it("ends with the first example, after a destroy", async () => {
    await project.destroy();
    await upWith(readFileSync(join(repository, "examples/quickstart/index.ts"), "utf8"));
    expect(active()).toEqual([1, 1, 1]);
  });
});
