import { printableName } from "../../provider/core/base/printable";
import { valueAt } from "../../provider/core/contract/fields";
import type { Values } from "../../provider/core/contract/resource";
import { withUnlimited } from "../../provider/core/contract/unlimited";
import type { UsageMetric } from "../../provider/core/usage";
import { usages } from "../../provider/usage";
import { accountOf, type VendorName } from "../../tenant/description";
import type { Look, ReadConnection, Seen } from "./look";
import { utc } from "./month";
import type { Rates } from "./rates";
import { type Managed, type Planned, type States, tenantId } from "./states";
import type { UsageMetric as Metric, UsageRow } from "./usage-report";
import { warningsOf } from "./warnings";

/** Everything that rows are made of. */
export interface Sources {
  readonly states: States;
  readonly look: Look;
  readonly planned: readonly Planned[];
  readonly rates: Rates | undefined;
  readonly warnAt: number;
  /** What an account used of a metric in the month that is asked for; undefined where nothing tells. */
  readonly monthly: (row: UsageRow, metric: Metric) => Pick<Metric, "thisMonth" | "monthFrom">;
}

/** The rows of a report: accounts of states, those that no state has, and those that only files have. */
export function rowsOf(sources: Sources): UsageRow[] {
  const { states, look, planned } = sources;
  const managed = [...states.managed.entries()].filter(([, { vendor, connection }]) =>
    isAsked(look.connections, vendor, connection),
  );
  const rows = [
    ...managed.map(([key, account]) => managedRow(sources, account, look.seen.get(key))),
    ...[...look.seen.entries()]
      .filter(([key]) => !states.managed.has(key))
      .map(([, seen]) => strangerRow(sources, seen)),
    ...planned
      .filter(({ vendor }) => look.connections.some((each) => each.vendor === vendor))
      .map((each) => plannedRow(sources, each)),
  ];
  return rows.toSorted(
    (one, other) =>
      compare(one.externalId ?? "\uffff", other.externalId ?? "\uffff") ||
      compare(one.vendor, other.vendor) ||
      compare(one.account ?? "", other.account ?? ""),
  );
}

function isAsked(
  connections: readonly ReadConnection[],
  vendor: string,
  connection: string | undefined,
): boolean {
  return connections.some((each) => each.vendor === vendor && each.connection === connection);
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
    externalId: tenantId(account) ?? seen?.externalId ?? null,
    name: account.tenant?.name ?? account.name ?? seen?.name ?? null,
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
    metrics: metricsOf(vendor, declared, seen, sources.rates),
    warnings: [],
  };
  return finished(sources, row, { seen, isSuspended: isSuspended === true, stacks: account.stacks });
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
    metrics: metricsOf(vendor, {}, seen, sources.rates),
    warnings: [],
  };
  return finished(sources, row, { seen, isSuspended: false, stacks: stack === undefined ? [] : [stack] });
}

function plannedRow({ rates }: Sources, { vendor, tenant, declared }: Planned): UsageRow {
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
    metrics: metricsOf(vendor, declared, undefined, rates),
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

function statusOf({ presence, isStopped }: Seen, isSuspended: boolean): UsageRow["status"] {
  if (presence === "strange") return "unknown";
  if (isStopped && isSuspended) return "suspended";
  return presence === "ended" ? "ended" : "active";
}

/** Whether the code says that an account is suspended. */
function isDeclaredStopped(vendor: VendorName, declared: Values): boolean {
  const stop = Object.entries(accountOf(vendor).description.stop?.values ?? {});
  return stop.length > 0 && stop.every(([path, value]) => valueAt(declared, path) === value);
}

function metricsOf(
  vendor: VendorName,
  declared: Values,
  seen: Seen | undefined,
  rates: Rates | undefined,
): Metric[] {
  return Object.entries(usages[vendor]?.metrics ?? {}).flatMap(([name, kind]) => {
    const metric = metricOf(vendor, name, kind, declared, seen, rates);
    const { declared: has, actual, used } = metric;
    const isKnown = has !== undefined || actual !== undefined || used !== undefined;
    // What a vendor counts and did not say is shown as such; a limit that nobody set is not.
    const isCounted = accountOf(vendor).fields[name] === undefined;
    return isKnown || isCounted ? [metric] : [];
  });
}

function metricOf(
  vendor: VendorName,
  name: string,
  { unit, period }: UsageMetric,
  declared: Values,
  seen: Seen | undefined,
  rates: Rates | undefined,
): Metric {
  const has = valueAt(declared, name);
  // A limit that the state keeps secret is not shown by the vendor's word either.
  const isSecret = typeof has === "symbol";
  const { used, limit, from, to } = seen?.figures[name] ?? {};
  const actual = isSecret ? undefined : limitOf(seen, name, limit);
  const key = `${vendor}.${name}`;
  const [limitRate, usageRate] = [rates?.limit[key], rates?.usage[key]];
  const allowed = actual ?? undefined;
  return {
    metric: name,
    unit,
    period: { kind: period, from: utc(from), to: utc(to) },
    ...(typeof has === "number" || has === null ? { declared: has } : {}),
    ...(actual === undefined ? {} : { actual }),
    ...(used === undefined ? {} : { used }),
    ...(used !== undefined && allowed !== undefined && allowed > 0 && isCap(vendor, name)
      ? { share: rounded(used / allowed) }
      : {}),
    ...(used === undefined || usageRate === undefined ? {} : { cost: rounded(used * usageRate) }),
    ...(allowed === undefined || limitRate === undefined ? {} : { mayCost: rounded(allowed * limitRate) }),
  };
}

function limitOf(seen: Seen | undefined, name: string, limit: number | null | undefined) {
  return seen !== undefined && Object.hasOwn(seen.limits, name) ? (seen.limits[name] ?? null) : limit;
}

function isCap(vendor: VendorName, name: string): boolean {
  return accountOf(vendor).fields[name]?.isFloor !== true;
}

/** A product of fractions, without what binary adds at its end. */
export function rounded(number: number): number {
  return Number(number.toFixed(9));
}
