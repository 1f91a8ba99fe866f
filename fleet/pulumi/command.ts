import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a command of the CLI ended. */
export interface Ended {
  /** 0 to 255; undefined where it was killed or could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** Both streams, line by line as they came. */
  readonly lines: readonly string[];
}

/** Where and how a command of the CLI runs. */
export interface CommandOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** SIGINT, upon which Pulumi lets the calls under way finish and saves what they did. */
  readonly interrupt?: AbortSignal | undefined;
  /** SIGKILL of the whole process group, at once. */
  readonly kill?: AbortSignal | undefined;
  /** Gets the process group, as soon as there is one. */
  readonly started?: (group: number) => void;
}

/** Runs the Pulumi CLI in a process group of its own, so that a kill reaches the program and the provider too. */
export function pulumi(args: readonly string[], options: CommandOptions): Promise<Ended> {
  const { folder, env, interrupt, kill } = options;
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: folder,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) options.started?.(pid);
  const stop = pid === undefined ? () => {} : stopBy({ pid, interrupt, kill });
  const lines: string[] = [];
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  return new Promise((resolve) => {
    const end = (code: number | undefined) => {
      stop();
      resolve({ code, stdout, lines });
    };
    child.once("error", (error) => {
      lines.push(`error: pulumi cannot be run (${(error as NodeJS.ErrnoException).code})`);
      end(undefined);
    });
    child.once("close", (code) => end(code ?? undefined));
  });
}

function stopBy({
  pid,
  interrupt,
  kill,
}: {
  pid: number;
  interrupt: AbortSignal | undefined;
  kill: AbortSignal | undefined;
}) {
  const onInterrupt = () => signalGroup(pid, "SIGINT");
  const onKill = () => signalGroup(pid, "SIGKILL");
  if (kill?.aborted) onKill();
  else if (interrupt?.aborted) onInterrupt();
  interrupt?.addEventListener("abort", onInterrupt);
  kill?.addEventListener("abort", onKill);
  return () => {
    interrupt?.removeEventListener("abort", onInterrupt);
    kill?.removeEventListener("abort", onKill);
  };
}

/** Whether there is a process with this number. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Sends a signal to a process group. @returns whether there still was one */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
