import { sumsOf } from "../../cli/report/sums.ts";
import type { UsageMetric, UsageReport, UsageRow } from "../../cli/report/usage-report.ts";
import { driftOf, nearOf } from "../../cli/report/warnings.ts";
import { titleOf, type VendorName } from "../../tenant/description.ts";

/** The same numbers from 0 to 1 at every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Options {
  readonly tenants: number;
  readonly random: () => number;
  /** Earlier reports, a week apart. */
  readonly weeks?: number;
  readonly currency?: string | null;
}

const at = "2026-11-27T06:00:00Z";
const tiers = [
  { name: "starter", share: 0.55, factor: 1 },
  { name: "pro", share: 0.35, factor: 5 },
  { name: "enterprise", share: 0.1, factor: 40 },
] as const;
const firstNames = ["Acme", "Blue Harbour", "Corvid", "Dunmore", "Eastlake", "Fjord", "Greenway", "Hollis"];
const lastNames = ["Logistics", "Dental", "& Sons", "Analytics", "Travel", "Health", "Energy", "Foods"];

const total = (createdAt: string) => ({ kind: "total" as const, from: createdAt, to: null });
const cycle = { kind: "cycle" as const, from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z" };
const window = { kind: "window" as const, from: "2026-11-01T00:00:00Z", to: "2026-11-27T23:59:59.999Z" };
const now = { kind: "now" as const, from: null, to: null };

/** A report of tenants at three vendors, with a few of each thing that a person should look at. */
export function usageReportOf({ tenants, random, weeks = 8, currency = "USD" }: Options): UsageReport {
  const chance = (of: number) => random() < of;
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const pick = <T,>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

  /** A limit with its use; one in twelve is at 80 % or more, one in a hundred over. */
  const limited = (limit: number, rate: number): Omit<UsageMetric, "metric" | "unit" | "period"> => {
    const share = chance(0.01) ? 1 + random() / 10 : chance(0.08) ? 0.8 + random() * 0.2 : random() * 0.78;
    const used = Math.round(limit * share);
    const actual = chance(0.01) ? limit * 2 : limit;
    return {
      declared: limit,
      actual,
      used,
      share: used / actual,
      ...(currency !== null && { cost: used * rate, mayCost: actual * rate }),
    };
  };
  const metricsOf = (vendor: string, factor: number, createdAt: string): UsageMetric[] => {
    if (vendor === "zavu") {
      const spent = { metric: "creditLimit", unit: "cents", period: total(createdAt) };
      if (chance(0.03)) return [{ ...spent, declared: null, actual: null, used: 700_000 }];
      return [{ ...spent, ...limited(5000 * factor, 0.01), thisMonth: Math.round(random() * 900 * factor) }];
    }
    const runs = {
      metric: "limits.maxActiveRuns",
      unit: "runs at once",
      period: now,
      declared: 5,
      actual: chance(0.01) ? 9 : 5,
      used: Math.floor(random() * 4),
    };
    if (vendor === "bctrl")
      return [
        {
          metric: "limits.monthlyCreditLimit",
          unit: "credits",
          period: cycle,
          ...limited(20_000 * factor, 0.001),
        },
        { ...runs, share: runs.used / runs.actual },
        { metric: "limits.maxSpaces", unit: "spaces", period: now, declared: 2, actual: 2 },
      ];
    const cents = Math.round(random() * 4000 * factor);
    return [
      {
        metric: "totalCostCents",
        unit: "cents",
        period: window,
        used: cents,
        ...(currency !== null && { cost: cents / 100 }),
      },
      { metric: "totalRecords", unit: "calls", period: window, used: Math.round(cents / 7) },
      { metric: "totalDurationSeconds", unit: "seconds", period: window, used: cents * 11 },
      { metric: "allowConcurrentCalls", unit: "calls at once", period: now, declared: 4, actual: 4 },
    ];
  };
  const accountId = (vendor: string) =>
    vendor === "bolna"
      ? `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
      : `${vendor === "zavu" ? "jx7" : "sub_"}${hex(12)}`;

  const rowOf = (index: number, vendor: string, standing: UsageRow["standing"]): UsageRow => {
    const place = index / Math.max(1, tenants - 1);
    const tier = tiers[place < 0.55 ? 0 : place < 0.9 ? 1 : 2];
    const createdAt = `2025-${String(1 + (index % 12)).padStart(2, "0")}-14T09:30:00Z`;
    const metrics = standing === "planned" ? [] : metricsOf(vendor, tier.factor, createdAt);
    const status = standing !== "managed" ? "active" : statusOf(random());
    const readable = status === "missing" || status === "unknown" ? [] : metrics;
    return {
      externalId: standing === "unclaimed" ? null : `tenant-${String(index + 1).padStart(5, "0")}`,
      name: `${firstNames[index % 8]} ${lastNames[Math.floor(index / 8) % 8]}`,
      tier: standing === "managed" || standing === "planned" ? tier.name : null,
      stack: standing === "managed" ? "acme/prod" : null,
      vendor,
      connection: null,
      account: standing === "planned" ? null : accountId(vendor),
      standing,
      status: standing === "planned" ? "missing" : status,
      createdAt: standing === "planned" ? null : createdAt,
      metrics: readable,
      warnings: warningsOf(
        readable,
        standing === "planned" ? "active" : status,
        titleOf(vendor as VendorName),
      ),
    };
  };

  const rows: UsageRow[] = [];
  for (let index = 0; index < tenants; index++)
    for (const vendor of ["zavu", "bctrl", "bolna"])
      rows.push(rowOf(index, vendor, index === tenants - 2 ? "planned" : "managed"));
  const few = Math.min(25, Math.ceil(tenants / 10) + 1);
  for (let index = 0; index < few; index++) {
    rows.push(rowOf(tenants + index, pick(["zavu", "bctrl", "bolna"]), "unclaimed"));
    if (index % 3 === 0) rows.push(rowOf(tenants + few + index, "bolna", "retained"));
  }
  const sums = sumsOf(rows);
  return {
    version: 1,
    at,
    currency,
    warnAt: 0.8,
    stacks: [{ stack: "acme/prod", accounts: rows.filter(({ standing }) => standing === "managed").length }],
    connections: [
      ["zavu", "Zavu"],
      ["bctrl", "bctrl"],
      ["bolna", "Bolna"],
    ].map(([vendor = "", title = ""]) => ({
      vendor,
      title,
      connection: null,
      accounts: rows.filter((row) => row.vendor === vendor && row.account !== null).length,
      calls: Math.ceil(tenants / 100) + 1,
    })),
    rows,
    sums,
    history: Array.from({ length: weeks }, (_, index) => {
      const back = weeks - index;
      const day = new Date(Date.parse(at) - back * 7 * 86_400_000).toISOString();
      const factor = 1 - back * 0.06 + random() * 0.04;
      return {
        at: day,
        sums: sums.map((sum) => ({ ...sum, used: Math.round((sum.used ?? 0) * factor) })),
      };
    }),
    notes: [
      "Zavu has one total since each account was made: the figure of a month is the difference of two reports.",
    ],
    problems: ["bolna: the listing ended after 40 pages without its last page, so accounts may be missing."],
  };
}

function statusOf(random: number): UsageRow["status"] {
  if (random < 0.005) return "missing";
  if (random < 0.008) return "unknown";
  if (random < 0.03) return "suspended";
  return "active";
}

function warningsOf(metrics: readonly UsageMetric[], status: string, title: string): string[] {
  return [
    ...metrics.flatMap((metric) => [...driftOf(metric, title), ...nearOf(metric, 0.8)]),
    ...(status === "missing" ? ["the vendor does not show the account"] : []),
  ];
}
