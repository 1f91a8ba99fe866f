import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

/** The result of a finished command. */
export interface CommandResult {
  /** The exit code; 128 + the signal's number does not occur here: a signalled process has -1. */
  exitCode: number;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Both streams in order of arrival, without colours. */
  output: string;
}

/** A command that may still run. */
export interface Command {
  pid: number;
  /** Settles when the process has ended and its streams are closed; never rejects for an exit code. */
  done: Promise<CommandResult>;
  /** The output so far. */
  output(): string;
  /** Sends a signal to the process alone, or to its whole group, as a terminal's Ctrl-C does. */
  kill(signal: NodeJS.Signals, options?: { group?: boolean }): void;
}

/** Where and how a command runs. */
export interface CommandOptions {
  cwd: string;
  env: Record<string, string>;
  /** Called with each line of either stream, as it arrives. */
  onLine?: ((line: string) => void) | undefined;
}

/** Starts a command in a process group of its own, so that a test can interrupt or kill all of it. */
export function startCommand(file: string, args: readonly string[], options: CommandOptions): Command {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const text = { stdout: "", stderr: "", output: "" };
  const partial = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      text.output += chunk;
      const lines = (partial[name] + chunk).split("\n");
      partial[name] = lines.pop() ?? "";
      for (const line of lines) options.onLine?.(stripVTControlCharacters(line));
    });
  }
  const done = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      for (const rest of [partial.stdout, partial.stderr])
        if (rest) options.onLine?.(stripVTControlCharacters(rest));
      resolve({
        exitCode: code ?? -1,
        signal,
        stdout: stripVTControlCharacters(text.stdout),
        stderr: stripVTControlCharacters(text.stderr),
        output: stripVTControlCharacters(text.output),
      });
    });
  });
  return {
    pid: child.pid ?? -1,
    done,
    output: () => stripVTControlCharacters(text.output),
    kill: (signal, { group = false } = {}) => {
      if (child.pid === undefined) return;
      try {
        process.kill(group ? -child.pid : child.pid, signal);
      } catch (error) {
        // Gone already: what the caller wanted.
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
      }
    },
  };
}
