import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { inject } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { createProject, type Project } from "../../engine/project.mts";
import { everyVendor } from "../../provider/vendors";
import { realTimeEnvironmentOf } from "../support/stack";

/** An emulator, and a project whose environment points at it. */
export interface Bench {
  readonly emulator: Emulator;
  readonly project: Project;
  /** Replaces the program. */
  program(body: string): void;
  /** The writes that the vendors got since the log was last cleared, as `METHOD path`, with their bodies. */
  writes(): { call: string; body: unknown }[];
  close(): Promise<void>;
}

/** Opens a bench with a program of this body, after the imports. */
export async function openBench(body: string, options: EmulatorOptions = {}): Promise<Bench> {
  const emulator = await startEmulator(options);
  const project = await createProject({
    engine: { binDir: inject("engineBinDir") },
    program: programOf(body),
    env: realTimeEnvironmentOf(emulator),
  });
  return {
    emulator,
    project,
    program: (text) => project.write("index.js", programOf(text)),
    writes: () =>
      emulator.requests
        .filter(({ method }) => method !== "GET")
        .map(({ method, path, body }) => ({ call: `${method} ${path}`, body })),
    close: async () => {
      await project.dispose();
      await emulator.close();
    },
  };
}

/** Runs the `subaccounts` command in the program's folder. @returns what it prints; 7 is no failure */
export function subaccounts({ project }: Bench, ...args: string[]): Promise<string> {
  const main = resolve(__dirname, "../../dist/cli/main.js");
  const options = { cwd: project.dir, env: project.env };
  return new Promise((done, fail) => {
    execFile(process.execPath, [main, ...args], options, (error, stdout) => {
      if (error === null || error.code === 7) done(stdout);
      else fail(new Error(`subaccounts ${args.join(" ")}: ${stdout}`, { cause: error }));
    });
  });
}

const OF_TENANTS = ["Tenant", "directory", "loadTenants", "loadTiers", "writeDirectory"];

function programOf(body: string): string {
  const names = [...everyVendor.map(({ name }) => name), ...OF_TENANTS].join(", ");
  return `import * as pulumi from "@pulumi/pulumi";\nimport { ${names} } from "pulumi-subaccounts";\n\n${body}\n`;
}
