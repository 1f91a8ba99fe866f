import { execFile, spawn } from "node:child_process";
import type { Surroundings } from "../../provider/core/base/run";

/** The process as the checks use it; tests inject their own. */
export interface World {
  /** The folder that the command was called in. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Overrides for the calls to vendors. */
  readonly surroundings?: Partial<Surroundings>;
}

/** The options of the command. */
export interface Wishes {
  /** A stack's name, instead of the one that is selected. */
  readonly stack?: string;
  /** Look at this vendor alone, and fail where it has no key. */
  readonly vendor?: string;
  /** Call no vendor. */
  readonly offline?: boolean;
}

/** How a program ended. `missing`: there is none of that name on PATH; `slow`: it was stopped. */
export interface Ended {
  readonly outcome: "done" | "failed" | "missing" | "slow";
  readonly stdout: string;
  readonly stderr: string;
}

/** Two commands of a minute would be a hang to whoever waits; a stack in the cloud answers within some seconds. */
const LONGEST_MS = 30_000;

/** Runs a program that is found on the world's PATH, in `folder`, for at most `longestMs`. Never rejects. */
export function run(
  world: World,
  program: string,
  args: readonly string[],
  folder: string,
  longestMs = LONGEST_MS,
): Promise<Ended> {
  const options = { ...optionsOf(world, folder, longestMs), maxBuffer: 400 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const failed = error?.code === "ENOENT" ? "missing" : error?.killed ? "slow" : "failed";
      resolve({ outcome: error === null ? "done" : failed, stdout, stderr });
    }).stdin?.end();
  });
}

/** Runs a program like {@link run}, whose output is not kept: `onOutput` gets it, piece by piece. Never rejects. */
export function stream(
  world: World,
  program: string,
  args: readonly string[],
  folder: string,
  longestMs: number,
  onOutput: (piece: string) => void,
): Promise<Ended> {
  return new Promise((resolve) => {
    let stderr = "";
    const end = (outcome: Ended["outcome"]) => resolve({ outcome, stdout: "", stderr });
    const child = spawn(program, args, {
      ...optionsOf(world, folder, longestMs),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.setEncoding("utf8").on("data", onOutput);
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      stderr += piece;
    });
    child.on("error", (error) => end("code" in error && error.code === "ENOENT" ? "missing" : "failed"));
    child.on("close", (code) => end(code === 0 ? "done" : child.killed ? "slow" : "failed"));
  });
}

function optionsOf(world: World, folder: string, timeout: number) {
  return { cwd: folder, env: { ...world.env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout };
}

/** Whether a version such as `v3.259.0` or `24.1.0-rc.1` is `minimum` or newer, and of no later major than `below`. */
export function isWithin(version: string, minimum: string, below = Number.POSITIVE_INFINITY): boolean {
  const [found, least] = [numbers(version), numbers(minimum)];
  if (found.length === 0 || (found[0] ?? 0) >= below) return false;
  for (const [index, part] of least.entries()) {
    const difference = (found[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbers(version: string): number[] {
  const match = /^v?(\d+(?:\.\d+)*)/.exec(version.trim());
  return match?.[1]?.split(".").map(Number) ?? [];
}
