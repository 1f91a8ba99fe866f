import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { type Command, type CommandResult, startCommand } from "../../engine/command.mts";
import { repository } from "../../engine/program-folder.mts";
import { createProject, type Project } from "../../engine/project.mts";
import { type Forge, startForge } from "../support/forge.mts";
import { realTimeEnvironmentOf } from "../support/stack";

/** A write that a vendor got. */
interface Write {
  readonly vendor: string;
  readonly method: string;
  readonly body: unknown;
}

/** A copy of examples/gitops with tenants of its own, an emulator and a forge, and the jobs of its pipelines. */
export interface GitopsRepository {
  readonly project: Project;
  readonly emulator: Emulator;
  readonly forge: Forge;
  /** Starts a script, for a test that kills it. */
  start(line: string): Command;
  /** Runs a script. What it prints and leaves for people holds no key. `started` gets it while it runs. */
  script(
    line: string,
    env?: Record<string, string>,
    started?: (command: Command) => void,
  ): Promise<CommandResult>;
  /** The job of a pull request: previews, without the vendors' keys, and comments. */
  pullRequest(env?: Record<string, string>): Promise<{ mayMerge: boolean; comment: string; all: string }>;
  /** The job of the main branch. */
  merge(flags?: string): Promise<CommandResult & { writes: Write[] }>;
  /** The writes since the vendors' log was cleared, which each job does. */
  writes(): Write[];
  /** The id of a tenant's account at Zavu. */
  idOf(externalId: string): string;
  /** The lines of the change trail that were written since it was asked the last time. */
  trail(): Record<string, unknown>[];
  /** What services read that do not speak Pulumi. */
  directory(): Record<string, Record<string, string>>;
  close(): Promise<void>;
}

/** The file of tenant `number`: each is at Zavu, each tenth also at the other two. */
export const tenant = (
  number: number,
  { tier = "trial", name = `Customer ${number}` } = {},
): string => `# A customer.
externalId: tenant-${number}
name: ${name}
tier: ${tier}
vendors: ${number % 10 === 0 ? "{ zavu: {}, bctrl: {}, bolna: {} }" : "{ zavu: {} }"}
`;

/** Opens a repository with the tenants of these numbers. */
export async function openRepository(
  numbers: readonly number[],
  env: Record<string, string> = {},
  options: EmulatorOptions = {},
): Promise<GitopsRepository> {
  const emulator = await startEmulator(options);
  const forge = await startForge("github");
  const project = await createProject({
    engine: { binDir: inject("engineBinDir") },
    program: { folder: join(repository, "examples/gitops") },
    env: { ...realTimeEnvironmentOf(emulator), ...forge.env, PULUMI_STACK: "dev", ...env },
  });
  rmSync(join(project.dir, "tenants"), { recursive: true });
  for (const number of numbers) project.write(`tenants/${number}.yaml`, tenant(number));

  const inProject = (file: string, args: readonly string[], more: Record<string, string> = {}) =>
    startCommand(file, args, { cwd: project.dir, env: { ...project.env, ...more } });
  const start = (line: string, more: Record<string, string> = {}) => {
    const [file = "", ...args] = line.split(" ");
    return inProject(join(project.dir, "scripts", file), args, more);
  };
  const secrets = () => [emulator.zavu, emulator.bctrl, emulator.bolna].map(({ apiKey }) => apiKey);
  const script: GitopsRepository["script"] = async (line, more, started) => {
    const command = start(line, more);
    started?.(command);
    const result = await command.done;
    const out = join(project.dir, "out");
    const files = existsSync(out) ? readdirSync(out).map((file) => join(out, file)) : [];
    const left = [...files, join(project.dir, "trail.ndjson")].flatMap((file) =>
      existsSync(file) ? [readFileSync(file, "utf8")] : [],
    );
    for (const text of [result.output, ...left]) {
      expect(secrets().filter((key) => text.includes(key))).toEqual([]);
      expect(text).not.toMatch(/zv_live_sub_\w{20,}/);
    }
    return result;
  };
  const writes = () =>
    emulator.requests
      .filter(({ method }) => method !== "GET")
      .map(({ vendor, method, body }) => ({ vendor, method, body }));
  let read = 0;
  const trail = () => {
    const file = join(project.dir, "trail.ndjson");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    const added = lines.slice(read);
    read = lines.length;
    return added.map((line) => JSON.parse(line));
  };
  return {
    project,
    trail,
    emulator,
    forge,
    start: (line) => start(line),
    script,
    writes,
    pullRequest: async (env = {}) => {
      emulator.clearRequests();
      const placeholders = Object.fromEntries(
        ["ZAVUDEV_API_KEY", "BCTRL_API_KEY", "BOLNA_API_KEY"].map((key) => [key, "not-needed-by-a-preview"]),
      );
      const preview = await script("preview.sh", { ...placeholders, ...env });
      expect(emulator.requests, preview.output).toEqual([]);
      const comment = readFileSync(join(project.dir, "out/comment.md"), "utf8");
      const publish = inProject("node", ["scripts/publish.mjs", "comment", "out/comment.md"]);
      expect(await publish.done).toMatchObject({ exitCode: 0, output: "" });
      expect(forge.comments.map(({ body }) => body)).toEqual([comment]);
      return {
        mayMerge: preview.exitCode === 0,
        comment: comment.split("<details>")[0] ?? "",
        all: comment,
      };
    },
    merge: async (flags = "") => {
      emulator.clearRequests();
      const up = await script(`up.sh${flags}`);
      return { ...up, writes: writes() };
    },
    idOf: (externalId) =>
      emulator.zavu.accounts().find((account) => account.externalId === externalId)?.id ?? "",
    directory: () => JSON.parse(readFileSync(join(project.dir, "directory.json"), "utf8")),
    close: async () => {
      await project.dispose();
      await forge.close();
      await emulator.close();
    },
  };
}
