import { resolve } from "node:path";
import { Command } from "commander";
import { orRefuse } from "../command-error";
import { EXIT, exitCodesLine } from "../exit-codes";
import { type Host, processHost } from "../host";
import { jsonText } from "../json-text";
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

/** `subaccounts list`: the accounts at the vendors, or by `--owners` which stacks' markers they carry. */
export function listCommand(host: ListHost = ownHost()): Command {
  const command = new Command("list")
    .description("list the accounts at the vendors, and whose they are by their markers; changes nothing")
    .option("--owners", "list the owners: their accounts, the newest change, the fleet and the stack")
    .option("--vendor <name>", "this vendor alone, which must then have a key")
    .option("-s, --stack <name>", "the stack whose config is read, instead of the selected one")
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("list"))
    .action(async ({ owners, cwd, json, ...wishes }: ListWishes) => {
      const world = { ...host, folder: resolve(host.folder, cwd ?? ".") };
      if (owners) {
        const { examineOwners } = await import("./examine.js");
        const report = await examineOwners(world, wishes);
        show(report, (each) => readable(each, host.paint), json);
      } else {
        const { examineAccounts, readableAccounts } = await import("./accounts.js");
        await orRefuse(command, async () => {
          const report = await examineAccounts(world, { ...wishes, progress: () => {} });
          show(report, (each) => readableAccounts(each, host.paint), json);
        });
      }
    });
  return command;

  function show<Report extends { readonly problems: readonly string[] }>(
    report: Report,
    textOf: (report: Report) => string,
    json = false,
  ): void {
    host.write(json ? jsonText(report) : textOf(report));
    host.exit(report.problems.length > 0 ? EXIT.failed : EXIT.done);
  }
}
