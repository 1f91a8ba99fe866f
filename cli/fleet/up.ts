import { Command } from "commander";
import type { RunReport } from "../../fleet/run/up";
import { count } from "../count";
import { EXIT, type ExitCode, exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { type FleetWishes, withEngine } from "./options";
import { stopSignal } from "./stop-signal";

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
      const { wave, tenant, all } = wishes;
      const selection = {
        ...(wave === undefined ? {} : { wave }),
        ...(tenant === undefined ? {} : { tenants: tenant }),
        ...(all === undefined ? {} : { all }),
      };
      const stop = stopSignal();
      await withEngine(command, host, wishes, async (context, engine) => {
        const report = await upFleet(context, engine, selection, stop.signal);
        host.write(`${report ? textOf(report) : "Nothing to do: every shard is as its last up left it."}\n`);
        host.exit(report ? codeOf(report) : EXIT.done);
      });
      stop.release();
    });
  return command;
}

function textOf({ run, results }: RunReport): string {
  const failed = results.flatMap((result) => result.failed).length;
  const tenants = results.reduce((sum, result) => sum + result.tenants, 0);
  const shards = run.waves.flatMap(({ stacks }) => stacks).length;
  const done = `${results.length} of ${count(shards, "shard")}, ${count(tenants, "tenant")}, ${failed} failed`;
  const why = run.why === undefined ? "" : `: ${run.why}`;
  const next = run.state === "running" ? ": run subaccounts fleet up to go on" : "";
  return `Run ${run.id} ${run.state === "running" ? "interrupted" : run.state}${why}${next}. ${done}.`;
}

function codeOf({ run }: RunReport): ExitCode {
  if (run.state === "running") return EXIT.interrupted;
  return run.state === "succeeded" ? EXIT.done : EXIT.failed;
}
