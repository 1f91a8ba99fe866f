/**
 * Runs a command for a worker, and ends it when the worker's claim has ended: the program that `runGuarded` starts. It leads
 * the process group of the command, so a worker that is frozen or killed leaves nothing that goes on.
 *
 * Of the worker it gets `{ go: true }`, upon which the command begins, and `{ untilMs }`, until when the claim holds (by
 * `monotonicMs`; null: as long as the worker lives).
 */
import { spawn } from "node:child_process";
import { killSession } from "./session";

/** How long a command may take to end after its worker has gone, in ms: Pulumi waits for the calls under way. */
const GRACE_MS = 30_000;
const LOOK_MS = 100;

/** A message of the worker. */
export interface GuardMessage {
  readonly go?: true;
  readonly untilMs?: number | null;
}

/** A time by two clocks: the monotonic one stands still while a machine sleeps, the other may be set back. */
interface Deadline {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

const nowMs = () => Number(process.hrtime.bigint() / 1_000_000n);
const deadlineOf = (untilMs: number): Deadline => ({
  monotonicMs: untilMs,
  wallMs: Date.now() + untilMs - nowMs(),
});

/** Kills the command, all that it has started, and this process. */
const end = () => killSession(process.pid);

function guard(command: readonly string[]): void {
  // Its number is known before the command begins, and stays that of the command.
  const child = spawn("sh", ["-c", 'read -r _ && exec "$0" "$@" </dev/null', ...command], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  let deadline: Deadline | undefined;
  process.on("message", ({ go, untilMs }: GuardMessage) => {
    if (untilMs !== undefined) deadline = untilMs === null ? undefined : deadlineOf(untilMs);
    look();
    if (go) child.stdin.end("\n");
  });
  let isInterrupted = false;
  // Signals are for the command, which is in the same group.
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      isInterrupted = true;
    });
  }
  // The calls under way may finish, within the claim. A second signal would end them.
  process.on("disconnect", () => {
    deadline ??= deadlineOf(nowMs() + GRACE_MS);
    if (!isInterrupted) process.kill(-process.pid, "SIGINT");
  });
  child.stdin.on("error", () => {});
  const look = () => {
    if (deadline && (nowMs() >= deadline.monotonicMs || Date.now() >= deadline.wallMs)) end();
  };
  setInterval(look, LOOK_MS);
  child.once("error", () => process.exit(127));
  child.once("exit", (code) => {
    if (code === null) end();
    else process.exit(code);
  });
  process.send?.({ pid: child.pid });
}

if (require.main === module) guard(process.argv.slice(2));
