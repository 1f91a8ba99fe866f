import type { UsageReport } from "./usage-report";

/** Writes a report as JSON, in pieces: each row is a line. */
export function* jsonOf({ rows, ...rest }: UsageReport): Generator<string> {
  yield JSON.stringify(rest, undefined, 2).replace(/\n\}$/, ',\n  "rows": [');
  for (const [index, row] of rows.entries()) yield `${index === 0 ? "" : ","}\n    ${JSON.stringify(row)}`;
  yield "\n  ]\n}\n";
}
