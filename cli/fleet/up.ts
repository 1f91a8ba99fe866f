import { Command } from "commander";
import { EXIT, exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine } from "./options";
import { codeOf, lastLineOf } from "./run-text";

interface UpWishes extends FleetWishes {
  readonly wave?: string;
  readonly tenant?: string[];
  readonly all?: boolean;
  readonly detach?: boolean;
}

const NOTHING = "Nothing to do: every shard is as its last up left it.";
const FOLLOW = "subaccounts fleet status --watch shows how far it is.";

/** `subaccounts fleet up`: makes the accounts of all changed shards match the files, wave by wave. */
export function upCommand(host: Host): Command {
  const command = new Command("up")
    .description(
      "make the accounts of all changed shards match the files, wave by wave; takes up a run that was interrupted",
    )
    .option("--wave <name>", "the shards of this wave alone")
    .option("--tenant <id...>", "the shards of these tenants alone")
    .option("--all", "shards without a change, too")
    .option("--detach", "start the run alone: machines with subaccounts fleet work work on it")
    .addHelpText("after", exitCodesLine("fleet up"))
    .action(async (wishes: UpWishes) => {
      const { startUp, upFleet } = await import("../../fleet/run/up.js");
      const { wave, tenant: tenants, all, detach } = wishes;
      const selection = Object.fromEntries(
        Object.entries({ wave, tenants, all }).filter(([, value]) => value !== undefined),
      );
      const shared = detach ? "--detach" : undefined;
      await withEngine(command, host, { ...wishes, shared }, async (context, engine, stop) => {
        if (detach) {
          const started = await startUp(context, engine, selection);
          return host.write(`${started ? `Run ${started.run.id} is queued: ${FOLLOW}` : NOTHING}\n`);
        }
        const report = await upFleet(context, engine, selection, stop);
        host.write(`${report ? lastLineOf(report, engine.isShared) : NOTHING}\n`);
        host.exit(report ? codeOf(report) : EXIT.done);
      });
    });
  return command;
}
