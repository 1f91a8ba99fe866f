import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../engine/engine";
import { FleetError } from "../fleet-error";
import type { Fleet } from "../shards/file";
import { workFolder } from "./context";
import { resultsOf } from "./gates";
import { KEPT_RUNS, type Run, type ShardResult } from "./records";

/** A run, and what became of its shards so far. */
export interface RunReport {
  readonly run: Run;
  readonly results: readonly ShardResult[];
}

/** The report of a run, of the newest one by default. @throws FleetError where there is none */
export async function reportOf(engine: Engine, id?: string): Promise<RunReport> {
  const run = id === undefined ? await engine.last<Run>("run") : await engine.record<Run>("run", id);
  if (run === undefined) {
    throw new FleetError(
      id === undefined
        ? "no run is known: subaccounts fleet up starts one"
        : `there is no run ${id}: subaccounts fleet status shows the newest one`,
    );
  }
  return { run, results: await resultsOf(engine, run.id) };
}

/** Writes what is known of a run, for commands that read it while the run goes on. */
export function writeReport(fleet: Fleet, report: RunReport): void {
  const folder = runsFolder(fleet);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${report.run.id}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(report));
  renameSync(`${file}.new`, file);
}

/** Removes the reports of old runs. */
export function removeOldReports(fleet: Fleet): void {
  const folder = runsFolder(fleet);
  for (const old of runIds(fleet).slice(0, -KEPT_RUNS)) rmSync(join(folder, `${old}.json`), { force: true });
}

/** Reads a run, or else the newest one. @throws FleetError where there is none */
export function readReport(fleet: Fleet, run?: string): RunReport {
  const ids = runIds(fleet);
  const id = run ?? ids.at(-1);
  if (id === undefined)
    throw new FleetError("no run is known on this machine: subaccounts fleet up starts one");
  if (!ids.includes(id)) {
    throw new FleetError(
      `there is no run ${id} on this machine; the newest are ${ids.slice(-3).join(", ") || "none"}`,
    );
  }
  return JSON.parse(readFileSync(join(runsFolder(fleet), `${id}.json`), "utf8"));
}

function runIds(fleet: Fleet): string[] {
  try {
    const files = readdirSync(runsFolder(fleet)).filter((file) => file.endsWith(".json"));
    return files.map((file) => file.slice(0, -".json".length)).sort();
  } catch {
    return [];
  }
}

function runsFolder(fleet: Fleet): string {
  return join(workFolder(fleet), "runs");
}
