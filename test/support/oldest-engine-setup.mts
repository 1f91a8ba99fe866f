import type { TestProject } from "vitest/node";
import { oldestVersion } from "../../engine/installation.mts";
import { provideEngine } from "./engine-setup.mts";

/** Runs a tier with the oldest CLI that is supported. */
export default function setup(project: TestProject): Promise<void> {
  return provideEngine(project, oldestVersion);
}
