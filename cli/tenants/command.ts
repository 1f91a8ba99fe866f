import { resolve } from "node:path";
import { Command, Option } from "commander";
import { orRefuse } from "../command-error";
import { exitCodesLine } from "../exit-codes";
import { type SurveyHost, surveyHost } from "../host";

interface GenerateOptions {
  readonly out: string;
  readonly tiers?: string;
  readonly map?: string;
  readonly match: string;
  readonly vendor?: string;
  readonly connection?: string;
  readonly fromOwner?: string;
  readonly setExternalIds?: boolean;
  readonly check?: boolean;
  readonly verify?: boolean;
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** `subaccounts tenants`: files of tenants for the customers that vendors have. */
export function tenantsCommand(host: SurveyHost = surveyHost()): Command {
  return new Command("tenants")
    .description("files of tenants for the customers that the vendors have already")
    .addCommand(generateCommand(host))
    .addCommand(tidyCommand(host));
}

interface TidyOptions {
  readonly out: string;
  readonly tiers?: string;
  readonly state?: string;
  readonly deletionPolicy?: "default";
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

function tidyCommand(host: SurveyHost): Command {
  const command = new Command("tidy")
    .description("take out of the files what is of no use once the state has the accounts: the adopt lines")
    .option("--out <folder>", "the folder of the files", "tenants")
    .option("--tiers <file>", "the file of tiers; default: tiers.yaml beside that folder, if there is one")
    .option("--state <file>", "a file of `pulumi stack export`, instead of asking Pulumi")
    .addOption(
      new Option(
        "--deletion-policy <policy>",
        "also take out deletionPolicy: retain of these accounts",
      ).choices(["default"]),
    )
    .option("-s, --stack <name>", "the stack, instead of the selected one")
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("tenants tidy"))
    .action(async ({ out, tiers, state, deletionPolicy, cwd, ...wishes }: TidyOptions) => {
      const { tidyTenants } = await import("./examine.js");
      const folder = resolve(host.folder, cwd ?? ".");
      await orRefuse(command, async () => {
        const { text, code } = await tidyTenants(
          { ...host, folder },
          {
            ...wishes,
            out: resolve(folder, out),
            ...(tiers === undefined ? {} : { tiers: resolve(folder, tiers) }),
            ...(state === undefined ? {} : { state: resolve(host.folder, state) }),
            takesPolicies: deletionPolicy === "default",
          },
        );
        host.write(text);
        host.exit(code);
      });
    });
  return command;
}

function generateCommand(host: SurveyHost): Command {
  const command = new Command("generate")
    .description(
      "write a file for each customer that the vendors have and no file has; it only reads at the vendors",
    )
    .option("--out <folder>", "the folder of the files", "tenants")
    .option("--tiers <file>", "the file of tiers; default: tiers.yaml beside that folder, if there is one")
    .option("--map <file>", "which account is whose: CSV (vendor,id,externalId) or JSON; - for no tenant")
    .option(
      "--match <how>",
      "externalId, or externalId,name: also by a name that fits one customer alone",
      "externalId",
    )
    .option("--vendor <name>", "this vendor alone")
    .option("--connection <name>", "this connection of subaccounts:connections alone")
    .option("--from-owner <id>", "the accounts of this owner alone, as its stack is lost")
    .option("--set-external-ids", "give accounts without an externalId the tenant's, by the first pulumi up")
    .option("--check", "write nothing; exit with 7 where the vendors have customers that no file has")
    .option("--verify", "say what the first pulumi up would change at the accounts of the files")
    .option(
      "-s, --stack <name>",
      "the stack whose config names keys and connections, instead of the selected one",
    )
    .option("--cwd <folder>", "the folder of the Pulumi program, instead of this one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", exitCodesLine("tenants generate"))
    .action(
      async ({ match, cwd, setExternalIds, check, verify, out, tiers, map, ...wishes }: GenerateOptions) => {
        host.limitMemory();
        const { MATCHES, examineTenants } = await import("./examine.js");
        if (!MATCHES.includes(match)) {
          command.error(`error: --match is ${MATCHES.join(" or ")}`);
        }
        const folder = resolve(host.folder, cwd ?? ".");
        const from = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
        await orRefuse(command, async () => {
          const { text, code } = await examineTenants(
            { ...host, folder },
            {
              ...wishes,
              out: resolve(folder, out),
              tiers: from(tiers),
              map: from(map),
              byName: match !== "externalId",
              setsExternalIds: setExternalIds === true,
              isCheck: check === true,
              verifies: verify === true,
              project: folder,
            },
          );
          host.write(text);
          host.exit(code);
        }).finally(() => host.progress(""));
      },
    );
  return command;
}
