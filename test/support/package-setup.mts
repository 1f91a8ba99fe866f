import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startCommand } from "../../engine/command.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed package. */
    tarball: string;
    /** Folders with a `node` of each supported major version: the oldest that the package takes, and today's. */
    nodes: Record<"22" | "24", string>;
    /** The executable of pnpm. */
    pnpm: string;
  }
}

const tools = { "node-22": "npm:node@22.19.0", pnpm: "12.21.0" };

/** Packs `dist/` as it is, and installs the tools that the projects need, once for the whole tier. */
export default async function setup(project: TestProject): Promise<() => void> {
  const root = mkdtempSync(join(tmpdir(), "subaccounts-package-"));
  const toolsFolder = join(root, "tools");
  mkdirSync(toolsFolder);
  const manifest = { private: true, dependencies: tools, allowScripts: { node: true } };
  writeFileSync(join(toolsFolder, "package.json"), JSON.stringify(manifest));
  await Promise.all([
    npm(["pack", "--ignore-scripts", "--pack-destination", root], repository),
    npm(["install", "--no-audit", "--no-fund", "--prefer-offline"], toolsFolder),
  ]);
  const tarball = readdirSync(root).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no file");
  project.provide("tarball", join(root, tarball));
  project.provide("pnpm", join(toolsFolder, "node_modules/.bin/pnpm"));
  project.provide("nodes", {
    "22": join(toolsFolder, "node_modules/node-22/bin"),
    "24": join(repository, "node_modules/node/bin"),
  });
  return () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { exitCode, output } = await startCommand("npm", args, { cwd, env: hermeticEnv([]) }).done;
  if (exitCode !== 0) throw new Error(`npm ${args.join(" ")} failed in ${cwd}:\n${output}`);
}
