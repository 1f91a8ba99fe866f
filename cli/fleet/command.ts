import { randomUUID } from "node:crypto";
import { Command } from "commander";

/** `subaccounts fleet id`: makes a value for the config key `subaccounts:fleet`. */
export function fleetCommand(write: (text: string) => void = (text) => process.stdout.write(text)): Command {
  const id = new Command("id")
    .description("print a new fleet id: pulumi config set subaccounts:fleet <id>")
    .action(() => write(`${randomUUID()}\n`));
  return new Command("fleet")
    .description("make what the stacks of one fleet share, by which a lost state is rebuilt")
    .addCommand(id);
}
