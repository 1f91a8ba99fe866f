import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/stack";

let emulator: Emulator;
const projects: Project[] = [];
afterEach(async () => {
  for (const project of projects.splice(0)) await project.dispose();
  await emulator?.close();
});

const checkout = async (): Promise<Project> => {
  const project = await createProject({
    engine: { binDir: inject("engineBinDir") },
    program: { folder: join(repository, "examples/fleet") },
    env: realTimeEnvironmentOf(emulator),
  });
  projects.push(project);
  project.write("shards.yaml", 'shards: ["0-f"]\npinned: [canary]\n');
  await fleet(project, "init").done;
  return project;
};
const fleet = (project: Project, ...args: string[]) =>
  startCommand(process.execPath, [join(repository, "dist/cli/main.js"), "fleet", ...args], {
    cwd: project.dir,
    env: project.env,
  });

it("a second fleet with the same id and fresh states takes no account, also after its first up was killed", async () => {
  emulator = await startEmulator();
  const first = await checkout();
  expect(await fleet(first, "up").done).toMatchObject({ exitCode: 0 });
  emulator.clearRequests();

  const second = await checkout();
  const tags = join(dirname(second.stateFile), "../fleet/prod-canary.pulumi-tags");
  const killed = fleet(second, "up");
  await expect
    .poll(() => existsSync(tags) && readFileSync(tags, "utf8").includes("running"), { timeout: 120_000 })
    .toBe(true);
  killed.kill("SIGKILL");
  await killed.done;
  const { exitCode, output } = await fleet(second, "up").done;
  expect([exitCode, output]).toEqual([1, expect.stringContaining("prod-canary failed")]);
  expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  expect((await fleet(first, "up").done).output).toMatch(/^Nothing to do/);
});
