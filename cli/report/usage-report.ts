import { z } from "zod";

const text = z.string();
const when = z.string().describe("a time, ISO 8601 in UTC");
const amount = z.number().nonnegative();
/** Below 0 where a vendor gives back. */
const figure = z.number();

/** The time that a figure is of. */
const period = z.object({
  kind: z
    .enum(["total", "cycle", "window", "now"])
    .describe(
      "since the account was made; the vendor's billing cycle; a window that was asked for; this moment",
    ),
  from: when.nullable().describe("`null`: the vendor does not say"),
  to: when.nullable().describe("`null`: the vendor does not say, or it is now"),
  isOver: z
    .literal(true)
    .optional()
    .describe("it ended before the report was made, so the figure is not what is used now"),
});

/** A figure of an account: a limit, what was used of it, or both. */
const metric = z.object({
  metric: text.describe("its name, by vendor: `creditLimit`, `limits.monthlyCreditLimit`, `totalCostCents`"),
  unit: text.describe("what one is: `cents`, `credits`, `calls at once`"),
  period,
  declared: amount
    .nullish()
    .describe("the limit that the state has; `null` is no limit, absent is left alone"),
  actual: amount.nullish().describe("the limit at the vendor; `null` is no limit, absent is not shown"),
  used: figure.optional().describe("absent: the vendor does not say"),
  share: figure.optional().describe("used / actual; absent without a limit or a figure"),
  thisMonth: figure
    .optional()
    .describe(
      "used in the calendar month (UTC) by two reports of the history; absent where they do not tell",
    ),
  monthFrom: when
    .optional()
    .describe("the time of the report of the history that `thisMonth` counts from, where it is made of two"),
  monthTo: when
    .optional()
    .describe(
      "the time of the report that `thisMonth` counts to, where the month is over and the vendor does not tell of its end",
    ),
  cost: figure
    .optional()
    .describe("what was used, in the currency, by the usage rate; absent without a rate"),
  mayCost: amount.optional().describe("what the limit allows, in the currency, by the limit rate"),
});

/** An account at a vendor, or a tenant of the files that has none there yet. */
const row = z.object({
  externalId: text.nullable().describe("the tenant's; `null`: no tenant is known to have it"),
  name: text.nullable(),
  tier: text.nullable(),
  stack: text.nullable().describe("the stack whose state has it"),
  vendor: text,
  connection: text.nullable().describe("`null`: the vendor's own one"),
  account: text.nullable().describe("its id at the vendor; `null`: it is not made yet"),
  standing: z
    .enum(["managed", "planned", "retained", "unclaimed"])
    .describe(
      "a state has it; only the files have it; it carries a marker of a stack that was read, whose state does not have it; no state that was read has it",
    ),
  status: z
    .enum(["active", "suspended", "ended", "missing", "unknown"])
    .describe("`missing`: the vendor does not show it; `unknown`: the vendor could not be read"),
  createdAt: when.nullable(),
  metrics: z.array(metric),
  warnings: z.array(text).describe("what a person should look at: near a limit, drift, missing"),
});

/** A sum over the managed rows of one vendor, tier, metric and kind of period. */
const sum = z.object({
  vendor: text,
  tier: text.nullable(),
  metric: text,
  unit: text,
  period: period.shape.kind,
  accounts: z.int().nonnegative(),
  used: figure.optional().describe("absent: of no account it is known"),
  unknown: z
    .int()
    .nonnegative()
    .describe("accounts whose figure is not in the sum, since the vendor does not say it"),
  actual: amount.optional().describe("the sum of the limits that there are; absent: there is none"),
  over: z
    .int()
    .nonnegative()
    .optional()
    .describe("accounts whose figure is of a period that was over; absent: none"),
  unlimited: z.int().nonnegative().describe("accounts without a limit"),
  limitUnknown: z
    .int()
    .nonnegative()
    .optional()
    .describe("accounts whose limit is not in the sum, since the vendor does not show it"),
  cost: figure.optional(),
  mayCost: amount.optional(),
});

/** One earlier report, as the page shows the trend: the sums alone. */
const past = z.object({ at: when, sums: z.array(sum) });

/** The use of accounts and their limits: one look at states and vendors. */
export const usageReport = z.object({
  version: z.literal(1),
  at: when,
  month: text.optional().describe("the calendar month (UTC) of `thisMonth` and of windows, `2026-11`"),
  currency: text.nullable().describe("of the rates; `null`: there are none"),
  warnAt: z.number().describe("the share from which a row is warned of; 0.8 is 80 %"),
  stacks: z.array(z.object({ stack: text, accounts: z.int() })),
  connections: z.array(
    z.object({
      vendor: text,
      title: text,
      connection: text.nullable(),
      accounts: z.int().nonnegative(),
      calls: z.int().nonnegative(),
    }),
  ),
  rows: z.array(row),
  sums: z.array(sum),
  history: z.array(past).describe("earlier reports, oldest first"),
  notes: z.array(text),
  problems: z.array(text).describe("what could not be told"),
});

export type UsageReport = z.infer<typeof usageReport>;
export type UsageRow = z.infer<typeof row>;
export type UsageMetric = z.infer<typeof metric>;
export type UsageSum = z.infer<typeof sum>;
export type UsagePeriod = z.infer<typeof period>;
