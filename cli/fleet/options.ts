import { resolve } from "node:path";
import type { Command } from "commander";
import { embedded } from "../../fleet/engine/embedded";
import type { Engine } from "../../fleet/engine/engine";
import { FleetError } from "../../fleet/fleet-error";
import { type Context, contextOf, workFolder } from "../../fleet/run/context";
import { type Fleet, readFleet } from "../../fleet/shards/file";
import type { Host } from "../host";

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
  try {
    await body(readFleet(resolve(host.folder, file)));
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    command.error(`error: ${error.message}`, { exitCode: 1, code: "subaccounts.fleet" });
  }
}

/** The same with its files read and its engine open. */
export async function withEngine(
  command: Command,
  host: Host,
  wishes: FleetWishes,
  body: (context: Context, engine: Engine) => Promise<void>,
): Promise<void> {
  await withFleet(command, host, wishes, async (fleet) => {
    const context = await contextOf(fleet, {
      env: host.env,
      log: (line) => host.write(`${line}\n`),
    });
    const engine = await embedded(workFolder(fleet));
    try {
      await body(context, engine);
    } finally {
      await engine.close();
    }
  });
}
