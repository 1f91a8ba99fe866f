import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator, VendorName } from "pulumi-subaccounts/emulator";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import type { State } from "../../engine/state.mts";
import { realTimeEnvironmentOf } from "./environment.mts";

/** The program of which every release records the state. */
export const programFolder: string = join(repository, "test/fixtures/program");

const recordedFolder = join(repository, "test/fixtures/state");

/** A deployment as `pulumi stack export --show-secrets` prints it, with no more than its resources. */
export interface Deployment {
  version: number;
  deployment: Required<Pick<State, "resources">>;
}

/** What each vendor holds, or those that there were, as the emulator's handles dump it. */
export type Holdings = Readonly<Partial<Record<VendorName, ReturnType<Emulator["zavu"]["dump"]>>>>;

/** The files of a program that do not belong to Pulumi. */
interface ProgramFiles {
  /** Stack configuration, values as they are meant. */
  config: Record<string, unknown>;
  /** What the vendors held before the first `up`: the accounts that the program adopts. */
  existing: Holdings;
}

/** What one release left: its program, the state that it wrote, and what the vendors then had. */
export interface Fixture extends ProgramFiles {
  version: string;
  folder: string;
  deployment: Deployment;
  vendors: Holdings;
}

/** The folder of a version's fixture, whether it is there or not. */
export function fixtureFolder(version: string): string {
  return join(recordedFolder, version);
}

/** Every fixture, the oldest version first. */
export function fixtures(): Fixture[] {
  const versions = readdirSync(recordedFolder).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return versions.map((version) => {
    const folder = fixtureFolder(version);
    return {
      version,
      folder,
      deployment: json(folder, "deployment.json"),
      vendors: json(folder, "vendors.json"),
      ...programFiles(folder),
    };
  });
}

/** Configuration and adopted accounts of a program. */
export function programFiles(folder: string): ProgramFiles {
  return { config: json(folder, "config.json"), existing: json(folder, "existing.json") };
}

/** A value of the configuration as a provider gets it. */
export function configText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Has the vendors hold these. */
export function hold(emulator: Emulator, holdings: Holdings): void {
  for (const { name } of emulator.overview()) emulator[name].restore(holdings[name] ?? []);
}

/** A project with the program in `folder` and its configuration, pointed at the emulator. */
export async function openProgram(binDir: string, folder: string, emulator: Emulator): Promise<Project> {
  const project = await createProject({
    engine: { binDir },
    program: { folder },
    env: realTimeEnvironmentOf(emulator),
  });
  const config = Object.entries(programFiles(folder).config).map(([key, value]) => {
    const text = configText(value);
    return [key, { value: text, secret: false, ...(text === value ? {} : { objectValue: value }) }];
  });
  await project.run(["config", "set-all", "--json", JSON.stringify(Object.fromEntries(config))]);
  return project;
}

/** Gives a project of the fixture its program and its state as they were, and the vendors what they held then. */
export async function restore(project: Project, fixture: Fixture, emulator: Emulator): Promise<void> {
  hold(emulator, fixture.vendors);
  project.write("index.ts", readFileSync(join(fixture.folder, "index.ts"), "utf8"));
  const { version, deployment } = fixture.deployment;
  // The manifest and the salt of the passphrase are the new stack's own.
  const whole = { version, deployment: { ...project.state(), ...deployment } };
  project.write("deployment.json", JSON.stringify(whole));
  await project.run(["stack", "import", "--file", "deployment.json"]);
}

function json<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), "utf8"));
}
