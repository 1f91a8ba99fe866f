import type { exitCodes } from "../cli/exit-codes.ts";
import { code, table } from "./markdown.mts";
import { OUTPUTS, outputSchemaOf } from "./outputs.mts";

/** The commands with their exit codes, and the schema of what each prints with `--json`. */
export function commandsTable(commands: typeof exitCodes): string {
  const rows = Object.entries(commands).map(([command, meanings]) => {
    const codes = Object.entries(meanings).map(([exit, meaning]) => `${code(exit)} ${meaning}`);
    const schema = command in OUTPUTS ? code(`${outputSchemaOf(command)}.schema.json`) : "";
    return [code(command), codes.join("<br>"), schema];
  });
  return table(["command", "exit codes", "with `--json`"], rows);
}
