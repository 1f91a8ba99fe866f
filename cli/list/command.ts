import { resolve } from "node:path";
import { Command } from "commander";
import { EXIT, exitCodesLine } from "../exit-codes";
import { type Host, processHost } from "../host";
import { readable } from "./report";

/** The process as the command uses it; tests inject their own. */
export interface ListHost extends Host {}

/** The options of the command. */
interface ListWishes {
  readonly owners?: boolean;
  readonly vendor?: string;
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

const ownHost = (): ListHost => ({
  ...processHost(),
});

/** `subaccounts list --owners`: which stacks' markers the accounts at the vendors carry. */
export function listCommand(host: ListHost = ownHost()): Command {
  const command = new Command("list")
    .description("list whose the accounts at the vendors are, by their ownership markers; changes nothing")
    .option("--owners", "list the owners: their accounts, the newest change, the fleet and the stack")
    .option("--vendor <name>", "this vendor alone, which must then have a key")
    .option("-s, --stack <name>", "the stack whose config is read, instead of the selected one")
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("list"))
    .action(async ({ owners, cwd, json, ...wishes }: ListWishes) => {
      if (!owners) command.error("error: say what to list: --owners");
      const { examineOwners } = await import("./examine.js");
      const report = await examineOwners({ ...host, folder: resolve(host.folder, cwd ?? ".") }, wishes);
      host.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : readable(report, host.paint));
      host.exit(report.problems.length > 0 ? EXIT.failed : EXIT.done);
    });
  return command;
}
