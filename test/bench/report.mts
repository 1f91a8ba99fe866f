import { type Program, programs, type Sample, type Step } from "./measure.mts";

/** The medians of one size. */
export interface Result {
  count: number;
  samples: Record<Program, Sample>;
}

/** What the numbers depend on. */
export interface Circumstances {
  command: string;
  date: Date;
  repeat: number;
  cores: number;
  memoryBytes: number;
  /** Operating system and processor architecture. */
  platform: string;
  node: string;
  engine: string;
  sdk: string;
}

interface Quantity {
  label: string;
  of(sample: Sample): number;
  digits: number;
}

const stepLabels: Record<Step, string> = {
  up: "`up`",
  "up once": "`up`, state saved once",
  preview: "`preview`",
  refresh: "`refresh`",
};

const seconds = (step: Step): Quantity => ({
  label: `${stepLabels[step]}, seconds`,
  of: (sample) => sample.seconds[step],
  digits: 1,
});

const calls = (step: Step): Quantity => ({
  label: `${stepLabels[step]}, HTTP calls`,
  of: (sample) => sample.calls[step],
  digits: 0,
});

const quantities: readonly Quantity[] = [
  seconds("up"),
  seconds("up once"),
  seconds("preview"),
  seconds("refresh"),
  calls("up"),
  calls("preview"),
  calls("refresh"),
  { label: "state, bytes", of: ({ stateBytes }) => stateBytes, digits: 0 },
  { label: "`__provider` of a resource, bytes", of: ({ providerBytes }) => providerBytes, digits: 0 },
];

/** The sample whose every number is the median of those of `samples`. */
export function medians(samples: readonly Sample[]): Sample {
  const middle = (pick: (sample: Sample) => number): number => {
    const sorted = samples.map(pick).sort((a, b) => a - b);
    const half = sorted.length / 2;
    const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
    return (low + high) / 2;
  };
  const perStep = (pick: (sample: Sample) => Record<Step, number>): Record<Step, number> => ({
    up: middle((sample) => pick(sample).up),
    "up once": middle((sample) => pick(sample)["up once"]),
    preview: middle((sample) => pick(sample).preview),
    refresh: middle((sample) => pick(sample).refresh),
  });
  return {
    seconds: perStep((sample) => sample.seconds),
    calls: perStep((sample) => sample.calls),
    stateBytes: middle((sample) => sample.stateBytes),
    providerBytes: middle((sample) => sample.providerBytes),
  };
}

/** All results as one Markdown table. */
export function table(results: readonly Result[]): string {
  const header = ["accounts", "what", ...programs, "ours/floor", "ours/usual"];
  const rows = results.flatMap(({ count, samples }) =>
    quantities.map(({ label, of, digits }) => {
      const [ours, floor, usual] = [of(samples.ours), of(samples.floor), of(samples.usual)];
      const figures = [ours, floor, usual].map((value) => figure(value, digits));
      return [figure(count), label, ...figures, ratio(ours, floor), ratio(ours, usual)];
    }),
  );
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 1 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const ruler = widths.map((width, column) =>
    column === 1 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(header), line(ruler), ...rows.map(line)].join("\n");
}

/** The page docs/performance.md. */
export function page(results: readonly Result[], circumstances: Circumstances): string {
  const { command, date, repeat, cores, memoryBytes, platform, node, engine, sdk } = circumstances;
  const memory = (memoryBytes / 2 ** 30).toFixed(0);
  const runs = repeat === 1 ? "One run of each" : `Medians of ${repeat} runs of each`;
  return `<!-- Written by \`${command}\`: run it again instead of editing this page. -->

# Performance

Three programs declare the same Zavu sub-accounts (name, \`externalId\`, \`creditLimit\`, \`metadata\`) and go through the same steps:

- **ours**: \`zavu.SubAccount\` of this package. Beside what was declared its state holds \`__owner\` and \`__nonce\` of each account, and one more resource per stack.
- **floor**: a resource with the same inputs and outputs whose provider does nothing and calls nobody, loaded by a line as long as ours. It is what Pulumi itself costs.
- **usual**: the same resource as a \`pulumi.dynamic.Resource\` with \`fetch\`, as one writes it from [Pulumi's guide](https://www.pulumi.com/docs/iac/guides/building-extending/providers/dynamic-providers/). It neither looks for an account before it creates one nor marks it as its own.

## Results

${table(results)}

${findings(results)}

## How it is measured

Each program runs through the real engine with a new stack in a file backend and, but for the floor, against this package's emulator on the loopback interface, which answers at once and does not limit the rate: a real vendor adds its own time for every call. The seconds are those of the whole command, with the start of Pulumi and the compilation of the program. \`up\` creates all accounts from nothing, without a preview first; \`preview\` and \`refresh\` follow and find nothing changed. "State saved once" is another \`up\` from nothing with \`PULUMI_SKIP_CHECKPOINTS\`, in which Pulumi writes the state at the end only: a way to measure what its checkpoints cost, and not one to work with, since a run that is killed then loses what it created. The size of the state is that after \`up\`; Pulumi notes in it where in the code each resource was made, so it varies a little with the folder of the clone. The run fails if an account is missing at the vendor or in the state, if a call fails, or if a preview or refresh shows a change.

The programs are in [test/bench/programs](../test/bench/programs). ${runs}, in an order that changes with every round.

| | |
|---|---|
| command | \`${command}\` |
| date | ${date.toISOString().slice(0, 10)} |
| machine | ${cores} cores, ${memory} GiB of memory, ${platform} |
| Node | ${node} |
| Pulumi | engine ${engine}, SDK ${sdk} |
`;
}

/** What the numbers say; each statement is made from them, so that it stays true in the next run. */
function findings(results: readonly Result[]): string {
  const sorted = [...results].sort((a, b) => a.count - b.count);
  const [smallest, largest] = [sorted[0], sorted.at(-1)];
  if (!smallest || !largest) return "";
  const { ours, floor, usual } = largest.samples;
  const accounts = `${figure(largest.count)} accounts`;
  const dominates = checkpointShare(ours) > 0.5 ? "dominate" : "do not dominate";
  const statements = [
    `Checkpoints ${dominates} \`up\`: of the ${figure(ours.seconds.up, 1)} s for ${accounts}, ${percent(checkpointShare(ours))} are gone when Pulumi does not write its whole state anew on the way, for every resource. For the floor it is ${percent(checkpointShare(floor))} of ${figure(floor.seconds.up, 1)} s, for the usual provider ${percent(checkpointShare(usual))} of ${figure(usual.seconds.up, 1)} s.`,
    `A checkpoint is as large as the state, and every resource stores its provider's text twice: ${figure(ours.providerBytes)} bytes of ours, ${figure(usual.providerBytes)} of the usual one's code. The state of ${accounts} comes to ${figure(ours.stateBytes)} bytes instead of ${figure(usual.stateBytes)}; the floor's is ${figure(floor.stateBytes)}.`,
    `HTTP calls of a refresh of ${accounts}: ${figure(ours.calls.refresh)} instead of ${figure(usual.calls.refresh)}, since the vendor's listing is read once for all.`,
  ];
  if (smallest.count < largest.count) {
    const growth = (step: Step) => figure(ours.seconds[step] / smallest.samples.ours.seconds[step], 1);
    statements.splice(
      1,
      0,
      `With ${figure(largest.count / smallest.count, 1)} times as many accounts \`up\` takes ${growth("up")} times as long, and ${growth("up once")} times with the state saved once.`,
    );
  }
  return statements.map((statement) => `- ${statement}`).join("\n");
}

/** The part of `up` that goes away when the state is saved once. */
function checkpointShare({ seconds }: Sample): number {
  return Math.max(0, 1 - seconds["up once"] / seconds.up);
}

function ratio(value: number, base: number): string {
  return base === 0 ? "–" : figure(value / base, 2);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function figure(value: number, digits = 0): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
