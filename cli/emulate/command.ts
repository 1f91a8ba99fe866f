import { once } from "node:events";
import { existsSync } from "node:fs";
import { Command } from "commander";
import { faultNames } from "../../emulator/core/named-faults";
import { exitCodesLine } from "../exit-codes";
import { collect, optionsOf, parsePort, parseSetting, type Wishes } from "./options";
import { startFailure } from "./start-failure";
import { welcome } from "./welcome";

/** The process as the command uses it; tests inject their own. */
export interface EmulateHost {
  /** Writes text to standard output. */
  write(text: string): void;
  /** Writes text to standard error. */
  warn(text: string): void;
  /** Resolves when the user wants to stop (Ctrl-C or SIGTERM). */
  stopped(): Promise<unknown>;
}

const processHost: EmulateHost = {
  write: (text) => process.stdout.write(text),
  warn: (text) => process.stderr.write(text),
  stopped: () => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]),
};

const HELP = `
Faults: ${faultNames.join(", ")}.
A fault may name its route, --fault "bctrl:status-503:2:POST /v1/subaccounts"; the count may be always, the vendor *.`;

/** `subaccounts emulate`: serves the emulator until it is interrupted. */
export function emulateCommand(host: EmulateHost = processHost): Command {
  const command = new Command("emulate")
    .description("serve stand-ins for the vendors on this machine, with a page that shows what happens")
    .option("-p, --port <number>", "port to listen on; 0 for any free one", parsePort, 8787)
    .option("--host <address>", "address to listen at; 0.0.0.0 is open to other machines", "127.0.0.1")
    .option("--allow-host <name>", "a host name by which requests may come; repeatable", collect)
    .option("--persist <file>", "keep accounts and keys in this file, over a restart")
    .option("--seed <file>", "accounts and keys to begin with, YAML or JSON")
    .option(
      "--fault <vendor:fault:count>",
      "a fault of the next calls, zavu:lost-reply:1; repeatable",
      collect,
    )
    .option(
      "--rate <calls>",
      "calls a minute, beyond which the vendor answers 429; zavu:60 for one",
      parseSetting(1),
    )
    .option("--latency <ms>", "milliseconds that each call takes longer; zavu:200 for one", parseSetting(0))
    .option("--switches <file>", "how the vendors behave, YAML or JSON")
    .addHelpText("after", `${HELP}\n${exitCodesLine("emulate")}`)
    .action(async (wishes: Wishes) => {
      // Loaded here, so that `--help` stays fast.
      const { startEmulator, ...files } = await import("../../emulator/index.js");
      // Listening for the signal before the start leaves no moment in which Ctrl-C would end us uncleanly.
      const stopped = host.stopped();
      const { persist, seed } = wishes;
      const isLeft = persist !== undefined && existsSync(persist);
      const emulator = await Promise.resolve()
        .then(() => optionsOf(wishes, files))
        .then((options) =>
          startEmulator({ ...options, warn: (message) => host.warn(`warning: ${message}\n`) }),
        )
        .catch((error: unknown) =>
          command.error(`error: ${startFailure(wishes, error)}`, { code: "subaccounts.emulate" }),
        );
      if (isLeft && seed !== undefined) {
        host.warn(`${seed} was not read: ${persist} has what an earlier run left.\n`);
      }
      host.write(welcome(emulator, wishes));
      await stopped;
      await emulator.close();
      host.write("Emulator stopped.\n");
    });
  return command;
}
