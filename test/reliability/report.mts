import { type Cell, keyOf } from "./cells.mts";
import { disturbances } from "./disturbances.mts";
import type { Outcome, Way } from "./outcome.mts";
import type { Planned } from "./plan.mts";
import { faceOf } from "./scenarios.mts";

/** Where and when the table was made. */
export interface Circumstances {
  readonly command: string;
  readonly date: Date;
  readonly cores: number;
  /** Operating system and processor architecture. */
  readonly platform: string;
  readonly node: string;
  readonly engine: string;
  readonly sdk: string;
}

const signs: Record<Way, string> = {
  "same up": "✓",
  "next up": "→",
  "adopt line": "adopt",
  refused: "no",
  FAILED: "**FAILED**",
};

/** The columns: what happens to a call before and after its effect stands in one. */
const columns = [...new Set(disturbances.map(({ name }) => name.replace(/ (before|after)$/, "")))];

/** The results of these scenarios, a table for each vendor. */
export function tables(planned: readonly Planned[], cells: ReadonlyMap<string, Cell>): string {
  const faces = [...new Set(planned.map(({ scenario }) => faceOf(scenario)))];
  return faces
    .map((face) => {
      const own = planned.filter(({ scenario }) => faceOf(scenario) === face);
      const head = ["operation", "call", ...columns];
      const rows = own.flatMap(({ scenario, calls }) =>
        calls.map((label, call) => {
          // The calls of several resources come in any order.
          const shown = scenario.operation === "several" ? `${call + 1}` : `${call + 1} \`${label}\``;
          const of = (disturbance: string) =>
            cells.get(keyOf({ face, operation: scenario.operation, call, disturbance }))?.outcome;
          return [call === 0 ? scenario.operation : "", shown, ...columns.map((column) => cell(column, of))];
        }),
      );
      const what = own.map(({ scenario }) => `- **${scenario.operation}**: ${scenario.what}.`).join("\n");
      const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
      return `### ${titles[face] ?? face}\n\n${what}\n\n${lines.join("\n")}`;
    })
    .join("\n\n");
}

const titles: Record<string, string> = {
  zavu: "Zavu",
  bctrl: "bctrl",
  "bctrl v1": "bctrl, API version v1",
  bolna: "Bolna",
};

function cell(column: string, of: (disturbance: string) => Outcome | undefined): string {
  const whole = of(column);
  if (whole) return sign(whole);
  const [before, after] = [of(`${column} before`), of(`${column} after`)];
  if (before === undefined || after === undefined) return sign(before ?? after);
  const both = [sign(before), sign(after)];
  return both[0] === both[1] ? sign(before) : both.join(" ");
}

function sign(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "";
  return `${signs[outcome.way]}${outcome.leftovers > 0 ? " key" : ""}`;
}

/** How many rows came through in which way. */
export function count(cells: Iterable<Cell>): string {
  const ways = new Map<string, number>();
  for (const { outcome } of cells) ways.set(outcome.way, (ways.get(outcome.way) ?? 0) + 1);
  return [...ways].map(([way, rows]) => `${rows} ${way}`).join(", ");
}

/** What was found in the cells that broke the promise. */
export function failures(cells: Iterable<Cell>): string {
  return [...cells]
    .filter(({ outcome }) => outcome.way === "FAILED")
    .map((each) => `- ${keyOf(each)} (\`${each.label}\`): ${each.outcome.problems.join("; ").split("\n")[0]}`)
    .join("\n");
}
