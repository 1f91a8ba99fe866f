import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inject } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { realTimeEnvironmentOf } from "../support/stack";

const { devDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(repository, "package.json"), "utf8"),
);

/** What projects install, in versions that the repository pins, or that this tier adds. */
export const versions = {
  pulumi: devDependencies["@pulumi/pulumi"] as string,
  /** The oldest SDK that the package allows: what it hides and the package reads must be there, too. */
  oldestPulumi: /^>=([\d.]+) /.exec(peerDependencies["@pulumi/pulumi"])?.[1] ?? "",
  nodeTypes: devDependencies["@types/node"] as string,
  typescript5: "5.9.3",
  typescript6: devDependencies.typescript as string,
  tsNode: "10.9.2",
};

/** What pnpm needs: a say on the one build script among Pulumi's dependencies, and no hoisting, its strictest layout. */
export const PNPM_WORKSPACE = "allowBuilds:\n  protobufjs: false\nhoist: false\n";

/** How a project is installed and run. */
export interface Installation {
  readonly packageManager: "npm" | "pnpm";
  readonly node: "22" | "24";
  readonly files: Record<string, string>;
}

/** A project with the packed package installed, and an emulator to which its environment points. */
export interface InstalledProject {
  readonly project: Project;
  readonly emulator: Emulator;
  /** Runs a command on the project's Node. @returns its output. */
  run(file: string, args: readonly string[], folder?: string): Promise<string>;
  /** Runs the project's package manager. */
  packageManager(args: readonly string[], folder?: string): Promise<string>;
  close(): Promise<void>;
}

/** Writes the files, installs, and makes a stack. */
export async function install(options: Installation): Promise<InstalledProject> {
  const emulator = await startEmulator();
  const binDir = inject("engineBinDir");
  const path = [inject("nodes")[options.node], binDir, process.env["PATH"] ?? ""].join(delimiter);
  const project = await createProject({
    engine: { binDir },
    program: { files: options.files },
    env: { PATH: path, ...realTimeEnvironmentOf(emulator) },
  });
  const run: InstalledProject["run"] = async (file, args, folder = ".") => {
    const cwd = join(project.dir, folder);
    const { exitCode, output } = await startCommand(file, args, { cwd, env: project.env }).done;
    if (exitCode !== 0) throw new Error(`${file} ${args.join(" ")}: exit code ${exitCode}:\n${output}`);
    return output;
  };
  const installed: InstalledProject = {
    project,
    emulator,
    run,
    packageManager: (args, folder) =>
      run(options.packageManager === "npm" ? "npm" : inject("pnpm"), args, folder),
    close: async () => {
      await project.dispose();
      await emulator.close();
    },
  };
  try {
    const quick = options.packageManager === "npm" ? ["--no-audit", "--no-fund"] : [];
    await installed.packageManager(["install", "--prefer-offline", ...quick]);
  } catch (error) {
    await installed.close();
    throw error;
  }
  return installed;
}
