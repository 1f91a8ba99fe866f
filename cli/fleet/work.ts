import { Command } from "commander";
import { EXIT, exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine } from "./options";

interface WorkWishes extends FleetWishes {
  readonly untilEmpty?: boolean;
}

/** `subaccounts fleet work`: one of the machines that work on the runs of a fleet. */
export function workCommand(host: Host): Command {
  const command = new Command("work")
    .description("work on the runs of the fleet, whichever machine starts them; the same on every machine")
    .option("--until-empty", "end when no run goes on")
    .addHelpText("after", exitCodesLine("fleet work"))
    .action(async (wishes: WorkWishes) => {
      const { workOnFleet } = await import("../../fleet/run/work.js");
      await withEngine(command, host, { ...wishes, shared: "fleet work" }, async (context, engine, stop) => {
        const { foreign } = await workOnFleet(context, engine, stop, wishes.untilEmpty);
        if (stop.aborted) return host.exit(EXIT.interrupted);
        host.write(
          foreign.length > 0 ? `Left to other workers: ${foreign.join(", ")}.\n` : "No run goes on.\n",
        );
        host.exit(foreign.length > 0 ? EXIT.failed : EXIT.done);
      });
    });
  return command;
}
