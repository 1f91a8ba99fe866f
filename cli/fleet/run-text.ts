import type { RunReport } from "../../fleet/run/report-file";
import { driftedOf } from "../../fleet/run/summary";
import { count } from "../count";
import { EXIT, type ExitCode } from "../exit-codes";

/** The last line of a command that worked on a run. */
export function lastLineOf({ run, results }: RunReport, isShared = false): string {
  const failed = results
    .filter(({ result }) => result === "failed")
    .flatMap((result) => result.failed).length;
  const drifted = results.flatMap(driftedOf).length;
  const warnings = results.flatMap((result) => result.warnings ?? []).length;
  const tenants = results.reduce((sum, result) => sum + result.tenants, 0);
  const shards = run.waves.flatMap(({ stacks }) => stacks).length;
  const parts = [
    `${results.length} of ${count(shards, "shard")}`,
    count(tenants, "tenant"),
    `${failed} failed`,
    ...(run.kind === "drift" ? [`${drifted} drifted`] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
    ...(run.keysOf ? [`keys that cost a call each looked at in ${count(run.keysOf.length, "shard")}`] : []),
  ];
  const why = run.why === undefined ? "" : `: ${run.why}`;
  const others = isShared ? ": other machines go on with it" : ": run subaccounts fleet up to go on";
  const next = run.state === "running" ? others : "";
  return `Run ${run.id} ${run.state === "running" ? "interrupted" : run.state}${why}${next}. ${parts.join(", ")}.`;
}

/** The exit code of a command that worked on a run. */
export function codeOf({ run, results }: RunReport): ExitCode {
  if (run.state === "running") return EXIT.interrupted;
  if (run.state !== "succeeded") return EXIT.failed;
  return results.some(({ result }) => result === "drifted") ? EXIT.found : EXIT.done;
}
