import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ensureEngine } from "../../engine/engine.mts";
import { hermeticEnv } from "../../engine/environment.mts";
import { repository } from "../../engine/program-folder.mts";
import { measureCommands, type Row, type Size } from "./fleet-commands.mts";
import { measureScale, type Step } from "./fleet-scale.mts";

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
  readonly scale: readonly number[];
  readonly results?: string;
  readonly write: boolean;
}

/** The measurements, each with its day. */
interface Results {
  readonly rows: (Row & { readonly day: string })[];
  readonly steps: (Step & { readonly day: string })[];
}

const note = (line: string): void => console.error(line);
const today = (): string => new Date().toISOString().slice(0, 10);

async function bench({ results: file, write, scale, ...sizes }: Options): Promise<void> {
  const engine = await ensureEngine({ log: note });
  const results: Results =
    file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { rows: [], steps: [] };
  const save = () => file && writeFileSync(file, JSON.stringify(results, undefined, 1));
  for (const size of sizesOf(sizes)) {
    if (results.rows.some((row) => isOf(row, size))) continue;
    const rows = await measureCommands(engine, size, note);
    results.rows.push(...rows.map((row) => ({ ...row, day: today() })));
    save();
  }
  for (const tenants of scale) {
    if (results.steps.some((step) => step.tenants === tenants)) continue;
    const steps = await measureScale(tenants, hermeticEnv([engine.binDir]), note);
    results.steps.push(...steps.map((step) => ({ ...step, day: today() })));
    save();
  }
  const days = [...new Set([...results.rows, ...results.steps].map(({ day }) => day))].sort().join(", ");
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Pulumi ${engine.version}, states in files; ${days}.`;
  const text = [
    tableOfRows(results.rows),
    ...(results.steps.length > 0 ? [tableOfSteps(results.steps)] : []),
    machine,
  ].join("\n\n");
  console.log(text);
  if (!write) return;
  const path = join(repository, document);
  const [before = "", rest = ""] = readFileSync(path, "utf8").split(START);
  writeFileSync(path, `${before}${START}\n\n${text}\n\n${END}${rest.split(END)[1] ?? ""}`);
  note(`${document} is written`);
}

function sizesOf({ tenants, perStack, rates, workers, vendors }: Omit<Options, "scale" | "write">): Size[] {
  return tenants.flatMap((count) =>
    perStack.flatMap((per) =>
      rates.flatMap((rate) =>
        workers.map((machines) => ({ tenants: count, perStack: per, rate, workers: machines, vendors })),
      ),
    ),
  );
}

function isOf(row: Size, size: Size): boolean {
  const keys = ["tenants", "perStack", "rate", "workers", "vendors"] as const;
  return keys.every((key) => String(row[key]) === String(size[key]));
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

function tableOfRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { tenants, perStack, rate, workers, what, seconds, calls, listings, refusals, megabytes } = row;
    const cells = [
      number(tenants),
      perStack < tenants ? `${number(perStack)} in each` : "one",
      rate === 0 ? "none" : `${number(rate)} a minute`,
      workers,
      what,
      number(seconds, 1),
      number(calls),
      number(listings),
      number(refusals),
      number(megabytes),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| tenants | stacks | the vendor's limit | workers | what | seconds | HTTP calls | of lists | of them 429 | MB of a worker |",
    "|---:|---|---|---:|---|---:|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

function tableOfSteps(steps: readonly Step[]): string {
  const counts = [...new Set(steps.map(({ tenants }) => tenants))];
  const kinds = new Map(steps.map((step) => [`${step.what}|${step.database}`, step]));
  const lines = [...kinds.values()].map(({ what, database }) => {
    const seconds = counts.map((count) => {
      const step = steps.find(
        (each) => each.tenants === count && each.what === what && each.database === database,
      );
      return step ? number(step.seconds, 1) : "–";
    });
    return `| ${[what, database, ...seconds].join(" | ")} |`;
  });
  return [
    `| the fleet's own work, seconds | database | ${counts.map((count) => `${number(count)} tenants`).join(" | ")} |`,
    `|---|---|${counts.map(() => "---:|").join("")}`,
    ...lines,
  ].join("\n");
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

await new Command(script)
  .description("Times the commands of a fleet against the emulator")
  .option("--tenants <counts>", "numbers of tenants", wholeNumbers, [1000])
  .option("--per-stack <counts>", "tenants of a stack", wholeNumbers, [100])
  .option("--rates <limits>", "requests a minute that the vendor allows; 0 for any", wholeNumbers, [0, 600])
  .option("--workers <numbers>", "machines; several share a PostgreSQL", wholeNumbers, [1])
  .option("--vendors <names>", "vendors of each tenant", (text: string) => text.split(","), ["zavu"])
  .option("--scale <counts>", "numbers of tenants for the fleet's own work, without Pulumi", wholeNumbers, [])
  .option("--results <file>", "keeps what was measured, and goes on from it")
  .option("--write", `write ${document}`, false)
  .action(bench)
  .parseAsync();
