import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Engine, ensureEngine } from "../../engine/engine.mts";
import { repository } from "../../engine/program-folder.mts";
import { measure, type Program, programs, type Sample, warmUp } from "./measure.mts";
import { medians, page, type Result, table } from "./report.mts";

/** `npm run bench`: what this package costs, beside a resource that does nothing and a usual dynamic provider. */

const script = "npm run bench";
const document = "docs/performance.md";

interface Options {
  n: number[];
  repeat: number;
  write: boolean;
}

const note = (line: string): void => console.error(line);

async function bench({ n, repeat, write }: Options): Promise<void> {
  const engine = await ensureEngine({ log: note });
  note("warming up");
  await warmUp(engine);
  const results: Result[] = [];
  for (const [index, count] of n.entries()) {
    const samples: Record<Program, Sample[]> = { ours: [], floor: [], usual: [] };
    for (let round = 0; round < repeat; round += 1) {
      // A machine that slows down or warms up favours no program.
      for (const program of rotated(programs, index + round)) {
        const heading = `${count} accounts, round ${round + 1} of ${repeat}`;
        samples[program].push(await measure(engine, program, count, (line) => note(`${heading}: ${line}`)));
      }
    }
    const { ours, floor, usual } = samples;
    results.push({ count, samples: { ours: medians(ours), floor: medians(floor), usual: medians(usual) } });
  }
  for (const { samples } of results) {
    if (samples.floor.providerBytes === samples.ours.providerBytes) continue;
    throw new Error("the floor's __provider line is no longer as long as ours: see programs/floor.ts");
  }
  console.log(table(results));
  if (write) {
    writeFileSync(join(repository, document), page(results, circumstances(engine, { n, repeat })));
    note(`${document} is written`);
  }
}

function circumstances(engine: Engine, { n, repeat }: Omit<Options, "write">) {
  return {
    command: `${script} -- --n ${n.join(",")} --repeat ${repeat} --write`,
    date: new Date(),
    repeat,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    engine: engine.version,
    sdk: sdkVersion(),
  };
}

function sdkVersion(): string {
  const manifest = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError("Give a whole number from 1 on.");
  return value;
}

await new Command(script)
  .description("Times up, preview and refresh of this package beside a no-op resource and a usual provider")
  .option("--n <counts>", "numbers of accounts", (text) => text.split(",").map(wholeNumber), [100, 1000])
  .option("--repeat <rounds>", "runs of each program; their median is reported", wholeNumber, 1)
  .option("--write", `write ${document}`, false)
  .action(bench)
  .parseAsync();
