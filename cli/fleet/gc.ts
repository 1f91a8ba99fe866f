import { Command, InvalidArgumentError } from "commander";
import type { Garbage } from "../../fleet/move/gc";
import { count } from "../count";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, resumable, withEngine } from "./options";

interface GcWishes extends FleetWishes {
  readonly keep: number;
  readonly dryRun?: boolean;
}

/** `subaccounts fleet gc`: removes what piles up beside the states. */
export function gcCommand(host: Host): Command {
  const command = new Command("gc")
    .description("remove old entries of the stacks' histories, and empty stacks that the map does not have")
    .option("--keep <updates>", "the newest ones of each stack that stay", atLeastOne, 10)
    .option("--dry-run", "tell what would go")
    .addHelpText("after", exitCodesLine("fleet gc"))
    .action(async ({ keep, dryRun = false, ...wishes }: GcWishes) => {
      const { collectGarbage } = await import("../../fleet/move/gc.js");
      await withEngine(command, host, wishes, async (context, engine, stop) => {
        const options = { keep, isDry: dryRun, stop };
        await resumable(host, stop, async () =>
          host.write(textOf(await collectGarbage(context, engine, options), dryRun)),
        );
      });
    });
  return command;
}

function atLeastOne(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("give a number from 1.");
}

function textOf({ history, historyLeft, removed, left }: Garbage, isDry: boolean): string {
  const would = isDry ? "would be " : "";
  const updates = history.reduce((sum, each) => sum + each.updates, 0);
  const megabytes = history.reduce((sum, each) => sum + each.bytes, 0) / 1e6;
  const size = `${count(updates, "update")} of ${count(history.length, "stack")}, ${megabytes.toFixed(1)} MB`;
  return [
    historyLeft === undefined ? `History: ${size} ${would}removed.` : `History: left, since ${historyLeft}.`,
    ...removed.map((stack) => `${stack}: ${would}removed; it is empty, and the map does not have it.`),
    ...left.map(({ stack, why }) => `${stack}: left, though the map does not have it, since ${why}.`),
    "",
  ].join("\n");
}
