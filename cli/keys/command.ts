import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text as textOfStream } from "node:stream/consumers";
import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import { type Host, processHost } from "../host";
import { jsonText } from "../json-text";
import { codeOf } from "../why";
import { exitCode, readable } from "./report";

/** The process as the command uses it; tests inject their own. */
export interface KeysHost extends Host {
  /** Reads standard input to its end. */
  stdin(): Promise<string>;
}

/** The options of the command. */
interface KeysWishes {
  readonly unknown?: boolean;
  readonly revoke?: readonly string[];
  /** A file of `pulumi stack export`; `-` for standard input. */
  readonly state?: string;
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

const ownHost = (): KeysHost => ({
  ...processHost(),
  stdin: () => textOfStream(process.stdin),
});

const collect = (id: string, before: readonly string[] = []): string[] => [...before, id];

/** `subaccounts keys`: lists keys at the vendors that have a name of ours and that the state does not have. */
export function keysCommand(host: KeysHost = ownHost()): Command {
  const command = new Command("keys")
    .description(
      "list the keys of a stack's accounts that its state does not have, and revoke those you name",
    )
    .option("--unknown", "list them: keys named as an ApiKey of the account, or pulumi-subaccounts")
    .option("--revoke <id>", "revoke a key that is listed as unknown; repeatable", collect)
    .option("--state <file>", "a file of `pulumi stack export --show-secrets`, or - for standard input")
    .option("-s, --stack <name>", "the stack, instead of the selected one")
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("keys"))
    .action(async (wishes: KeysWishes) => {
      if (!wishes.unknown && wishes.revoke === undefined) {
        command.error("error: say what to do: --unknown, or --revoke <key id>");
      }
      const { examineKeys } = await import("./examine.js");
      const folder = resolve(host.folder, wishes.cwd ?? ".");
      const state =
        wishes.state === undefined
          ? undefined
          : wishes.state === "-"
            ? await host.stdin()
            : readText(resolve(host.folder, wishes.state));
      const report = await examineKeys({ ...host, folder }, wishes, state);
      host.write(wishes.json ? jsonText(report) : readable(report, host.paint));
      host.exit(exitCode(report));
    });
  return command;

  function readText(file: string): string {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      return command.error(`error: the state ${file} cannot be read (${codeOf(error)})`);
    }
  }
}
