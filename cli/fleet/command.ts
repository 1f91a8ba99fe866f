import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";

/** The result of `fleet id`, as `--json` prints it. */
export interface FleetId {
  /** A new UUID. */
  readonly id: string;
}

/** `subaccounts fleet id`: makes a value for the config key `subaccounts:fleet`. */
export function fleetCommand(write: (text: string) => void = (text) => process.stdout.write(text)): Command {
  const id = new Command("id")
    .description("print a new fleet id: pulumi config set subaccounts:fleet <id>")
    .option("--json", "print it as JSON")
    .addHelpText("after", exitCodesLine("fleet id"))
    .action(({ json }: { readonly json?: boolean }) => {
      const made: FleetId = { id: randomUUID() };
      write(json ? `${JSON.stringify(made, undefined, 2)}\n` : `${made.id}\n`);
    });
  return new Command("fleet")
    .description("make what the stacks of one fleet share, by which a lost state is rebuilt")
    .addCommand(id);
}
