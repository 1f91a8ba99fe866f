import { stringify } from "csv-stringify/sync";
import { rounded } from "./metrics";
import type { Rates } from "./rates";
import type { UsageReport, UsageRow } from "./usage-report";

const COLUMNS = [
  "month",
  "tenant",
  "tier",
  "vendor",
  "metric",
  "unit",
  "quantity",
  "amount",
  "currency",
  "account",
  "from",
  "to",
  "stack",
  "standing",
];

/** Stands for what cannot be told. */
const UNKNOWN = "n/a";

/** Rows that become text at once. */
const PIECE = 500;

/** Writes the use of each account in the month, for finance, in pieces: `n/a` where nothing tells. Names of people are no formula of a spreadsheet. */
export function* csvOf({ rows, month = "" }: UsageReport, rates: Rates | undefined): Generator<string> {
  yield stringify([COLUMNS]);
  for (let from = 0; from < rows.length; from += PIECE)
    yield stringify(linesOf(rows.slice(from, from + PIECE), month, rates), {
      columns: COLUMNS,
      escape_formulas: true,
    });
}

function linesOf(rows: readonly UsageRow[], month: string, rates: Rates | undefined): object[] {
  return rows.flatMap(({ externalId, tier, vendor, account, stack, standing, metrics }) =>
    account === null
      ? []
      : metrics
          .filter(({ period }) => period.kind !== "now")
          .map(({ metric, unit, thisMonth, monthFrom, monthTo }) => {
            const rate = rates?.usage[`${vendor}.${metric}`];
            return {
              month,
              tenant: externalId ?? "",
              tier: tier ?? "",
              vendor,
              metric,
              unit,
              quantity: thisMonth === undefined ? UNKNOWN : rounded(thisMonth),
              amount: thisMonth === undefined || rate === undefined ? UNKNOWN : rounded(thisMonth * rate),
              currency: rates?.currency ?? "",
              account,
              from: monthFrom ?? "",
              to: monthTo ?? "",
              stack: stack ?? "",
              standing,
            };
          }),
  );
}
