import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import type { EngineWorker } from "../../fleet/engine/engine";
import type { RunReport } from "../../fleet/run/report-file";
import { count } from "../count";
import { exitCodesLine } from "../exit-codes";
import type { Host } from "../host";
import { jsonText } from "../json-text";
import { type FleetWishes, withReports } from "./options";
import { type Format, format } from "./report-text";
import { codeOf } from "./run-text";

interface StatusWishes extends FleetWishes {
  readonly watch?: boolean;
  readonly json?: boolean;
}

interface ReportWishes extends FleetWishes {
  readonly format: Format;
  readonly exitCode?: boolean;
}

/** Seconds between two looks of `--watch`. */
const WATCH_S = 2;

/** `subaccounts fleet status`: how far a run is, also while another process works on it. */
export function statusCommand(host: Host): Command {
  const command = new Command("status")
    .description("show how far a run is, also while it goes on")
    .argument("[run]", "its id; default: the newest one")
    .option("--watch", "go on until it has ended")
    .option("--json", "print it as JSON")
    .addHelpText("after", exitCodesLine("fleet status"))
    .action((run: string | undefined, { watch, json, ...wishes }: StatusWishes) =>
      withReports(command, host, wishes, async (read, engine) => {
        for (;;) {
          const report = await read(run);
          const workers = (await engine?.workers()) ?? [];
          host.write(json ? jsonText(report) : textOf(report, workers));
          if (!watch || report.run.state !== "running") return;
          await sleep(WATCH_S * 1000);
        }
      }),
    );
  return command;
}

/** `subaccounts fleet report`: what a run changed, and what failed in it. */
export function reportCommand(host: Host): Command {
  const command = new Command("report")
    .description("print what a run changed and what failed in it, by tenant")
    .argument("[run]", "its id; default: the newest one")
    .addOption(
      new Option("--format <format>", "md, json or junit").choices(["md", "json", "junit"]).default("md"),
    )
    .option("--exit-code", "end as the command that worked on the run")
    .addHelpText("after", exitCodesLine("fleet report"))
    .action((run: string | undefined, wishes: ReportWishes) =>
      withReports(command, host, wishes, async (read) => {
        const report = await read(run);
        host.write(format(report, wishes.format));
        if (wishes.exitCode) host.exit(codeOf(report));
      }),
    );
  return command;
}

function textOf({ run, results }: RunReport, workers: readonly EngineWorker[]): string {
  const lines = run.waves.map(({ name, stacks }, index) => {
    const ofWave = results.filter(({ wave }) => wave === index);
    const failed = ofWave
      .filter(({ result }) => result === "failed")
      .flatMap((result) => result.failed).length;
    const all = stacks.reduce((sum, stack) => sum + (run.tenants[stack] ?? 0), 0);
    return `  ${name}: ${ofWave.length} of ${count(stacks.length, "shard")}, ${count(all, "tenant")}, ${failed} failed`;
  });
  const why = run.why === undefined ? "" : `: ${run.why}`;
  const at = workers.map(({ host, pid }) => `${host} (${pid})`);
  const alive = at.length > 0 ? [`  ${count(at.length, "worker")}: ${at.join(", ")}`] : [];
  return `${[`Run ${run.id} (${run.kind}) ${run.state}${why}`, ...lines, ...alive].join("\n")}\n`;
}
