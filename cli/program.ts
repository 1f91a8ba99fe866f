import { Command } from "commander";
import { checkCommand } from "./check/command";
import { conformCommand } from "./conform/command";
import { doctorCommand } from "./doctor/command";
import { emulateCommand } from "./emulate/command";
import { fleetCommand } from "./fleet/command";
import { initCommand } from "./init/command";
import { keysCommand } from "./keys/command";
import { listCommand } from "./list/command";
import { manifestIn, oldNodeProblem, ownFolder } from "./package";
import { reportCommand } from "./report/command";
import { showCommand } from "./show/command";
import { tenantsCommand } from "./tenants/command";

/** The `subaccounts` command. */
export function subaccountsCommand(): Command {
  return new Command("subaccounts")
    .description("Tools for pulumi-subaccounts, the Pulumi provider for vendors' sub-accounts")
    .version(manifestIn(ownFolder()).version)
    .addCommand(initCommand())
    .addCommand(checkCommand())
    .addCommand(tenantsCommand())
    .addCommand(doctorCommand())
    .addCommand(keysCommand())
    .addCommand(fleetCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(reportCommand())
    .addCommand(emulateCommand())
    .addCommand(conformCommand())
    .hook("preAction", (program, command) => {
      // `doctor` says it itself, with all else that is wrong.
      const problem = command.name() === "doctor" ? undefined : oldNodeProblem();
      if (problem) program.error(`error: ${problem}`);
    });
}
