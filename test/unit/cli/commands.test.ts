import { type Command, CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { exitCodes, exitCodesLine } from "../../../cli/exit-codes";
import { subaccountsCommand } from "../../../cli/program";
import { OUTPUTS } from "../../../generate/outputs.mts";

/** Every command that does something, by its name below `subaccounts`. */
function commandsIn(command: Command, above: readonly string[] = []): [name: string, command: Command][] {
  return command.commands.flatMap((each) => {
    const path = [...above, each.name()];
    return each.commands.length > 0 ? commandsIn(each, path) : [[path.join(" "), each] as [string, Command]];
  });
}

const commands = commandsIn(subaccountsCommand());

it("the table of exit codes has every command", () => {
  expect(commands.map(([name]) => name).sort()).toEqual(Object.keys(exitCodes).sort());
});

it("every output with --json has a schema", () => {
  const withJson = commands.filter(([, { options }]) => options.some(({ long }) => long === "--json"));
  expect(withJson.map(([name]) => name).sort()).toEqual(
    [...new Set(Object.keys(OUTPUTS).map((name) => name.replace(/ --.*/, "")))].sort(),
  );
});

describe.each(commands)("subaccounts %s", (name, command) => {
  it("names its exit codes in its help, as the table has them", () => {
    let help = "";
    command
      .configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    expect(help.trimEnd().endsWith(exitCodesLine(name as keyof typeof exitCodes).trim())).toBe(true);
  });

  it("exits with 1 for an option that there is not", () => {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    const parse = () => command.parse(["--no-such-option"], { from: "user" });
    expect(parse).toThrow(CommanderError);
    expect(parse).toThrow(expect.objectContaining({ exitCode: 1 }));
  });
});
