import type { HeldRow, Row, Size } from "./fleet-commands.mts";
import type { Step } from "./fleet-scale.mts";

/** Numbers of tenants that are computed. */
const BEYOND = [100_000, 1_000_000];
/** Requests a minute that Zavu allows at first and at most. */
const VENDOR_RATES = [600, 2400];

/** Whether a row is of a fleet of this size. */
export function isOf(row: Size, size: Size): boolean {
  const keys = ["tenants", "perStack", "rate", "workers", "vendors"] as const;
  return keys.every((key) => String(row[key]) === String(size[key]));
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A line for each fleet, with what each command took. */
export function tableOfRows(rows: readonly Row[]): string {
  const sizes = rows.filter((row, index) => rows.findIndex((other) => isOf(other, row)) === index);
  const whats = [...new Set(rows.map(({ what }) => what))];
  const sorted = sizes.toSorted(
    (one, other) =>
      one.tenants - other.tenants ||
      one.rate - other.rate ||
      one.perStack - other.perStack ||
      one.workers - other.workers,
  );
  const lines = sorted.map((size) => {
    const own = rows.filter((row) => isOf(row, size));
    const { tenants, perStack, rate, workers } = size;
    const cells = [
      number(tenants),
      perStack < tenants ? number(perStack) : "all, in one",
      rate === 0 ? "none" : `${number(rate)} a minute`,
      workers,
      ...whats.map((what) => tookOf(own.find((row) => row.what === what))),
      number(Math.max(...own.map(({ megabytes }) => megabytes))),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `| tenants | of a stack | the vendor's limit | workers | ${whats.join(" | ")} | MB of a worker, at most |`,
    `|---:|---:|---|---:|${whats.map(() => "---|").join("")}---:|`,
    ...lines,
  ].join("\n");
}

function tookOf(row: Row | undefined): string {
  if (row === undefined) return "";
  const { seconds, calls, listings, refusals } = row;
  const refused = refusals > 0 ? `, of them ${number(refusals)} refused` : "";
  const lists = listings > 0 ? ` (${number(listings)} of lists)` : "";
  return `${number(seconds, seconds < 10 ? 1 : 0)} s, ${number(calls)} calls${lists}${refused}`;
}

/** A line for each number of workers, with what they do more than one. */
export function tableOfHeld(rows: readonly HeldRow[]): string {
  const [one, ...others] = [...rows].sort((a, b) => a.workers - b.workers);
  if (one === undefined) return "";
  const rateOf = ({ calls, seconds }: HeldRow) => calls / seconds;
  const lines = [one, ...others].map((row) => {
    const cells = [
      row.workers,
      number(row.seconds, 1),
      number(rateOf(row), 1),
      number(rateOf(row) / rateOf(one), 2),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const { tenants, cores, latencyMs } = one;
  return [
    `| workers on PostgreSQL, each with ${cores} cores; the vendor answers after ${latencyMs} ms | first \`up\` of ${tenants} tenants, seconds | calls a second | times those of ${one.workers} |`,
    "|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

/** Arithmetic: what the vendor's rate allows of the calls that the largest fleet has made, and what one machine does. */
export function tableOfMore(rows: readonly Row[]): string[] {
  const [most] = rows
    .filter(({ rate, workers, perStack, tenants }) => rate === 0 && workers === 1 && perStack < tenants)
    .sort((one, other) => other.tenants - one.tenants);
  if (most === undefined) return [];
  const lines = rows
    .filter((row) => isOf(row, most) && !/nothing|killed/.test(row.what))
    .flatMap(({ what, calls, seconds, tenants }) =>
      BEYOND.map((count) => {
        const all = (calls / tenants) * count;
        const times = [...VENDOR_RATES.map((rate) => (all / rate) * 60), (seconds / tenants) * count];
        return `| ${[what.split(",")[0], number(count), number(all), ...times.map(durationOf)].join(" | ")} |`;
      }),
    );
  const rates = VENDOR_RATES.map((rate) => `the vendor's, at ${number(rate)} a minute`);
  return [
    [
      `| computed from ${number(most.tenants)} | tenants | HTTP calls | ${rates.join(" | ")} | one machine's |`,
      `|---|---:|---:|${VENDOR_RATES.map(() => "---:|").join("")}---:|`,
      ...lines,
    ].join("\n"),
  ];
}

function durationOf(seconds: number): string {
  if (seconds < 5400) return `${number(seconds / 60)} min`;
  return seconds < 172_800 ? `${number(seconds / 3600, 1)} h` : `${number(seconds / 86_400, 1)} d`;
}

/** A line for each step of the fleet's own work, with a column for each number of tenants. */
export function tableOfSteps(steps: readonly Step[]): string {
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
