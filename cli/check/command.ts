import { Command, Option } from "commander";
import { EXIT, exitCodesLine } from "../exit-codes";
import { type Format, format } from "./report";

/** The process as the command uses it; tests inject their own. */
export interface CheckHost {
  /** Writes text to standard output. */
  write(text: string): void;
  /** Ends the command, when all is written, with an exit code that says that something is wrong. */
  fail(): void;
}

/** The options of the command. */
interface CheckWishes {
  readonly tiers?: string;
  readonly format: Format;
  readonly json?: boolean;
}

const processHost = (): CheckHost => ({
  write: (text) => process.stdout.write(text),
  fail: () => {
    process.exitCode = EXIT.failed;
  },
});

/** `subaccounts check`: says what a program's loader would refuse in tenant files, without Pulumi. */
export function checkCommand(host: CheckHost = processHost()): Command {
  const command = new Command("check")
    .description("check files of tenants and tiers as a program would, without Pulumi, keys or network")
    .argument("[paths...]", "folders, files or patterns", ["tenants"])
    .option(
      "--tiers <file>",
      "the file of tiers; default: tiers.yaml beside the tenants' folder, if there is one",
    )
    .addOption(
      new Option("--format <format>", "text, json, or github (annotations of a pull request)")
        .choices(["text", "json", "github"])
        .default("text"),
    )
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .addHelpText("after", exitCodesLine("check"))
    .action(async (paths: string[], { json, ...wishes }: CheckWishes) => {
      const { examine, CheckError } = await import("./examine.js");
      try {
        const report = examine(paths, wishes.tiers);
        host.write(format(report, json ? "json" : wishes.format));
        if (!report.ok) host.fail();
      } catch (error) {
        if (!(error instanceof CheckError)) throw error;
        command.error(`error: ${error.message}`, { code: "subaccounts.check" });
      }
    });
  return command;
}
