import { z } from "zod";
import type { Page } from "../core/vendor-io/page-reader";

// Shapes: the vendor's Python SDK 0.3.0 (current version) and
// https://platform.bctrl.ai/api/api-reference/account/create-subaccount with its sister pages (v1, v2).
const json = z.record(z.string(), z.json());

const limit = z.number().nullish();

/** A sub-account. */
export const subaccount = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  status: z.string(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional().catch(undefined),
  defaultSpaceId: z.string().nullish(),
  externalId: z.string().nullish(),
  metadata: json.nullish(),
  limits: z.looseObject({ maxActiveRuns: limit, maxSpaces: limit, monthlyCreditLimit: limit }).nullish(),
  // v2 only.
  slug: z.string().nullish(),
});

const figure = z.number().nullish();
const text = z.string().nullish();

// The current version has fewer figures than v1 as documented: whatever is absent is not known.
/** What a sub-account used in the billing cycle. */
export const usage = z.looseObject({
  computedAt: text,
  period: z.looseObject({ startedAt: text, endsAt: text }).nullish(),
  isBlocked: z.boolean().nullish(),
  blockedReasons: z.array(z.string()).nullish(),
  credits: z
    .looseObject({
      used: figure,
      estimated: figure,
      settled: figure,
      limit: figure,
      remaining: figure,
      breakdown: z.record(z.string(), z.number()).nullish(),
    })
    .nullish(),
  runs: z.looseObject({ active: figure, limit: figure }).nullish(),
  spaces: z.looseObject({ used: figure, limit: figure }).nullish(),
});

/** A key in a listing. */
export const listedKey = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  keyPrefix: z.string().nullish(),
  subaccountId: z.string().nullish(),
  createdAt: z.unknown().optional(),
  lastUsedAt: z.union([z.number(), z.string()]).nullish(),
});

/** A subaccount as bctrl answers it; v2 knows neither limits nor a default space. */
export type BctrlSubaccount = z.infer<typeof subaccount>;
/** The usage of a subaccount in the billing cycle. */
export type BctrlUsage = z.infer<typeof usage>;
/** A key as bctrl lists it: active ones only. */
export type BctrlListedKey = z.infer<typeof listedKey>;

/** A spending cap: `amount` in US cents a calendar month (UTC), null for none. */
export const spendingCap = z.looseObject({
  amount: z.number().nullable(),
  usage: z.looseObject({ amount: figure, currency: text }).nullish().catch(undefined),
  period: z.looseObject({ start: text, end: text }).nullish().catch(undefined),
});

/** Where a listing goes on, and why a page is not proven to be the last. */
export function endOf(page: {
  readonly nextCursor?: string | null | undefined;
  readonly hasMore?: boolean | undefined;
}): Pick<Page<never>, "next" | "flaw"> {
  const next = page.hasMore === false ? undefined : page.nextCursor || undefined;
  const isCut = page.hasMore === true && next === undefined;
  return { next, ...(isCut ? { flaw: "says that there is more and gives no cursor" } : {}) };
}

/** A page of a listing. */
export const page = <T extends z.ZodType>(item: T) =>
  z.looseObject({ data: z.array(item), nextCursor: z.string().nullish(), hasMore: z.boolean().optional() });
