import { printable } from "../../provider/core/base/printable";
import type { Paint } from "../doctor/report";
import { PERIODS, plainNumber } from "../report/summary";
import type { UsageMetric, UsageRow } from "../report/usage-report";

/** A key of an account, as its vendor lists it: never the key itself. */
export interface ShownKey {
  readonly vendor: string;
  readonly account: string;
  readonly id: string;
  readonly name: string | null;
  /** Its first characters; `null` where the vendor does not show them. */
  readonly prefix: string | null;
  /** ISO 8601; `null` where the vendor does not say. */
  readonly createdAt: string | null;
  readonly lastUsedAt: string | null;
  /** `unknown` where the vendor does not show the last use. */
  readonly use: "used" | "never" | "unknown";
  readonly revoked: boolean;
}

/** A changed field of the tenant, as a change trail has it. */
export interface ShownChange {
  readonly time: string;
  readonly commit: string | null;
  readonly actor: string | null;
  readonly vendor: string;
  readonly account: string | null;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** One tenant, as `show --json` prints it. */
export interface TenantReport {
  readonly externalId: string;
  readonly rows: readonly UsageRow[];
  readonly keys: readonly ShownKey[];
  /** Oldest first. */
  readonly trail: readonly ShownChange[];
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

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
  const percent = share === undefined ? "" : ` (${Math.floor(share * 100)} %)`;
  const span =
    period.from === null || period.to === null || period.kind === "total"
      ? PERIODS[period.kind]
      : `${PERIODS[period.kind]} ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`;
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

function changeText({ time, commit, actor, vendor, field, from, to }: ShownChange): string {
  const who = [actor, commit?.slice(0, 12)].filter(Boolean).join(" ");
  return `  ${time}  ${vendor} ${field}: ${valueText(from)} → ${valueText(to)}${who === "" ? "" : `  (${who})`}`;
}

function valueText(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
