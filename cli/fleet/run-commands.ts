import { Command } from "commander";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine, withRuns } from "./options";
import { codeOf, lastLineOf } from "./run-text";

interface ResumeWishes extends FleetWishes {
  readonly detach?: boolean;
}

/** `subaccounts fleet pause`: holds a run that goes on. */
export function pauseCommand(host: Host): Command {
  const command = new Command("pause")
    .description("hold a run: the calls under way finish on all machines, and no shard of it begins")
    .argument("<run>", "its id")
    .addHelpText("after", exitCodesLine("fleet pause"))
    .action(async (run: string, wishes: FleetWishes) => {
      const { pauseRun } = await import("../../fleet/run/person.js");
      await withRuns(command, host, wishes, async (engine) => {
        await pauseRun(engine, run);
        host.write(`Run ${run} is paused: subaccounts fleet resume goes on with it.\n`);
      });
    });
  return command;
}

/** `subaccounts fleet resume`: goes on after a wave with too many failures, or a pause. */
export function resumeCommand(host: Host): Command {
  const command = new Command("resume")
    .description(
      "go on with a run that a person paused, or that paused after a wave with too many failures (failures.when: pause)",
    )
    .argument("[run]", "its id; default: the newest one that is paused")
    .option("--detach", "leave the work to machines with subaccounts fleet work")
    .addHelpText("after", exitCodesLine("fleet resume"))
    .action(async (id: string | undefined, { detach, ...wishes }: ResumeWishes) => {
      const { resumeRun } = await import("../../fleet/run/person.js");
      const { work } = await import("../../fleet/run/up.js");
      if (detach) {
        return await withRuns(command, host, { ...wishes, shared: "--detach" }, async (engine) => {
          host.write(`Run ${(await resumeRun(engine, id)).id} goes on.\n`);
        });
      }
      await withEngine(command, host, wishes, async (context, engine, stop) => {
        const report = await work(context, engine, await resumeRun(engine, id), stop);
        host.write(`${lastLineOf(report, engine.isShared)}\n`);
        host.exit(codeOf(report));
      });
    });
  return command;
}

/** `subaccounts fleet cancel`: ends a run. */
export function cancelCommand(host: Host): Command {
  const command = new Command("cancel")
    .description(
      "end a run: the calls under way finish on all machines. Without engine in fleet.yaml, end its process by Ctrl-C first",
    )
    .argument("<run>", "its id")
    .addHelpText("after", exitCodesLine("fleet cancel"))
    .action(async (run: string, wishes: FleetWishes) => {
      const { cancelFleet } = await import("../../fleet/run/person.js");
      await withRuns(command, host, wishes, async (engine) => {
        await cancelFleet({ now: Date.now }, engine, run);
        host.write(`Run ${run} is cancelled. What it has done stays.\n`);
      });
    });
  return command;
}
