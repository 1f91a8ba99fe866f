import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Lease } from "../engine/lease";
import type { GuardMessage } from "./guard";
import { killSession } from "./session";

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
  /** The claim under which it runs: SIGKILL of the whole process group when that is lost. */
  readonly lease?: Lease | undefined;
  /** Gets the numbers of the group and of the command before it begins; a rejection ends it. */
  readonly started?:
    | ((processes: { readonly group: number; readonly pid: number }) => Promise<void>)
    | undefined;
}

/**
 * Runs the Pulumi CLI in a process group of its own, so that a kill reaches the program and the provider too. Under a lease
 * the group has a leader that ends it where this process cannot.
 */
export function pulumi(args: readonly string[], options: CommandOptions): Promise<Ended> {
  const { folder, env, interrupt, lease } = options;
  const command = ["pulumi", ...args, "--non-interactive", "--color", "never"] as const;
  const guarded = [process.execPath, join(__dirname, "guard.js"), ...command] as const;
  const [file, ...rest] = lease ? guarded : command;
  const child = spawn(file, rest, {
    cwd: folder,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe", ...(lease ? ["ipc" as const] : [])],
    detached: true,
  }) as ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
  const { pid } = child;
  const stop = pid === undefined ? () => {} : stopBy(pid, interrupt, lease?.lost);
  const unlink = pid !== undefined && lease ? guardBy(child, pid, lease, options) : () => {};
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
      unlink();
      resolve({ code, stdout, lines });
    };
    child.once("error", (error) => {
      lines.push(`error: pulumi cannot be run (${(error as NodeJS.ErrnoException).code})`);
      end(undefined);
    });
    // Without its leader nothing ends the rest of the group in time.
    child.once("exit", (code) => {
      if (lease && code === null && pid !== undefined) killSession(pid);
    });
    child.once("close", (code) => end(code ?? undefined));
  });
}

/** Tells the leader of a command's group how long the claim holds, and has the command begin once that is noted. */
function guardBy(
  child: ChildProcess,
  group: number,
  lease: Lease,
  { started = async () => {} }: Pick<CommandOptions, "started">,
): () => void {
  const tell = (message: GuardMessage) => {
    if (child.connected) child.send(message, () => {});
  };
  const until = () => {
    const untilMs = lease.untilMs();
    return { untilMs: Number.isFinite(untilMs) ? untilMs : null };
  };
  child.once("message", ({ pid }: { readonly pid: number }) => {
    started({ group, pid }).then(
      () => tell({ ...until(), go: true }),
      () => killSession(group),
    );
  });
  return lease.onRenewed(() => tell(until()));
}

function stopBy(pid: number, interrupt: AbortSignal | undefined, kill: AbortSignal | undefined) {
  const onInterrupt = () => signalGroup(pid, "SIGINT");
  const onKill = () => killSession(pid);
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
