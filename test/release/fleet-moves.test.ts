import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/stack";

/** Runs the CLI, and kills the fleet's command that called it, past the leader of its session, after the n-th command that changes a state, a tag or a stack. */
const KILLER = `#!/bin/sh
"$REAL_PULUMI" "$@"
code=$?
caller=$PPID
case "$(ps -o args= -p "$caller")" in *guard.js*) caller=$(ps -o ppid= -p "$caller") ;; esac
case "$1 $2 $3" in
  "stack tag set"|"stack init "*|"state move "*|"state delete "*|"up "*)
    echo "$1 $2" >> "$KILLER_FOLDER/changes"
    [ "$(wc -l < "$KILLER_FOLDER/changes")" -eq "\${KILL_AFTER:-0}" ] && kill -9 $caller
esac
exit "$code"
`;

let emulator: Emulator;
let project: Project;
let killer: string;
/** The id of each customer's account: none is made, none ended, if these stay. */
let ids: string[];

beforeAll(async () => {
  emulator = await startEmulator();
  project = await createProject({
    engine: { binDir: inject("engineBinDir") },
    program: { folder: join(repository, "examples/fleet") },
    env: realTimeEnvironmentOf(emulator),
  });
  killer = join(dirname(project.dir), "killer");
  mkdirSync(killer);
  writeFileSync(join(killer, "pulumi"), KILLER);
  chmodSync(join(killer, "pulumi"), 0o755);
  await fleet(["init"]);
  expect(await fleet(["up"])).toMatchObject({ exitCode: 0 });
  ids = accounts();
  emulator.clearRequests();
}, 300_000);
afterAll(async () => {
  await project?.dispose();
  await emulator?.close();
});

const fleet = (args: readonly string[], killAfter?: number) => {
  rmSync(join(killer, "changes"), { force: true });
  const env = {
    ...project.env,
    PATH: [killer, project.env["PATH"]].join(delimiter),
    REAL_PULUMI: join(inject("engineBinDir"), "pulumi"),
    KILLER_FOLDER: killer,
    ...(killAfter === undefined ? {} : { KILL_AFTER: String(killAfter) }),
  };
  const command = [join(repository, "dist/cli/main.js"), "fleet", ...args];
  return startCommand(process.execPath, command, { cwd: project.dir, env }).done;
};
const accounts = () =>
  emulator.zavu
    .accounts()
    .map(({ id, externalId, status }) => `${externalId} ${id} ${status}`)
    .toSorted();

/** Each tenant is in one state, its account is the one that it had, and nothing is left to do. */
const expectSettled = async () => {
  const folder = join(dirname(project.stateFile), "../fleet");
  const states = readdirSync(folder).filter((name) => name.startsWith("prod-") && name.endsWith(".json"));
  const tenants = states.flatMap((name) => {
    const urns = readFileSync(join(folder, name), "utf8").matchAll(
      /"urn":"[^"]*::subaccounts:index:Tenant::([\w-]+)"/g,
    );
    return [...urns].map(([, tenant]) => tenant);
  });
  expect(tenants.toSorted()).toEqual([...new Set(tenants)].toSorted());
  expect(tenants).toHaveLength(12);
  expect(accounts()).toEqual(ids);
  expect(emulator.requests.filter(({ method }) => ["POST", "DELETE"].includes(method))).toEqual([]);
  expect((await fleet(["up"])).output).toBe("Nothing to do: every shard is as its last up left it.\n");
};

/**
 * Runs a command killed after one change more each time, until it comes through; `next` is the command of each time, and
 * `undo` makes all as it was before.
 */
const killAfterEach = async (
  next: (count: number) => readonly string[],
  undo = async () => {},
): Promise<number> => {
  for (let count = 1; ; count++) {
    const killed = await fleet(next(count), count);
    const isThrough = killed.signal === null;
    if (isThrough) expect(killed, killed.output).toMatchObject({ exitCode: 0 });
    else {
      const again = await fleet(next(count));
      expect(again, `killed after ${count} changes: ${again.output}`).toMatchObject({
        exitCode: 0,
        stderr: "",
      });
    }
    await expectSettled();
    if (isThrough) return count - 1;
    await undo();
  }
};

describe("tenants between stacks, on the real engine", { timeout: 3_600_000 }, () => {
  it("are moved by the same command again wherever it was killed", async () => {
    const shards = ["canary", "6-a"];
    const kills = await killAfterEach((count) => ["move", "tenant-wonka", String(shards[(count + 1) % 2])]);
    expect(kills).toBeGreaterThanOrEqual(9);
  });

  it("are divided by the same split again wherever it was killed", async () => {
    const map = readFileSync(join(project.dir, "shards.yaml"), "utf8");
    const unite = async () => {
      project.write("shards.yaml", map);
      for (const command of ["move", "gc"]) {
        const ended = await fleet([command]);
        expect(ended, `${command}: ${ended.output}`).toMatchObject({ exitCode: 0 });
      }
    };
    const kills = await killAfterEach(() => ["split", "0-5", "--into", "2"], unite);
    expect(kills).toBeGreaterThanOrEqual(8);
  });
});
