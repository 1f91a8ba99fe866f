import { resolve } from "node:path";
import type { Command } from "commander";
import type { Engine } from "../../fleet/engine/engine";
import { FleetError } from "../../fleet/fleet-error";
import type { Context } from "../../fleet/run/context";
import type { Fleet } from "../../fleet/shards/file";
import type { Host } from "../host";
import { stopSignal } from "./stop-signal";

/** Options of all commands of a fleet. */
export interface FleetWishes {
  readonly fleet: string;
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

/** The same with its engine, and a signal that Ctrl-C aborts. */
export async function withEngine(
  command: Command,
  host: Host,
  wishes: FleetWishes,
  body: (context: Context, engine: Engine, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const { embedded } = await import("../../fleet/engine/embedded.js");
  const { workFolder } = await import("../../fleet/run/context.js");
  const { sharing } = await import("../../fleet/share/sharing.js");
  await withContext(command, host, wishes, async (context) => {
    const engine = await embedded(workFolder(context.fleet));
    const stop = stopSignal();
    try {
      await sharing(context, engine, (shared) => body(shared, engine, stop.signal));
    } finally {
      stop.release();
      await engine.close();
    }
  });
}
