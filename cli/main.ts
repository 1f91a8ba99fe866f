#!/usr/bin/env node
import { Command } from "commander";
import { checkCommand } from "./check/command";
import { conformCommand } from "./conform/command";
import { doctorCommand } from "./doctor/command";
import { emulateCommand } from "./emulate/command";
import { initCommand } from "./init/command";
import { keysCommand } from "./keys/command";
import { manifestIn, ownFolder } from "./package";
import { tenantsCommand } from "./tenants/command";

/** The `subaccounts` command. */
new Command("subaccounts")
  .description("Tools for pulumi-subaccounts, the Pulumi provider for vendors' sub-accounts")
  .version(manifestIn(ownFolder()).version)
  .addCommand(initCommand())
  .addCommand(checkCommand())
  .addCommand(tenantsCommand())
  .addCommand(doctorCommand())
  .addCommand(keysCommand())
  .addCommand(emulateCommand())
  .addCommand(conformCommand())
  .parseAsync();
