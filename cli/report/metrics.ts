import { valueAt } from "../../provider/core/contract/fields";
import type { Values } from "../../provider/core/contract/resource";
import type { UsageMetric } from "../../provider/core/usage";
import { usages } from "../../provider/usage";
import { accountOf, type VendorName } from "../../tenant/description";
import { isOver, utc } from "./month";
import type { Rates } from "./rates";
import { isFigure, isLimit, type Seen } from "./seen";
import type { UsageMetric as Metric } from "./usage-report";

/** The facts that the figures of all accounts are made of. */
interface Terms {
  readonly rates: Rates | undefined;
  /** The time of the report. */
  readonly nowMs: number;
}

/** The figures of an account, in the order of its vendor's metrics. */
export function metricsOf(
  vendor: VendorName,
  declared: Values,
  seen: Seen | undefined,
  terms: Terms,
): Metric[] {
  return Object.entries(usages[vendor]?.metrics ?? {}).flatMap(([name, kind]) => {
    const metric = metricOf(vendor, name, kind, declared, seen, terms);
    const { declared: has, actual, used } = metric;
    const isKnown = has !== undefined || actual !== undefined || used !== undefined;
    // A metric that a vendor counts and did not say is shown as such; a limit that nobody set is not.
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
  { rates, nowMs }: Terms,
): Metric {
  const has = valueAt(declared, name);
  // A limit that the state keeps secret is not shown by the vendor's word either.
  const isSecret = typeof has === "symbol";
  const { used: told, limit, from, to } = seen?.figures[name] ?? {};
  const used = isFigure(told) ? told : undefined;
  const actual = isSecret ? undefined : limitOf(seen, name, limit);
  const key = `${vendor}.${name}`;
  const [limitRate, usageRate] = [rates?.limit[key], rates?.usage[key]];
  const allowed = actual ?? undefined;
  return {
    metric: name,
    unit,
    period: {
      kind: period,
      from: utc(from),
      to: utc(to),
      ...(isOver(period, utc(to), nowMs) && { isOver: true as const }),
    },
    ...(typeof has === "number" || has === null ? { declared: has } : {}),
    ...(actual === undefined ? {} : { actual }),
    ...(used === undefined ? {} : { used }),
    ...(used !== undefined && allowed !== undefined && allowed > 0 && isCap(vendor, name)
      ? { share: shareOf(used, allowed) }
      : {}),
    ...(used === undefined || usageRate === undefined ? {} : { cost: rounded(used * usageRate) }),
    ...(allowed === undefined || limitRate === undefined ? {} : { mayCost: rounded(allowed * limitRate) }),
  };
}

function limitOf(seen: Seen | undefined, name: string, limit: number | null | undefined) {
  if (seen !== undefined && Object.hasOwn(seen.limits, name)) return seen.limits[name] ?? null;
  return isLimit(limit) ? limit : undefined;
}

function isCap(vendor: VendorName, name: string): boolean {
  return accountOf(vendor).fields[name]?.isFloor !== true;
}

/** The used share of a limit; below 1 wherever it is less than all. */
function shareOf(used: number, allowed: number): number {
  const share = Math.min(rounded(used / allowed), Number.MAX_SAFE_INTEGER);
  return share >= 1 && used < allowed ? 0.999999 : share;
}

/** A share as a whole per cent, rounded down so that 100 is all of it, whatever binary fractions it has. */
export function percentOf(share: number): number {
  return Math.floor(Number((share * 100).toFixed(4)));
}

/** A sum or a product of fractions, without what binary adds at its end. */
export function rounded(number: number): number {
  return Number(number.toFixed(6));
}

/** Both limits of a figure. */
interface Compared {
  readonly declared: number | null;
  readonly actual: number | null;
}

/** The limit at the vendor is another one than the declared one. */
export function hasDrift(figure: Metric): figure is Metric & Compared {
  return figure.declared !== undefined && figure.actual !== undefined && figure.declared !== figure.actual;
}
