import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Engine, ensureEngine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";
import { type Cell, keyOf } from "./cells.mts";
import { disturbances, type Tier } from "./disturbances.mts";
import { page } from "./page.mts";
import { type Planned, plan } from "./plan.mts";
import { openRealStack } from "./real-stack.mts";
import { type Circumstances, count, tables } from "./report.mts";
import { disturb, type Hit, type Open } from "./row.mts";
import { faceOf, type Scenario, scenarios } from "./scenarios.mts";
import { endPulumisProcesses, inPulumisProcess } from "./shared-process.mts";
import { StandIn } from "./stand-in.mts";

/** `npm run reliability`: every operation, disturbed at every call, in every way. */

const script = "npm run reliability";
const document = "docs/reliability.md";

interface Options {
  vendor?: string;
  operation?: string;
  only?: string[];
  results?: string;
  run: boolean;
  write: boolean;
  engines: number;
  providers: number;
}

/** A cell that is still to be filled. */
interface Row {
  readonly cell: Omit<Cell, "outcome">;
  readonly tier: Tier;
  readonly scenario: Scenario;
  readonly hit: Hit;
}

const note = (line: string): void => console.error(line);

async function run(options: Options): Promise<void> {
  const engine = await ensureEngine({ log: note });
  const open: Record<Tier, Open> = {
    engine: (env) => openRealStack(engine.binDir, env),
    provider: async (env) => new StandIn(env, inPulumisProcess),
  };
  const planned: Planned[] = [];
  for (const each of scenarios) if (isChosen(each, options)) planned.push(await plan(each, inPulumisProcess));
  const done = new Map(readResults(options.results).map((cell) => [keyOf(cell), cell]));
  const rows = options.run ? rowsOf(planned, options).filter(({ cell }) => !done.has(keyOf(cell))) : [];

  const run = async ({ cell, tier, scenario, hit }: Row): Promise<void> => {
    const result = { ...cell, outcome: await disturb(open[tier], scenario, hit) };
    done.set(keyOf(cell), result);
    if (options.results) appendFileSync(options.results, `${JSON.stringify(result)}\n`);
    const { way, problems, leftovers } = result.outcome;
    note(`${keyOf(cell)} (${cell.label}): ${way}${leftovers > 0 ? `, ${leftovers} named` : ""}`);
    for (const problem of problems) note(`    ${problem}`);
  };
  const of = (tier: Tier) => rows.filter((row) => row.tier === tier);
  note(`${of("engine").length} rows with the real engine, ${of("provider").length} with the provider alone`);
  await Promise.all([
    inParallel(options.engines, of("engine"), run),
    inParallel(options.providers, of("provider"), run),
  ]);
  await endPulumisProcesses();

  console.log(`${tables(planned, done)}\n\n${count(done.values())}`);
  if (options.write) {
    writeFileSync(join(repository, document), page(planned, done, circumstances(engine)));
    note(`${document} is written`);
  }
  process.exitCode = [...done.values()].some(({ outcome }) => outcome.way === "FAILED") ? 1 : 0;
}

function isChosen(scenario: Scenario, { vendor, operation }: Options): boolean {
  return (
    (vendor === undefined || faceOf(scenario).startsWith(vendor)) &&
    (operation === undefined || scenario.operation === operation)
  );
}

/** One kind of disturbance after the other, so that a run that is ended early has seen every operation. */
function rowsOf(planned: readonly Planned[], { only }: Options): Row[] {
  const chosen = disturbances.filter(({ group }) => only === undefined || only.includes(group));
  return chosen.flatMap(({ name, tier, isFor, disturbance }) =>
    planned.flatMap(({ scenario, calls }) =>
      [...calls.entries()]
        .filter(([, label]) => isFor(label))
        .map(([call, label]) => ({
          cell: { face: faceOf(scenario), operation: scenario.operation, call, label, disturbance: name },
          tier,
          scenario,
          hit: { call, disturbance, destroy: !label.startsWith("GET ") },
        })),
    ),
  );
}

function circumstances({ version }: Engine): Circumstances {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return {
    command: `${script} -- --write`,
    date: new Date(),
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    engine: version,
    sdk: JSON.parse(readFileSync(manifest, "utf8")).version,
  };
}

let isEnding = false;
// The first Ctrl-C lets the rows under way end, the second one does what it always does.
process.once("SIGINT", () => {
  isEnding = true;
  note("ending with the rows under way");
});

async function inParallel(
  count: number,
  rows: readonly Row[],
  run: (row: Row) => Promise<void>,
): Promise<void> {
  const left = rows.values();
  const work = async () => {
    for (const row of left) {
      if (isEnding) return;
      await run(row);
    }
  };
  await Promise.all(Array.from({ length: count }, work));
}

function readResults(file: string | undefined): Cell[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 on.");
  return Number(text);
}

await new Command(script)
  .description("Kills, interrupts and disturbs every operation at every call, and looks at what is left")
  .option("--vendor <name>", "zavu, bctrl or bolna")
  .option("--operation <name>", "as the page calls it")
  .addOption(
    new Option("--only <what...>", "kinds of disturbances").choices([
      ...new Set(disturbances.map(({ group }) => group)),
    ]),
  )
  .option("--results <file>", "keeps what is done, and does not do it again")
  .option("--no-run", "only shows, or writes, what is done already")
  .option("--write", `write ${document}`, false)
  .option("--engines <count>", "rows with the real engine at a time", wholeNumber, 2)
  .option("--providers <count>", "rows with the provider alone at a time", wholeNumber, 8)
  .action(run)
  .parseAsync();
