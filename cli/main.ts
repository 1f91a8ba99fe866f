#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { emulateCommand } from "./emulate";

/** The version in the nearest package.json above: the built file lies one folder deeper than its source. */
function packageVersion(folder: string): string {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (typeof parsed === "object" && parsed !== null && "version" in parsed) return String(parsed.version);
  } catch {
    // Not in this folder.
  }
  const parent = join(folder, "..");
  return parent === folder ? "unknown" : packageVersion(parent);
}

/** The `subaccounts` command. */
new Command("subaccounts")
  .description("Tools for pulumi-subaccounts, the Pulumi provider for vendors' sub-accounts")
  .version(packageVersion(__dirname))
  .addCommand(emulateCommand())
  .parseAsync();
