import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { ensureEngine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the Pulumi CLI, for `createProject({ engine: { binDir: inject("engineBinDir") }, … })`. */
    engineBinDir: string;
  }
}

/** Finds or makes the engine once for the whole tier. A tier that cannot run fails. */
export default function setup(project: TestProject): Promise<void> {
  return provideEngine(project);
}

/** The same with just this version. */
export async function provideEngine(project: TestProject, asked?: string): Promise<void> {
  if (!existsSync(join(repository, "dist/provider/index.js"))) {
    throw new Error("dist/ is not there: run `npm run build` first, programs load the built package");
  }
  const log = (line: string) => console.error(`[engine] ${line}`);
  const { binDir, version, source } = await ensureEngine({ log, version: asked });
  log(`Pulumi ${version} (${source}) runs the tier ${project.name}`);
  project.provide("engineBinDir", binDir);
}
