import { resolve } from "node:path";
import { Command } from "commander";
import { orRefuse } from "../command-error";
import { EXIT, exitCodesLine } from "../exit-codes";
import { type Host, processHost } from "../host";
import { jsonText } from "../json-text";

interface ShowOptions {
  readonly state?: readonly string[];
  readonly trail?: string;
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** `subaccounts show`: one tenant's accounts, limits, use, keys by name, and changes. */
export function showCommand(host: Host = processHost()): Command {
  const command = new Command("show")
    .description("show a tenant's accounts, limits, use and keys (their names alone); changes nothing")
    .argument("<externalId>", "the tenant's")
    .option("--state <files...>", "files of `pulumi stack export`, instead of asking Pulumi for the stack's")
    .option("--trail <file>", "the change trail that up.sh writes, of which the tenant's lines are shown")
    .option("-s, --stack <name>", "the stack, instead of the selected one")
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the tenant as JSON")
    .addHelpText("after", exitCodesLine("show"))
    .action(async (externalId: string, { state, trail, cwd, json, ...wishes }: ShowOptions) => {
      const { examineTenant } = await import("./examine.js");
      const { readable } = await import("./report.js");
      const from = (path: string) => resolve(host.folder, path);
      await orRefuse(command, async () => {
        const report = await examineTenant({ ...host, folder: from(cwd ?? ".") }, externalId, {
          ...wishes,
          states: state?.map(from),
          trail: trail === undefined ? undefined : from(trail),
          progress: () => {},
        });
        host.write(json ? jsonText(report) : readable(report, host.paint));
        host.exit(report.problems.length > 0 ? EXIT.failed : EXIT.done);
      });
    });
  return command;
}
