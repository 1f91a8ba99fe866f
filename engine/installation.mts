import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { lastLines, run } from "./process.mts";

/** The version that is downloaded or built. */
export const engineVersion = "3.274.1";
/** The oldest supported version: what is older is not taken from PATH. */
export const oldestVersion = "3.259.0";

const windows = process.platform === "win32";

/** The three programs that make an engine for Node.js programs with dynamic providers. */
export const programs = {
  cli: windows ? "pulumi.exe" : "pulumi",
  languageHost: windows ? "pulumi-language-nodejs.exe" : "pulumi-language-nodejs",
  dynamicProvider: windows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs",
} as const;

/** An engine to download or to build. */
export interface EngineOrder {
  version: string;
  /** A folder of its own, removed afterwards. */
  work: string;
  /** Gets one line per step, and progress. */
  log: (line: string) => void;
  env: NodeJS.ProcessEnv;
}

/** A folder was looked at: the version of a usable engine in it, or why it is not usable. */
export type Inspection = { version: string } | { problem: string };

/** Parses what `pulumi version` prints, such as `v3.259.0` or `3.260.0-alpha.1`. */
export function parseVersion(text: string): [number, number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Whether `version` is `minimum` or newer, within the same major version. */
export function isSupported(version: string, minimum: string = oldestVersion): boolean {
  const [found, least] = [parseVersion(version), parseVersion(minimum)];
  if (!found || !least || found[0] !== least[0]) return false;
  return found[1] > least[1] || (found[1] === least[1] && found[2] >= least[2]);
}

/** The first folder of a PATH with an executable file of that name. */
export function findOnPath(program: string, path: string): string | undefined {
  return path.split(delimiter).find((folder) => folder !== "" && isExecutable(join(folder, program)));
}

/**
 * Looks at the engine in `folder`: all three programs must be there, or on `path`, and the CLI must run and be new
 * enough.
 */
export async function inspect(folder: string, path = ""): Promise<Inspection> {
  const cli = join(folder, programs.cli);
  if (!isExecutable(cli)) return { problem: `there is no ${programs.cli} in ${folder}` };
  // A package manager may link the CLI alone into a folder of PATH; it finds the others beside the real file.
  const folders = [folder, dirname(realpathSync(cli))];
  const { exitCode, stdout, stderr, problem } = await run(cli, ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutMs: 30_000,
  });
  if (exitCode !== 0) return { problem: `${cli} does not run: ${problem ?? lastLines(stderr)}` };
  const version = stdout.trim().replace(/^v/, "");
  if (!isSupported(version)) {
    return { problem: `${cli} is ${version || "of no known version"}, not 3.x from ${oldestVersion} on` };
  }
  for (const program of [programs.languageHost, programs.dynamicProvider]) {
    if (folders.some((other) => isExecutable(join(other, program)))) continue;
    if (findOnPath(program, path) === undefined) return { problem: `${cli} comes without ${program}` };
  }
  return { version };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
