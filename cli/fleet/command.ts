import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { type Host, processHost } from "../host";
import { initFleetCommand } from "./init";
import { shardsCommand } from "./shards";
import { upCommand } from "./up";

/** `subaccounts fleet`: many stacks as one, and the id that they share. */
export function fleetCommand(host: Host = processHost()): Command {
  const id = new Command("id")
    .description("print a new fleet id: pulumi config set subaccounts:fleet <id>")
    .action(() => host.write(`${randomUUID()}\n`));
  const command = new Command("fleet")
    .description("run many stacks as one, and make the id that they share, by which a lost state is rebuilt")
    .addCommand(id);
  for (const make of [initFleetCommand, shardsCommand, upCommand]) {
    command.addCommand(make(host).option("--fleet <file>", "the file that declares the fleet", "fleet.yaml"));
  }
  return command;
}
