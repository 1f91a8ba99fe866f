import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine } from "./options";
import { codeOf, lastLineOf } from "./run-text";

/** `subaccounts fleet drift`: tells what the vendors have otherwise than the states. */
export function driftCommand(host: Host): Command {
  return comparing(
    host,
    "drift",
    "tell which tenants a vendor has otherwise than the states; changes nothing",
    true,
  ).addHelpText("after", exitCodesLine("fleet drift"));
}

/** `subaccounts fleet refresh`: takes what the vendors have into the states. */
export function refreshCommand(host: Host): Command {
  return comparing(
    host,
    "refresh",
    "take what the vendors have into the states; the next up repairs what differs",
    false,
  ).addHelpText("after", exitCodesLine("fleet refresh"));
}

function comparing(host: Host, name: string, description: string, isDrift: boolean): Command {
  const command = new Command(name).description(description).action(async (wishes: FleetWishes) => {
    const { refreshFleet } = await import("../../fleet/run/refresh.js");
    await withEngine(command, host, wishes, async (context, engine, stop) => {
      const report = await refreshFleet(context, engine, isDrift, stop);
      host.write(`${lastLineOf(report, engine.isShared)}\n`);
      host.exit(codeOf(report));
    });
  });
  return command;
}
