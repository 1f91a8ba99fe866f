import { styleText } from "node:util";
import { Command } from "commander";
import { EXIT, exitCodesLine } from "../exit-codes";
import { jsonText } from "../json-text";
import { type Paint, readable } from "./report";
import type { Wishes, World } from "./world";

/** The process as the command uses it; tests inject their own. */
export interface DoctorHost extends World {
  /** Writes text to standard output. */
  write(text: string): void;
  readonly paint: Paint;
  /** Ends the command, when all is written, with an exit code that says that something failed. */
  fail(): void;
}

const processHost = (): DoctorHost => ({
  folder: process.cwd(),
  env: process.env,
  write: (text) => process.stdout.write(text),
  paint: (colour, text) => styleText(colour, text, { stream: process.stdout }),
  fail: () => {
    process.exitCode = EXIT.failed;
  },
});

/** `subaccounts doctor`: says what keeps the program in this folder from working, and what mends it. */
export function doctorCommand(host: DoctorHost = processHost()): Command {
  return new Command("doctor")
    .description("check this machine, the Pulumi program in this folder, and the keys of its stack")
    .option("-s, --stack <name>", "the stack to check, instead of the selected one")
    .option("--vendor <name>", "check this vendor alone, which must then have a key")
    .option("--offline", "call no vendor")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("doctor"))
    .action(async ({ json, ...wishes }: Wishes & { json?: boolean }) => {
      const { examine } = await import("./examine.js");
      const report = await examine(host, wishes);
      host.write(json ? jsonText(report) : readable(report, host.paint));
      if (!report.ok) host.fail();
    });
}
