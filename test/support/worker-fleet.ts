import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { type Command, startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import type { RunReport } from "../../fleet/run/report-file";
import { type Postgres, startPostgres } from "./postgres.mts";
import { realTimeEnvironmentOf } from "./stack";

const PASSWORD = "canary-of-the-database";

function withPassword(url: string): string {
  return url.replace("pulumi@", `pulumi:${PASSWORD}@`);
}

/** A fleet on a PostgreSQL of its own, whose workers are processes of this machine. */
export class WorkerFleet {
  readonly emulator: Emulator;
  readonly postgres: Postgres;
  readonly project: Project;
  readonly #programs: string;
  readonly #commands: Command[] = [];

  private constructor(emulator: Emulator, postgres: Postgres, project: Project, programs: string) {
    this.emulator = emulator;
    this.postgres = postgres;
    this.project = project;
    this.#programs = programs;
  }

  /** Makes the program of examples/fleet with so many tenants at Zavu, in these shards. */
  static async open({
    binDir,
    programs,
    tenants,
    shards,
    settings = "",
  }: {
    readonly binDir: string;
    /** The folder of PostgreSQL's programs. */
    readonly programs: string;
    readonly tenants: number;
    readonly shards: readonly string[];
    /** Further lines of fleet.yaml. */
    readonly settings?: string;
  }): Promise<WorkerFleet> {
    const [emulator, postgres] = await Promise.all([startEmulator(), startPostgres(programs)]);
    const project = await createProject({
      engine: { binDir },
      program: { folder: join(repository, "examples/fleet") },
      env: { ...realTimeEnvironmentOf(emulator), FLEET_DATABASE_URL: withPassword(postgres.url) },
    });
    const customers = Array.from({ length: tenants }, (_, index) => {
      const id = `customer-${String(index + 1).padStart(3, "0")}`;
      return `---\n{ externalId: ${id}, name: Customer ${index + 1}, tier: trial, vendors: { zavu: {} } }\n`;
    });
    rmSync(join(project.dir, "tenants/canaries.yaml"));
    project.write("tenants/customers.yaml", customers.join(""));
    project.write("shards.yaml", `shards: [${shards.map((shard) => `"${shard}"`).join(", ")}]\n`);
    project.write(
      "fleet.yaml",
      `name: fleet
id: 5f0c6a9e-7d1b-4c55-9a3e-2b8f4e6d1c70
stack: prod
tenants: tenants/customers.yaml
tiers: tiers.yaml
engine: { url: env:FLEET_DATABASE_URL }
parallel: { machine: 1 }
${settings}`,
    );
    const fleet = new WorkerFleet(emulator, postgres, project, programs);
    await fleet.run("init");
    return fleet;
  }

  /** Starts a command of the fleet. @param folder the checkout of another machine */
  start(args: readonly string[], env: Record<string, string> = {}, folder = this.project.dir): Command {
    const command = startCommand(process.execPath, [join(repository, "dist/cli/main.js"), "fleet", ...args], {
      cwd: folder,
      env: { ...this.project.env, ...env },
    });
    this.#commands.push(command);
    return command;
  }

  /** Runs a command of the fleet, which has to end with 0. */
  async run(...args: string[]): Promise<string> {
    const { exitCode, output } = await this.start(args).done;
    expect(exitCode, output).toBe(0);
    return output;
  }

  async report(): Promise<RunReport> {
    return JSON.parse(await this.run("report", "--format", "json"));
  }

  /** External ids of the active accounts at Zavu, each as often as it has one. */
  customers(): (string | undefined)[] {
    return this.emulator.zavu
      .accounts()
      .filter(({ status }) => status === "active")
      .map(({ externalId }) => externalId ?? undefined);
  }

  /** The URL of the engine's database, with a password that nothing may show. */
  get databaseUrl(): string {
    return withPassword(this.postgres.url);
  }

  /** All rows of all tables. */
  dump(): string {
    return execFileSync(join(this.#programs, "pg_dump"), ["--data-only", "--dbname", this.postgres.url], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    });
  }

  /** Texts that no table and no log may have. */
  canaries(): RegExp[] {
    const { ZAVUDEV_API_KEY: parent = "zv_" } = this.emulator.environment;
    return [new RegExp(PASSWORD), new RegExp(parent), /\bzv_(live|test)_\w+/i];
  }

  /** A folder of the state's backend. */
  stateFolder(name: "locks" | "stacks"): string {
    return join(this.project.dir, "../state/.pulumi", name);
  }

  async close(): Promise<void> {
    for (const command of this.#commands) {
      command.kill("SIGCONT");
      command.kill("SIGKILL");
    }
    await Promise.all(this.#commands.map((command) => command.done));
    await this.project.dispose();
    await Promise.all([this.emulator.close(), this.postgres.stop()]);
  }
}
