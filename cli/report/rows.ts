import { printableName } from "../../provider/core/base/printable";
import { valueAt } from "../../provider/core/contract/fields";
import type { Values } from "../../provider/core/contract/resource";
import { withUnlimited } from "../../provider/core/contract/unlimited";
import { accountOf, type VendorName } from "../../tenant/description";
import type { Reach } from "../connections";
import type { Look } from "./look";
import { metricsOf } from "./metrics";
import { utc } from "./month";
import type { Rates } from "./rates";
import type { Seen } from "./seen";
import { type Managed, type Planned, type States, tenantId } from "./states";
import type { UsageMetric as Metric, UsageRow } from "./usage-report";
import { warningsOf } from "./warnings";

/** Everything that rows are made of. */
export interface Sources {
  readonly states: States;
  readonly look: Look;
  /** The vendor and the connection that are asked for, where not all are. */
  readonly reach: Reach;
  readonly planned: readonly Planned[];
  readonly rates: Rates | undefined;
  /** The time of the report. */
  readonly nowMs: number;
  readonly warnAt: number;
  /** The use of a metric in the month that is asked for; undefined where nothing tells. */
  readonly monthly: (row: UsageRow, metric: Metric) => Pick<Metric, "thisMonth" | "monthFrom" | "monthTo">;
}

/** The rows of a report: accounts of states, those that no state has, and those that only files have. */
export function rowsOf(sources: Sources): UsageRow[] {
  const { states, look, planned } = sources;
  const managed = [...states.managed.entries()].filter(([, account]) => isAsked(sources.reach, account));
  const rows = [
    ...managed.map(([key, account]) => managedRow(sources, account, look.seen.get(key))),
    ...[...look.seen.entries()]
      .filter(([key]) => !states.managed.has(key))
      .map(([, seen]) => strangerRow(sources, seen)),
    ...planned
      .filter(({ vendor, declared }) =>
        isAsked(sources.reach, { vendor, connection: declared["connection"] }),
      )
      .map((each) => plannedRow(sources, each)),
  ];
  return rows.toSorted(
    (one, other) =>
      compare(one.externalId ?? "\uffff", other.externalId ?? "\uffff") ||
      compare(one.vendor, other.vendor) ||
      compare(one.account ?? "", other.account ?? ""),
  );
}

function isAsked(reach: Reach, account: { readonly vendor: string; readonly connection?: unknown }): boolean {
  return (
    (reach.vendor ?? account.vendor) === account.vendor &&
    (reach.connection ?? account.connection) === account.connection
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function managedRow(sources: Sources, account: Managed, seen: Seen | undefined): UsageRow {
  const vendor = account.vendor as VendorName;
  const declared = withUnlimited(account.declared, [], accountOf(vendor).args.shape);
  const connection = sources.look.connections.find(
    (each) => each.vendor === vendor && each.connection === account.connection,
  );
  const isSuspended = isDeclaredStopped(vendor, declared) || account.tenant?.suspendedAt.includes(vendor);
  const row: UsageRow = {
    externalId: isSecret(declared, "externalId") ? null : (tenantId(account) ?? seen?.externalId ?? null),
    name: isSecret(declared, "name") ? null : (account.tenant?.name ?? account.name ?? seen?.name ?? null),
    tier: account.tenant?.tier ?? null,
    stack: account.stacks[0] ?? null,
    vendor,
    connection: account.connection ?? null,
    account: account.id,
    standing: "managed",
    status:
      seen === undefined
        ? connection?.isWhole
          ? "missing"
          : "unknown"
        : statusOf(seen, isSuspended === true || seen.marker?.isSuspended === true),
    createdAt: utc(seen?.createdAt),
    metrics: metricsOf(vendor, declared, seen, sources),
    warnings: [],
  };
  return finished(sources, row, { seen, isSuspended: isSuspended === true, stacks: account.stacks });
}

/** Hides a secret of the state in the vendor's word, too. */
function isSecret(declared: Values, name: string): boolean {
  return typeof declared[name] === "symbol";
}

function strangerRow(sources: Sources, seen: Seen): UsageRow {
  const { marker, vendor } = seen;
  const stack = marker && sources.states.owners.get(marker.owner);
  const row: UsageRow = {
    externalId: seen.externalId ?? null,
    name: seen.name ?? null,
    tier: null,
    stack: null,
    vendor,
    connection: seen.connection ?? null,
    account: seen.id,
    standing: stack === undefined ? "unclaimed" : "retained",
    status: statusOf(seen, marker?.isSuspended === true),
    createdAt: utc(seen.createdAt),
    metrics: metricsOf(vendor, {}, seen, sources),
    warnings: [],
  };
  return finished(sources, row, { seen, isSuspended: false, stacks: stack === undefined ? [] : [stack] });
}

function plannedRow(sources: Sources, { vendor, tenant, declared }: Planned): UsageRow {
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    externalId: text(tenant["externalId"]),
    name: text(declared["name"]),
    tier: text(tenant["tier"]),
    stack: null,
    vendor,
    connection: text(declared["connection"]),
    account: null,
    standing: "planned",
    status: "missing",
    createdAt: null,
    metrics: metricsOf(vendor, declared, undefined, sources),
    warnings: [],
  };
}

function finished(
  sources: Sources,
  row: UsageRow,
  about: { seen: Seen | undefined; isSuspended: boolean; stacks: readonly string[] },
): UsageRow {
  const metrics = row.metrics.map((metric) => ({ ...metric, ...sources.monthly(row, metric) }));
  const whole = { ...row, name: row.name && printableName(row.name), metrics };
  return { ...whole, warnings: warningsOf(whole, sources.warnAt, about) };
}

/** The status of an account at its vendor; `isSuspended`: its stack says that it is suspended. */
export function statusOf({ presence, isStopped }: Seen, isSuspended: boolean): UsageRow["status"] {
  if (presence === "strange") return "unknown";
  // One that its vendor calls ended is suspended by the word of its stack alone.
  if (isStopped && (isSuspended || presence === "active")) return "suspended";
  return presence === "ended" ? "ended" : "active";
}

/** Whether the code says that an account is suspended. */
function isDeclaredStopped(vendor: VendorName, declared: Values): boolean {
  const stop = Object.entries(accountOf(vendor).description.stop?.values ?? {});
  return stop.length > 0 && stop.every(([path, value]) => valueAt(declared, path) === value);
}
