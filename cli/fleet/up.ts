import { Command } from "commander";
import { EXIT, exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine } from "./options";
import { codeOf, lastLineOf } from "./run-text";

interface UpWishes extends FleetWishes {
  readonly wave?: string;
  readonly tenant?: string[];
  readonly all?: boolean;
}

/** `subaccounts fleet up`: makes the accounts of all changed shards match the files, wave by wave. */
export function upCommand(host: Host): Command {
  const command = new Command("up")
    .description(
      "make the accounts of all changed shards match the files, wave by wave; takes up a run that was interrupted",
    )
    .option("--wave <name>", "the shards of this wave alone")
    .option("--tenant <id...>", "the shards of these tenants alone")
    .option("--all", "shards without a change, too")
    .addHelpText("after", exitCodesLine("fleet up"))
    .action(async (wishes: UpWishes) => {
      const { upFleet } = await import("../../fleet/run/up.js");
      const { wave, tenant: tenants, all } = wishes;
      const selection = Object.fromEntries(
        Object.entries({ wave, tenants, all }).filter(([, value]) => value !== undefined),
      );
      await withEngine(command, host, wishes, async (context, engine, stop) => {
        const report = await upFleet(context, engine, selection, stop);
        host.write(
          `${report ? lastLineOf(report) : "Nothing to do: every shard is as its last up left it."}\n`,
        );
        host.exit(report ? codeOf(report) : EXIT.done);
      });
    });
  return command;
}

/** `subaccounts fleet resume`: goes on after a wave with too many failures. */
export function resumeCommand(host: Host): Command {
  const command = new Command("resume")
    .description("go on with the run that paused after a wave with too many failures (failures.when: pause)")
    .addHelpText("after", exitCodesLine("fleet resume"))
    .action(async (wishes: FleetWishes) => {
      const { resumeFleet } = await import("../../fleet/run/up.js");
      await withEngine(command, host, wishes, async (context, engine, stop) => {
        const report = await resumeFleet(context, engine, stop);
        host.write(`${lastLineOf(report)}\n`);
        host.exit(codeOf(report));
      });
    });
  return command;
}

/** `subaccounts fleet cancel`: ends a run that was interrupted or has paused. */
export function cancelCommand(host: Host): Command {
  const command = new Command("cancel")
    .description(
      "end a run that was interrupted or has paused; one that a process works on is ended by Ctrl-C first",
    )
    .argument("<run>", "its id")
    .addHelpText("after", exitCodesLine("fleet cancel"))
    .action(async (run: string, wishes: FleetWishes) => {
      const { cancelFleet } = await import("../../fleet/run/up.js");
      await withEngine(command, host, wishes, async (context, engine) => {
        await cancelFleet(context, engine, run);
        host.write(`Run ${run} is cancelled. What it has done stays.\n`);
      });
    });
  return command;
}
