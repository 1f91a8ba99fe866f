import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "pulumi-subaccounts/emulator";
import { startCommand } from "../../engine/command.mts";
import type { Engine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/environment.mts";
import { postgresPrograms, startPostgres } from "../support/postgres.mts";
import { writeTenants } from "./fleet-folder.mts";
import { type Holding, hold } from "./held.mts";

const SAMPLED_MS = 200;
const LISTS = ["/v1/sub-accounts", "/v1/subaccounts", "/v1/api-keys", "/sub-accounts/all"];

/** A fleet that is measured. */
export interface Size {
  readonly tenants: number;
  /** Tenants of a stack. */
  readonly perStack: number;
  /** Requests a minute that the vendor allows; 0: any. */
  readonly rate: number;
  /** Machines, here processes of one; several share a PostgreSQL. */
  readonly workers: number;
  /** Where each tenant has an account and a key. */
  readonly vendors: readonly string[];
}

/** The commands that are measured, in their order; each needs those before it that it changes something of. */
export const COMMANDS = ["up", "nothing", "tier", "drift", "killed"] as const;
/** One of them. */
export type CommandName = (typeof COMMANDS)[number];

/** One command of a fleet. */
export interface Row extends Size {
  readonly what: string;
  readonly seconds: number;
  readonly calls: number;
  /** Of them, pages of whole lists: of accounts, and of all accounts' keys. */
  readonly listings: number;
  readonly refusals: number;
  /** The most that one process of the fleet had in memory, without its children. */
  readonly megabytes: number;
}

interface Fleet extends Size {
  readonly emulator: Emulator;
  readonly project: Project;
  /** The CPU limit of each worker. */
  readonly holdings?: readonly Holding[];
}

/** The first `up` by so many workers, each held to a part of a processor. */
export interface HeldRow {
  readonly tenants: number;
  readonly workers: number;
  readonly cores: number;
  readonly latencyMs: number;
  readonly seconds: number;
  readonly calls: number;
}

/**
 * Measures a fleet: the first `up`, one without a change, a changed tier of all, drift, and on one machine an `up` that is
 * killed half-way and taken up without the engine's database.
 */
export async function measureCommands(
  engine: Engine,
  size: Size,
  commands: readonly CommandName[],
  note: (line: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  const has = (name: CommandName) => commands.includes(name);
  await withFleet(engine, size, async (fleet) => {
    const row = async (what: string, args: readonly string[], exitCodes: readonly number[] = [0]) => {
      fleet.emulator.clearRequests();
      const start = performance.now();
      const { megabytes } = await run(fleet, args, { exitCodes });
      const seconds = (performance.now() - start) / 1000;
      const { requests } = fleet.emulator;
      const refusals = requests.filter(({ status }) => status === 429).length;
      note(
        `${size.tenants} tenants, ${size.perStack} a stack, ${size.workers} workers, ${size.rate} a minute: ${what}: ${seconds.toFixed(1)} s, ${requests.length} calls`,
      );
      rows.push({
        ...size,
        what,
        seconds,
        calls: requests.length,
        listings: requests.filter(isOfList).length,
        refusals,
        megabytes,
      });
    };
    await row("first `up`", ["up"]);
    refuseUnless(fleet);
    if (has("nothing")) await row("`up`, nothing to do", ["up"]);
    if (has("tier")) {
      changeTier(fleet, 700);
      await row("a changed tier of all", ["up"]);
    }
    if (has("drift")) {
      const [account] = fleet.emulator.zavu.accounts();
      fleet.emulator.zavu.change(account?.id ?? "", { name: "By hand" });
      await row("`drift`, of one tenant", ["drift"], [7]);
    }
    if (has("killed") && size.workers === 1) {
      changeTier(fleet, 900);
      fleet.emulator.clearRequests();
      await run(fleet, ["up"], { exitCodes: [-1], killAfter: size.tenants / 2 });
      rmSync(join(fleet.project.dir, ".fleet"), { recursive: true });
      await row("`up` after one that was killed half-way, without its database", ["up"]);
    }
    refuseUnless(fleet);
  });
  return rows;
}

/** Measures how much more workers do than one, each with half a processor and a vendor that is 300 ms away. */
export async function measureHeld(
  engine: Engine,
  workers: number,
  note: (line: string) => void,
): Promise<HeldRow> {
  const [cores, latencyMs] = [0.5, 300];
  const size: Size = { tenants: 240, perStack: 20, rate: 0, workers, vendors: ["zavu"] };
  const holdings = Array.from({ length: workers }, (_, index) => hold(String(index), cores));
  try {
    return await withFleet(
      engine,
      size,
      async (fleet) => {
        fleet.emulator.zavu.switches.latencyMs = latencyMs;
        fleet.emulator.clearRequests();
        const start = performance.now();
        await run({ ...fleet, holdings }, ["up"], { exitCodes: [0] });
        const seconds = (performance.now() - start) / 1000;
        refuseUnless(fleet);
        const calls = fleet.emulator.requests.length;
        note(`${workers} workers with ${cores} cores each: ${seconds.toFixed(1)} s, ${calls} calls`);
        return { tenants: size.tenants, workers, cores, latencyMs, seconds, calls };
      },
      true,
    );
  } finally {
    for (const holding of holdings) holding.release();
  }
}

/** Whether a call reads a page of a whole list: bctrl filters the one of a single account or of its keys. */
function isOfList({ method, path, query }: Emulator["requests"][number]): boolean {
  const isFiltered = Object.keys(query).some((name) => /externalId|subaccount/i.test(name));
  return method === "GET" && LISTS.includes(path) && !isFiltered;
}

/** Runs a command, and beside it the workers on other machines. @throws Error for another exit code */
async function run(
  { project, workers, emulator, holdings = [] }: Fleet,
  args: readonly string[],
  { exitCodes, killAfter }: { readonly exitCodes: readonly number[]; readonly killAfter?: number },
): Promise<{ megabytes: number }> {
  const start = (line: readonly string[], worker: number) => {
    const main = [join(repository, "dist/cli/main.js"), "fleet", ...line];
    const [file, all] = holdings[worker]?.line(process.execPath, main) ?? [process.execPath, main];
    return startCommand(file, all, { cwd: project.dir, env: project.env });
  };
  const others = Array.from({ length: workers - 1 }, (_, index) => start(["work"], index + 1));
  const first = start(args, 0);
  let kilobytes = 0;
  const timer = setInterval(() => {
    for (const { pid } of [first, ...others]) kilobytes = Math.max(kilobytes, peakOf(pid));
    if (killAfter !== undefined && emulator.requests.length > killAfter) first.kill("SIGKILL");
  }, SAMPLED_MS);
  const ended = await first.done;
  clearInterval(timer);
  for (const other of others) other.kill("SIGTERM");
  await Promise.all(others.map(({ done }) => done));
  if (!exitCodes.includes(ended.exitCode))
    throw new Error(`subaccounts fleet ${args.join(" ")} ended with ${ended.exitCode}:\n${ended.output}`);
  return { megabytes: Math.round(kilobytes / 1024) };
}

/** The most memory that a process had so far, in kB; 0 where the system does not say. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function withFleet<Result>(
  engine: Engine,
  size: Size,
  body: (fleet: Fleet) => Promise<Result>,
  isShared = size.workers > 1,
): Promise<Result> {
  const { tenants, perStack, rate, vendors } = size;
  const programs = postgresPrograms();
  if (isShared && programs === undefined) throw new Error("several workers need Debian's postgresql");
  const emulator = await startEmulator({
    zavu:
      rate === 0 ? { requestsPerMinute: 10_000_000 } : { requestsPerMinute: rate, enforceRateLimit: true },
  });
  emulator.bolna.switches.concurrencyPool = 1_000_000;
  const postgres = isShared && programs !== undefined ? await startPostgres(programs) : undefined;
  const project = await createProject({
    engine,
    program: { folder: join(repository, "examples/fleet") },
    env: { ...realTimeEnvironmentOf(emulator), FLEET_DATABASE_URL: postgres?.url ?? "" },
  });
  const fleet = { ...size, emulator, project };
  try {
    writeTenants(project.dir, tenants, vendors);
    const tiers = readFileSync(join(project.dir, "tiers.yaml"), "utf8");
    const bolna = "  bolna: { allowConcurrentCalls: 1, deletionPolicy: retain }\n";
    project.write("tiers.yaml", tiers.replace("trial:\n", `trial:\n${bolna}`));
    rmSync(join(project.dir, "shards.yaml"));
    const settings = [
      "waves: [{ name: all }]",
      ...(postgres ? ["engine: { url: env:FLEET_DATABASE_URL }"] : []),
    ];
    const file = readFileSync(join(project.dir, "fleet.yaml"), "utf8");
    project.write(
      "fleet.yaml",
      `${file.replace(/waves:\n( {2}.*\n)+/, "").replace(/size: \d+/, `size: ${perStack}`)}\n${settings.join("\n")}\n`,
    );
    await run({ ...fleet, workers: 1 }, ["init"], { exitCodes: [0] });
    return await body(fleet);
  } finally {
    await project.dispose();
    await emulator.close();
    await postgres?.stop();
  }
}

function changeTier({ project }: Fleet, limit: number): void {
  const tiers = readFileSync(join(project.dir, "tiers.yaml"), "utf8");
  project.write("tiers.yaml", tiers.replaceAll(/(?<=creditLimit: )\d+/g, String(limit)));
}

function refuseUnless({ emulator, tenants }: Fleet): void {
  const active = emulator.zavu.accounts().filter(({ status }) => status === "active");
  const customers = new Set(active.map(({ externalId }) => externalId));
  if (active.length !== tenants || customers.size !== tenants)
    throw new Error(`${active.length} accounts of ${customers.size} customers, not ${tenants}`);
}
