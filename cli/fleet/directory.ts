import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { jsonText } from "../json-text";
import { type FleetWishes, withContext } from "./options";

/** `subaccounts fleet directory`: the directories of all shards as one. */
export function directoryCommand(host: Host): Command {
  const command = new Command("directory")
    .description("print the ids of all tenants' accounts as one JSON object; keys stay where they are")
    .addHelpText("after", exitCodesLine("fleet directory"))
    .action(async (wishes: FleetWishes) => {
      const { directoryOf } = await import("../../fleet/directory.js");
      await withContext(command, host, wishes, async (context) => {
        host.write(jsonText(await directoryOf(context)));
      });
    });
  return command;
}
