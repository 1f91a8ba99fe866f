import { z } from "zod";
import { printable } from "../../provider/core/base/printable";
import type { Paint } from "../doctor/report";
import { percentOf } from "../report/metrics";
import { PERIODS, plainNumber } from "../report/summary";
import { type UsageMetric, type UsageRow, usageReport } from "../report/usage-report";

const when = z.string().describe("a time, ISO 8601");
const text = z.string().nullable();

/** A key of an account, as its vendor lists it: never the key itself. */
const key = z.object({
  vendor: z.string(),
  account: z.string(),
  id: z.string(),
  name: text,
  prefix: text.describe("its first characters; `null` where the vendor does not show them"),
  createdAt: when.nullable().describe("`null` where the vendor does not say"),
  lastUsedAt: when.nullable().describe("`null` where the vendor does not say"),
  use: z.enum(["used", "never", "unknown"]).describe("`unknown` where the vendor does not show the last use"),
  revoked: z.boolean(),
});

/** A changed field of the tenant, as a change trail has it. */
const change = z.object({
  time: when,
  commit: text,
  actor: text,
  vendor: z.string(),
  account: text,
  resource: text.describe("`SubAccount` or `ApiKey`"),
  name: text.describe("of the resource in the program"),
  op: text.describe("`create`, `update`, `replace`, `delete`, `retain`, or `refresh`: changed at the vendor"),
  field: z.string(),
  from: z.unknown().optional().describe("absent: it had none"),
  to: z.unknown().optional().describe("absent: it has none"),
});

/** One tenant, as `show --json` prints it. */
export const tenantReport = z.object({
  externalId: z.string(),
  rows: usageReport.shape.rows,
  keys: z.array(key),
  trail: z.array(change).describe("oldest first"),
  notes: z.array(z.string()),
  problems: z.array(z.string()).describe("what could not be told"),
});

export type TenantReport = z.infer<typeof tenantReport>;
export type ShownKey = z.infer<typeof key>;
export type ShownChange = z.infer<typeof change>;

/** The tenant as people read it. */
export function readable(report: TenantReport, paint: Paint): string {
  const { externalId, rows, keys, trail, notes, problems } = report;
  const tier = rows.find((row) => row.tier !== null)?.tier ?? null;
  const name = rows.find((row) => row.name !== null)?.name ?? null;
  const lines = [
    paint("bold", [externalId, name, tier && `tier ${tier}`].filter(Boolean).join(", ")),
    ...rows.flatMap((row) => [
      "",
      ...linesOf(row, paint),
      ...keys
        .filter((key) => key.vendor === row.vendor && key.account === row.account)
        .map((key) => `  key ${keyText(key)}`),
    ]),
    ...(trail.length === 0 ? [] : ["", paint("bold", "Changes"), ...trail.map(changeText)]),
    "",
    ...notes.map((text) => `note  ${text}`),
    ...problems.map((text) => `${paint("red", "FAIL")}  ${text}`),
  ];
  return `${lines
    .map((line) => printable(line, Number.POSITIVE_INFINITY))
    .join("\n")
    .trimEnd()}\n`;
}

function linesOf(row: UsageRow, paint: Paint): string[] {
  const { vendor, connection, account, standing, status, stack, createdAt, metrics, warnings } = row;
  const where = connection === null ? vendor : `${vendor} (${connection})`;
  const whose = standing === "managed" ? `in the state of ${stack}` : standing;
  const made = createdAt === null ? "" : `, made ${createdAt.slice(0, 10)}`;
  return [
    `${where} ${account}: ${status}, ${whose}${made}`,
    ...metrics.map((metric) => `  ${metricText(metric)}`),
    ...warnings.map((warning) => `  ${paint("yellow", "look")}  ${warning}`),
  ];
}

function metricText({ metric, unit, period, declared, actual, used, share }: UsageMetric): string {
  const isDrift = declared !== undefined && actual !== undefined && declared !== actual;
  const percent = share === undefined ? "" : ` (${percentOf(share)} %)`;
  const span =
    period.from === null || period.to === null || period.kind === "total"
      ? PERIODS[period.kind]
      : `${PERIODS[period.kind]} ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}${period.isOver ? ", over" : ""}`;
  const drift = isDrift ? `, ${limitText(declared)} declared` : "";
  const most = typeof actual === "number" ? ` of ${actual}` : "";
  const rest =
    actual === null
      ? ", no limit"
      : actual === undefined && declared !== undefined
        ? `, ${limitText(declared)} declared`
        : "";
  return `${metric}: ${used === undefined ? "n/a" : plainNumber(used)}${most} ${unit}${rest}${percent}, ${span}${drift}`;
}

function limitText(limit: number | null): string {
  return limit === null ? "no limit" : String(limit);
}

function keyText({ id, name, prefix, createdAt, lastUsedAt, use, revoked }: ShownKey): string {
  const used =
    use === "used" ? `used ${lastUsedAt ?? ""}`.trim() : use === "never" ? "never used" : "use not shown";
  return [
    [id, name === null ? "" : JSON.stringify(name), prefix ?? ""].filter(Boolean).join(" "),
    ...(createdAt === null ? [] : [`made ${createdAt.slice(0, 10)}`]),
    used,
    ...(revoked ? ["revoked"] : []),
  ].join(", ");
}

function changeText(change: ShownChange): string {
  const { time, commit, actor, vendor, resource, name, op, field, from, to } = change;
  const who = [actor, commit?.slice(0, 12)].filter(Boolean).join(" ");
  const isKey = resource === "ApiKey" && name !== null;
  const what = [vendor, ...(isKey ? ["key", JSON.stringify(name)] : []), field].join(" ");
  const how = [op === "update" ? "" : (HOW[op ?? ""] ?? op), who].filter(Boolean).join(", ");
  return `  ${time}  ${what}: ${valueText(from)} → ${valueText(to)}${how === "" ? "" : `  (${how})`}`;
}

/** Steps whose word in the trail does not say it to a person. */
const HOW: Readonly<Record<string, string>> = {
  create: "created",
  replace: "replaced",
  delete: "deleted",
  retain: "kept at the vendor, out of the state",
  refresh: "found at the vendor",
};

function valueText(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
