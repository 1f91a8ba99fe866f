import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";
import type { Engine } from "../../fleet/engine/engine";
import { FleetError } from "../../fleet/fleet-error";
import type { Context } from "../../fleet/run/context";
import type { RunReport } from "../../fleet/run/report-file";
import type { Fleet } from "../../fleet/shards/file";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { stopSignal } from "./stop-signal";

/** Options of all commands of a fleet. */
export interface FleetWishes {
  readonly fleet: string;
}

/** The same, of one that works with the engine. */
interface EngineWishes extends FleetWishes {
  /** The command or option that needs an engine that machines share, and is refused without one. */
  readonly shared?: string | undefined;
}

/** Does something with a fleet; what is wrong with it ends the command with 1 and one message. */
export async function withFleet(
  command: Command,
  host: Host,
  { fleet: file }: FleetWishes,
  body: (fleet: Fleet) => Promise<void> | void,
): Promise<void> {
  const { readFleet } = await import("../../fleet/shards/file.js");
  try {
    await body(readFleet(resolve(host.folder, file)));
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    command.error(`error: ${error.message}`, { exitCode: 1, code: "subaccounts.fleet" });
  }
}

/** The same with its files read. */
export async function withContext(
  command: Command,
  host: Host,
  wishes: FleetWishes,
  body: (context: Context) => Promise<void>,
): Promise<void> {
  const { contextOf } = await import("../../fleet/run/context.js");
  await withFleet(command, host, wishes, async (fleet) => {
    await body(await contextOf(fleet, { env: host.env, log: (line) => host.write(`${line}\n`) }));
  });
}

/**
 * Opens the engine of a fleet. The database of one machine is WebAssembly, which V8 would compile a second time, for speed:
 * that takes half a gigabyte and a second of a processor, and a run asks it some hundred times a minute.
 */
async function open(fleet: Fleet, { env }: Host, isWorker: boolean): Promise<Engine> {
  const { openEngine } = await import("../../fleet/open-engine.js");
  const flags = ["--liftoff-only", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];
  if (fleet.engine === undefined) for (const flag of flags) setFlagsFromString(flag);
  return await openEngine(fleet, env, isWorker);
}

/** The same with its engine alone: its files may be wrong. */
export async function withRuns(
  command: Command,
  host: Host,
  wishes: EngineWishes,
  body: (engine: Engine) => Promise<void>,
): Promise<void> {
  const { refuseAlone } = await import("../../fleet/open-engine.js");
  await withFleet(command, host, wishes, async (fleet) => {
    if (wishes.shared) refuseAlone(fleet, wishes.shared);
    const engine = await open(fleet, host, false);
    try {
      await body(engine);
    } finally {
      await engine.close();
    }
  });
}

/** The same with its files and its engine, and a signal that Ctrl-C aborts. @param isWorker whether the command works on shards */
export async function withEngine(
  command: Command,
  host: Host,
  wishes: EngineWishes,
  body: (context: Context, engine: Engine, stop: AbortSignal) => Promise<void>,
  isWorker = true,
): Promise<void> {
  const { refuseAlone } = await import("../../fleet/open-engine.js");
  const { sharing } = await import("../../fleet/share/sharing.js");
  await withContext(command, host, wishes, async (context) => {
    if (wishes.shared) refuseAlone(context.fleet, wishes.shared);
    const engine = await open(context.fleet, host, isWorker);
    const stop = stopSignal();
    try {
      await sharing(context, engine, (shared) => body(shared, engine, stop.signal));
    } finally {
      stop.release();
      await engine.close();
    }
  });
}

/** Does something that the same command finishes where Ctrl-C has ended it. */
export async function resumable(host: Host, stop: AbortSignal, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!stop.aborted) throw error;
    host.write("interrupted: run the command again, which finishes what it has begun\n");
    host.exit(EXIT.interrupted);
  }
}

/** Reports a run, of this machine or else of all: also while other processes work on it. */
export async function withReports(
  command: Command,
  host: Host,
  wishes: FleetWishes,
  body: (read: (run?: string) => Promise<RunReport>, engine?: Engine) => Promise<void>,
): Promise<void> {
  await withFleet(command, host, wishes, async (fleet) => {
    const { readReport, reportOf } = await import("../../fleet/run/report-file.js");
    if (fleet.engine === undefined) return await body(async (run) => readReport(fleet, run));
    await withRuns(command, host, wishes, (engine) => body((run) => reportOf(engine, run), engine));
  });
}
