import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterEach, describe, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type Command, startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/stack";

/** The pages of one list of each vendor: Zavu has 312 accounts. */
const LISTS = [
  ...["/v1/api-keys"],
  ...["/v1/sub-accounts", "/v1/sub-accounts", "/v1/sub-accounts", "/v1/sub-accounts"],
  ...["/v1/subaccounts"],
];

describe("a fleet of 12 tenants in 4 stacks", () => {
  let emulator: Emulator;
  let project: Project;
  afterEach(async () => {
    await project?.dispose();
    await emulator?.close();
  });

  const open = async () => {
    emulator = await startEmulator();
    project = await createProject({
      engine: { binDir: inject("engineBinDir") },
      program: { folder: join(repository, "examples/fleet") },
      env: realTimeEnvironmentOf(emulator),
    });
    await fleet("init").done;
  };
  const fleet = (...args: string[]): Command =>
    startCommand(process.execPath, [join(repository, "dist/cli/main.js"), "fleet", ...args], {
      cwd: project.dir,
      env: project.env,
    });
  /** External ids of the active accounts at Zavu, each as often as it has one. */
  const customers = () =>
    emulator.zavu
      .accounts()
      .filter(({ status, externalId }) => status === "active" && externalId?.startsWith("tenant-"))
      .map(({ externalId }) => externalId);

  /** How many accounts the lists have that the provider processes shared. */
  const listed = async () => {
    const database = await PGlite.create(join(project.dir, ".fleet/database"));
    const { rows } = await database.query<{ accounts: number }>(
      "select accounts from pgboss.fleet_listing order by accounts",
    );
    await database.close();
    return rows.map(({ accounts }) => accounts);
  };

  it("is made wave by wave, and a second up has nothing to do", async () => {
    await open();
    emulator.zavu.seedMany(300);
    const first = await fleet("up").done;
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.output).toMatch(
      /^wave canary: 1 of 4 shards\nprod-canary succeeded: .*, 2 tenants, .*\nwave all: 3 of 4 shards\n/,
    );
    expect(new Set(customers()).size).toBe(12);
    expect(customers()).toHaveLength(12);
    expect(await listed()).toEqual([expect.any(Number), expect.any(Number)]);
    const calls = emulator.requests.map(({ method, path }) => `${method} ${path}`);
    const before = calls.slice(0, calls.indexOf("POST /v1/sub-accounts"));
    expect(before.filter((call) => call === "GET /v1/sub-accounts")).toHaveLength(3);
    emulator.clearRequests();
    const second = await fleet("up").done;
    expect(second.output).toBe("Nothing to do: every shard is as its last up left it.\n");
    expect(emulator.requests).toEqual([]);
    const [byHand] = emulator.zavu.accounts().filter(({ externalId }) => externalId === "tenant-stark");
    emulator.zavu.change(byHand?.id ?? "", { creditLimit: 7 });
    const drift = await fleet("drift").done;
    expect(drift.exitCode).toBe(7);
    expect(drift.output).toMatch(/tenant-stark: zavu:SubAccount differs \(~creditLimit\)/);
    const lists = emulator.requests.map(({ path }) => path).filter((path) => LISTS.includes(path));
    expect(lists.toSorted()).toEqual(LISTS);
  });
});
