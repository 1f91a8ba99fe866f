import { spawn } from "node:child_process";

/** How a child process ended. */
export interface Outcome {
  /** Undefined when the program could not be started, or was killed. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Why it was stopped or could not be started. */
  problem: string | undefined;
}

/** Where a child process runs, and when it is stopped. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
  /**
   * Called once a second with the seconds since the start and what arrived on standard error; a text in return stops the
   * process for that reason.
   */
  onSecond?: (seconds: number, stderr: string) => string | undefined;
}

/** Runs a program to its end. It and its children are killed on time-out and when this process is interrupted. */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const group = process.platform !== "win32";
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      // A group of its own, so that a kill reaches the compilers and the downloads it starts.
      detached: group,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const outcome: Outcome = { exitCode: undefined, stdout: "", stderr: "", problem: undefined };
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        if (group) process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // It has just ended by itself.
      }
    };
    const stop = (problem: string) => {
      outcome.problem ??= problem;
      kill();
    };
    const interrupted = (signal: NodeJS.Signals) => {
      kill();
      release();
      // Without our listeners the signal now does what it always does.
      process.kill(process.pid, signal);
    };
    let seconds = 0;
    const clock = setInterval(() => {
      seconds += 1;
      const problem = options.onSecond?.(seconds, outcome.stderr);
      if (problem !== undefined) stop(problem);
      else if (seconds * 1000 >= options.timeoutMs) stop(`stopped after ${seconds} s`);
    }, 1000);
    const release = () => {
      clearInterval(clock);
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    };
    process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => {
        outcome[name] += chunk;
      });
    }
    child.once("error", (error) => {
      release();
      resolve({ ...outcome, problem: error.message });
    });
    child.once("close", (code) => {
      release();
      resolve({ ...outcome, exitCode: code ?? undefined });
    });
  });
}

/** The last lines of what a program said, in one line, to explain a failure. */
export function lastLines(text: string, count = 3): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).slice(-count).join(" | ");
}
