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
}

/**
 * Measures a fleet: the first `up`, one without a change, a changed tier of all, drift, and on one machine an `up` that is
 * killed half-way and taken up without the engine's database.
 */
export async function measureCommands(
  engine: Engine,
  size: Size,
  note: (line: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
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
    await row("`up`, nothing to do", ["up"]);
    changeTier(fleet, "500", "700");
    await row("a changed tier of all", ["up"]);
    const [account] = fleet.emulator.zavu.accounts();
    fleet.emulator.zavu.change(account?.id ?? "", { name: "By hand" });
    await row("`drift`, of one tenant", ["drift"], [7]);
    if (size.workers === 1) {
      changeTier(fleet, "700", "900");
      fleet.emulator.clearRequests();
      await run(fleet, ["up"], { exitCodes: [-1], killAfter: size.tenants / 2 });
      rmSync(join(fleet.project.dir, ".fleet"), { recursive: true });
      await row("`up` after one that was killed half-way, without its database", ["up"]);
    }
    refuseUnless(fleet);
  });
  return rows;
}

/** Whether a call reads a page of a whole list: bctrl filters the one of a single account or of its keys. */
function isOfList({ method, path, query }: Emulator["requests"][number]): boolean {
  const isFiltered = Object.keys(query).some((name) => /externalId|subaccount/i.test(name));
  return method === "GET" && LISTS.includes(path) && !isFiltered;
}

/** Runs a command, and beside it the workers on other machines. @throws Error for another exit code */
async function run(
  { project, workers, emulator }: Fleet,
  args: readonly string[],
  { exitCodes, killAfter }: { readonly exitCodes: readonly number[]; readonly killAfter?: number },
): Promise<{ megabytes: number }> {
  const start = (line: readonly string[]) =>
    startCommand(process.execPath, [join(repository, "dist/cli/main.js"), "fleet", ...line], {
      cwd: project.dir,
      env: project.env,
    });
  const commands = [start(args), ...Array.from({ length: workers - 1 }, () => start(["work"]))];
  const [first, ...others] = commands;
  let kilobytes = 0;
  const timer = setInterval(() => {
    for (const { pid } of commands) kilobytes = Math.max(kilobytes, peakOf(pid));
    if (killAfter !== undefined && emulator.requests.length > killAfter) first?.kill("SIGKILL");
  }, SAMPLED_MS);
  const ended = await first?.done;
  clearInterval(timer);
  for (const other of others) other.kill("SIGTERM");
  await Promise.all(others.map(({ done }) => done));
  if (!exitCodes.includes(ended?.exitCode ?? 0))
    throw new Error(`subaccounts fleet ${args.join(" ")} ended with ${ended?.exitCode}:\n${ended?.output}`);
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

async function withFleet(engine: Engine, size: Size, body: (fleet: Fleet) => Promise<void>): Promise<void> {
  const { tenants, perStack, rate, workers, vendors } = size;
  const programs = postgresPrograms();
  if (workers > 1 && programs === undefined) throw new Error("several workers need Debian's postgresql");
  const emulator = await startEmulator({
    zavu:
      rate === 0 ? { requestsPerMinute: 10_000_000 } : { requestsPerMinute: rate, enforceRateLimit: true },
  });
  emulator.bolna.switches.concurrencyPool = 1_000_000;
  const postgres = workers > 1 && programs !== undefined ? await startPostgres(programs) : undefined;
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
    await body(fleet);
  } finally {
    await project.dispose();
    await emulator.close();
    await postgres?.stop();
  }
}

function changeTier({ project }: Fleet, from: string, to: string): void {
  const tiers = readFileSync(join(project.dir, "tiers.yaml"), "utf8");
  project.write("tiers.yaml", tiers.replace(`creditLimit: ${from}`, `creditLimit: ${to}`));
}

function refuseUnless({ emulator, tenants }: Fleet): void {
  const active = emulator.zavu.accounts().filter(({ status }) => status === "active");
  const customers = new Set(active.map(({ externalId }) => externalId));
  if (active.length !== tenants || customers.size !== tenants)
    throw new Error(`${active.length} accounts of ${customers.size} customers, not ${tenants}`);
}
