import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ensureEngine } from "../../engine/engine.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";
import {
  COMMANDS,
  type CommandName,
  type HeldRow,
  measureCommands,
  measureHeld,
  type Row,
  type Size,
} from "./fleet-commands.mts";
import { measureScale, type Step } from "./fleet-scale.mts";
import { isOf, tableOfHeld, tableOfMore, tableOfRows, tableOfSteps } from "./fleet-tables.mts";

/**
 * `npm run bench:fleet`: the commands of a fleet, each tenant with an account and a key at Zavu, and a fleet's own work with
 * more tenants than a machine has time for.
 */

const script = "npm run bench:fleet";
const document = "docs/fleet.md";
const START = "<!-- bench:fleet -->";
const END = "<!-- /bench:fleet -->";

interface Options {
  readonly tenants: readonly number[];
  readonly perStack: readonly number[];
  readonly rates: readonly number[];
  readonly workers: readonly number[];
  readonly vendors: readonly string[];
  readonly commands: readonly CommandName[];
  readonly scale: readonly number[];
  readonly held: readonly number[];
  readonly results?: string;
  readonly write: boolean;
}

/** The measurements, each with its day. */
interface Results {
  readonly rows: (Row & { readonly day: string })[];
  readonly steps: (Step & { readonly day: string })[];
  readonly held: (HeldRow & { readonly day: string })[];
}

const note = (line: string): void => console.error(line);
const today = (): string => new Date().toISOString().slice(0, 10);

async function bench({ results: file, write, scale, held, commands, ...sizes }: Options): Promise<void> {
  const engine = await ensureEngine({ log: note });
  const results: Results = {
    ...{ rows: [], steps: [], held: [] },
    ...(file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}),
  };
  const save = () => file && writeFileSync(file, JSON.stringify(results, undefined, 1));
  for (const size of sizesOf(sizes)) {
    if (results.rows.some((row) => isOf(row, size))) continue;
    const rows = await measureCommands(engine, size, commands, note);
    results.rows.push(...rows.map((row) => ({ ...row, day: today() })));
    save();
  }
  for (const tenants of scale) {
    if (results.steps.some((step) => step.tenants === tenants)) continue;
    const steps = await measureScale(tenants, hermeticEnv([engine.binDir]), note);
    results.steps.push(...steps.map((step) => ({ ...step, day: today() })));
    save();
  }
  for (const workers of held) {
    if (results.held.some((row) => row.workers === workers)) continue;
    results.held.push({ ...(await measureHeld(engine, workers, note)), day: today() });
    save();
  }
  const all = [...results.rows, ...results.steps, ...results.held];
  const days = [...new Set(all.map(({ day }) => day))].sort().join(", ");
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Pulumi ${engine.version}, states in files; ${days}.`;
  const text = [
    ...(results.rows.length > 0 ? [tableOfRows(results.rows)] : []),
    ...(results.held.length > 0 ? [tableOfHeld(results.held)] : []),
    ...(results.steps.length > 0 ? [tableOfSteps(results.steps)] : []),
    ...tableOfMore(results.rows),
    machine,
  ].join("\n\n");
  console.log(text);
  if (!write) return;
  const path = join(repository, document);
  const [before = "", rest = ""] = readFileSync(path, "utf8").split(START);
  writeFileSync(path, `${before}${START}\n\n${text}\n\n${END}${rest.split(END)[1] ?? ""}`);
  note(`${document} is written`);
}

function sizesOf({
  tenants,
  perStack,
  rates,
  workers,
  vendors,
}: Pick<Options, "tenants" | "perStack" | "rates" | "workers" | "vendors">): Size[] {
  return tenants.flatMap((count) =>
    perStack.flatMap((per) =>
      rates.flatMap((rate) =>
        workers.map((machines) => ({ tenants: count, perStack: per, rate, workers: machines, vendors })),
      ),
    ),
  );
}

const wholeNumbers = (text: string): number[] =>
  text
    .split(",")
    .filter(Boolean)
    .map((each) => {
      if (!/^\d+$/.test(each))
        throw new InvalidArgumentError("Give whole numbers, with commas between them.");
      return Number(each);
    });

const commandNames = (text: string): CommandName[] =>
  text.split(",").map((each) => {
    const name = COMMANDS.find((command) => command === each);
    if (name === undefined) throw new InvalidArgumentError(`There are ${COMMANDS.join(", ")}.`);
    return name;
  });

await new Command(script)
  .description("Times the commands of a fleet against the emulator")
  .option("--tenants <counts>", "numbers of tenants", wholeNumbers, [1000])
  .option("--per-stack <counts>", "tenants of a stack", wholeNumbers, [100])
  .option("--rates <limits>", "requests a minute that the vendor allows; 0 for any", wholeNumbers, [0, 600])
  .option("--workers <numbers>", "machines; several share a PostgreSQL", wholeNumbers, [1])
  .option("--vendors <names>", "vendors of each tenant", (text: string) => text.split(","), ["zavu"])
  .option("--commands <names>", `of ${COMMANDS.join(",")}, what is measured`, commandNames, [...COMMANDS])
  .option("--scale <counts>", "numbers of tenants for the fleet's own work, without Pulumi", wholeNumbers, [])
  .option(
    "--held <numbers>",
    "machines with half a processor each, and a vendor that is far away",
    wholeNumbers,
    [],
  )
  .option("--results <file>", "keeps what was measured, and goes on from it")
  .option("--write", `write ${document}`, false)
  .action(bench)
  .parseAsync();
