import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import { type Host, processHost } from "../host";
import { jsonText } from "../json-text";
import { directoryCommand } from "./directory";
import { fleetDoctorCommand } from "./doctor";
import { gcCommand } from "./gc";
import { initFleetCommand } from "./init";
import { moveCommand, splitCommand } from "./move";
import { planCommand } from "./plan";
import { driftCommand, refreshCommand } from "./refresh";
import { cancelCommand, pauseCommand, resumeCommand } from "./run-commands";
import { shardsCommand } from "./shards";
import { reportCommand, statusCommand } from "./status";
import { unlockCommand } from "./unlock";
import { upCommand } from "./up";
import { workCommand } from "./work";

const COMMANDS = [
  initFleetCommand,
  shardsCommand,
  planCommand,
  upCommand,
  workCommand,
  pauseCommand,
  resumeCommand,
  cancelCommand,
  refreshCommand,
  driftCommand,
  statusCommand,
  reportCommand,
  directoryCommand,
  unlockCommand,
  moveCommand,
  splitCommand,
  gcCommand,
  fleetDoctorCommand,
];

/** The result of `fleet id`, as `--json` prints it. */
export interface FleetId {
  /** A new UUID. */
  readonly id: string;
}

/** `subaccounts fleet`: many stacks as one, and the id that they share. */
export function fleetCommand(host: Host = processHost()): Command {
  const id = new Command("id")
    .description("print a new fleet id: pulumi config set subaccounts:fleet <id>")
    .option("--json", "print it as JSON")
    .addHelpText("after", exitCodesLine("fleet id"))
    .action(({ json }: { readonly json?: boolean }) => {
      const made: FleetId = { id: randomUUID() };
      host.write(json ? jsonText(made) : `${made.id}\n`);
    });
  const command = new Command("fleet")
    .description("run many stacks as one, and make the id that they share, by which a lost state is rebuilt")
    .addCommand(id);
  for (const make of COMMANDS) {
    command.addCommand(make(host).option("--fleet <file>", "the file that declares the fleet", "fleet.yaml"));
  }
  return command;
}
