import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { orRefuse } from "../command-error";
import { exitCodesLine } from "../exit-codes";
import { type Host, processHost } from "../host";
import { jsonText } from "../json-text";
import { codeOf } from "../why";
import { writeWhole } from "../write-file";
import type { ConformWishes } from "./examine";

/** The process as the command uses it; tests inject their own. */
export interface ConformHost extends Host {
  /** @returns a signal that aborts when the person wants to stop (Ctrl-C or SIGTERM). */
  interruption(): AbortSignal;
}

/** The options of the command. */
interface ConformOptions extends ConformWishes {
  readonly yesCreateScratchAccounts?: boolean;
  readonly dryRun?: boolean;
  readonly switches?: string;
  readonly json?: boolean;
  readonly cwd?: string;
}

const ownHost = (): ConformHost => ({
  ...processHost(),
  interruption: () => {
    const stop = new AbortController();
    // Once: a second Ctrl-C ends the process at once.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        process.stderr.write("Interrupted: ending what was made. Ctrl-C again leaves it to the next run.\n");
        stop.abort();
      });
    }
    return stop.signal;
  },
});

/** `subaccounts conform`: asks the vendors what their documentation leaves open, for the emulator and for people. */
export function conformCommand(host: ConformHost = ownHost()): Command {
  const command = new Command("conform")
    .description("ask the vendors, with your keys, how they behave where their documentation is silent")
    .option("--vendor <name>", "ask this vendor alone, which must then have a key")
    .option("--connection <name>", "the entry of subaccounts:connections to ask --vendor with")
    .option(
      "--yes-create-scratch-accounts",
      "also make at most two accounts at each vendor, and end them again",
    )
    .option("--dry-run", "print the calls, and send none")
    .option(
      "--switches <file>",
      "write the emulator's switches that were told, for subaccounts emulate --switches",
    )
    .option("-s, --stack <name>", "the stack, instead of the selected one")
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("conform"))
    .action(async (options: ConformOptions) => {
      const { yesCreateScratchAccounts: mayMakeAccounts = false } = options;
      const folder = resolve(host.folder, options.cwd ?? ".");
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        command.error(`error: --cwd: there is no folder ${folder}`);
      }
      if (options.dryRun) {
        const { dryRun, isVendor } = await import("./dry-run.js");
        if (!isVendor(options.vendor)) {
          const { noVendor } = await import("./examine.js");
          command.error(`error: ${noVendor(options.vendor)}`);
        }
        host.write(await dryRun(options.vendor, mayMakeAccounts));
        return;
      }
      const switches = options.switches && resolve(host.folder, options.switches);
      // Before anything is asked: a run makes accounts.
      if (switches) {
        const { isOfSwitches } = await import("./switches-file.js");
        if (!isOfSwitches(switches)) {
          command.error(`error: ${switches} holds something else than switches, and is not overwritten`);
        }
        refuseUnwritable(switches);
      }
      const { examineConform } = await import("./examine.js");
      const { exitCode, readable, switchesFile } = await import("./report.js");
      const signal = host.interruption();
      const report = await examineConform({ ...host, folder }, options, { mayMakeAccounts, signal });
      host.write(options.json ? jsonText(report) : readable(report, host.paint));
      host.exit(exitCode(report));
      if (switches) await orRefuse(command, async () => writeWhole(switches, switchesFile(report)));
    });
  return command;

  function refuseUnwritable(file: string): void {
    try {
      accessSync(dirname(file), constants.W_OK);
      if (existsSync(file)) accessSync(file, constants.W_OK);
    } catch (error) {
      command.error(`error: the switches cannot be written to ${file} (${codeOf(error)})`);
    }
  }
}
