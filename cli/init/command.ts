import { relative, resolve } from "node:path";
import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import type { Scaffold } from "./files";

/** The process as the command uses it; tests inject their own. */
export interface InitHost {
  /** The folder that the command was called in. */
  readonly folder: string;
  /** Writes text to standard output. */
  write(text: string): void;
}

/** The options of the command. */
interface InitWishes {
  readonly vendors?: readonly string[];
  readonly esm?: boolean;
  readonly package?: string;
}

const processHost = (): InitHost => ({
  folder: process.cwd(),
  write: (text) => process.stdout.write(text),
});

/** `subaccounts init`: writes a program of tenants into a folder, and overwrites nothing. */
export function initCommand(host: InitHost = processHost()): Command {
  const command = new Command("init")
    .description("write a Pulumi program of tenants into a folder; no file that is there is changed")
    .argument("[folder]", "where to; it is made if it is missing", ".")
    .option("--vendors <names>", "the vendors of the first tenant, such as zavu,bctrl; default: all", list)
    .option("--esm", "an ES module, instead of CommonJS")
    .option("--package <file>", "the .tgz file of this package, where it is not found by itself")
    .addHelpText("after", exitCodesLine("init"))
    .action(async (to: string, wishes: InitWishes) => {
      const { scaffold, InitError } = await import("./scaffold.js");
      try {
        const folder = resolve(host.folder, to);
        const made = scaffold({ ...wishes, folder, from: host.folder });
        host.write(report(made, relative(host.folder, folder)));
      } catch (error) {
        if (!(error instanceof InitError)) throw error;
        command.error(`error: ${error.message}`, { code: "subaccounts.init" });
      }
    });
  return command;
}

function list(names: string): string[] {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function report({ files, project }: Scaffold, folder: string): string {
  const state = `../${project}-state`;
  const commands = [
    ...(folder === "" ? [] : [`cd ${/^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder)}`]),
    "npm install                              # or: pnpm install",
    "npx --no-install subaccounts emulate &   # vendors to try it with; paste the lines that it prints",
    "export PULUMI_CONFIG_PASSPHRASE=test",
    `mkdir -p ${state} && pulumi login "file://$PWD/${state}?metadata=skip"`,
    "pulumi stack init dev",
    "pulumi up",
  ];
  return `Wrote ${Object.keys(files).join(", ")}.

Next:

${commands.map((line) => `  ${line}`).join("\n")}

Then edit tenants/ and tiers.yaml. \`npm run check\` finds mistakes in them without Pulumi.
`;
}
