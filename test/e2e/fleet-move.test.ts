import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/stack";

let emulator: Emulator;
let project: Project;
afterEach(async () => {
  await project?.dispose();
  await emulator?.close();
});

const fleet = (...args: string[]) =>
  startCommand(process.execPath, [join(repository, "dist/cli/main.js"), "fleet", ...args], {
    cwd: project.dir,
    env: project.env,
  }).done;
const stateOf = (stack: string) => join(dirname(project.stateFile), "../fleet", `${stack}.json`);

it("a tenant moves to another stack by two small updates, also where a kill left it in both states", async () => {
  emulator = await startEmulator();
  project = await createProject({
    engine: { binDir: inject("engineBinDir") },
    program: { folder: join(repository, "examples/fleet") },
    env: realTimeEnvironmentOf(emulator),
  });
  await fleet("init");
  // The canaries' stack and that of the tenant are enough.
  const shards = join(project.dir, "shards.yaml");
  writeFileSync(shards, 'shards: ["0-f"]\npinned: [canary]\n');
  expect(await fleet("up")).toMatchObject({ exitCode: 0 });
  emulator.clearRequests();
  copyFileSync(stateOf("prod-0-f"), `${stateOf("prod-0-f")}.before`);
  await project.run([
    ...["state", "move", "--yes", "--source", "prod-0-f", "--dest", "prod-canary"],
    "urn:pulumi:prod-0-f::fleet::subaccounts:index:Tenant::tenant-initech",
  ]);
  copyFileSync(`${stateOf("prod-0-f")}.before`, stateOf("prod-0-f"));

  expect(await fleet("move", "tenant-initech", "canary")).toMatchObject({ exitCode: 0, stderr: "" });
  const writes = emulator.requests.filter(({ method }) => method !== "GET");
  expect(writes.map(({ vendor, method }) => `${vendor} ${method}`).toSorted()).toEqual([
    "bctrl PATCH",
    "zavu PATCH",
  ]);
  expect(readFileSync(stateOf("prod-0-f"), "utf8")).not.toContain("SubAccount::tenant-initech");
  expect((await fleet("gc", "--keep", "1")).output).toBe("History: 2 updates of 2 stacks, 0.1 MB removed.\n");
  expect(await fleet("doctor")).toMatchObject({ exitCode: 0 });
  expect((await fleet("up")).output).toMatch(/^Nothing to do/);
  expect(Object.keys(JSON.parse((await fleet("directory")).stdout))).toHaveLength(12);
});
