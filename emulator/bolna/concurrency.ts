import { z } from "zod";
import type { BolnaSwitches } from "./switches";

/** The fields that say how many calls an account may have at once; `null` was never set, and no cap for the maximum. */
export interface Concurrency {
  allow_concurrent_calls: number | null;
  min_concurrency: number | null;
  max_concurrency: number | null;
}

const FIELDS = ["allow_concurrent_calls", "min_concurrency", "max_concurrency"] as const;

/** The concurrency fields of a body: those of the other generation are unknown, or taken without effect. */
export function concurrencyFields(switches: BolnaSwitches, isCreate: boolean): z.ZodRawShape {
  const { generation, otherGeneration, minConcurrentCalls } = switches;
  const whole = z.int().min(0);
  const calls = z.int().min(minConcurrentCalls);
  const ofOther = otherGeneration === "ignore" ? z.unknown().optional() : z.never("unknown field").optional();
  const minimum = otherGeneration === "ignore" ? whole.default(0) : whole;
  const isRequired = isCreate && generation !== "both";
  const shape = {
    allow_concurrent_calls: isRequired ? calls : calls.optional(),
    min_concurrency: isRequired ? minimum : whole.optional(),
    max_concurrency: whole.nullable().optional(),
  };
  if (generation === "calls") return { ...shape, min_concurrency: ofOther, max_concurrency: ofOther };
  return generation === "minimum" ? { ...shape, allow_concurrent_calls: ofOther } : shape;
}

/** The concurrency that a body asks for, with clamps applied; fields of the other generation have no effect. */
export function askedConcurrency(
  body: Readonly<Record<string, unknown>>,
  { generation, clampConcurrentCalls: clamp }: BolnaSwitches,
): Partial<Concurrency> {
  const known = FIELDS.filter(
    (field) => generation === "both" || (field === "allow_concurrent_calls") === (generation === "calls"),
  );
  const asked: Partial<Concurrency> = {};
  for (const field of known) {
    const value = body[field];
    if (value !== null && typeof value !== "number") continue;
    asked[field] = field === "max_concurrency" || value === null ? value : (clamp ?? value);
  }
  return asked;
}

/** The concurrency fields that replies of the generation show. */
export function shownConcurrency(account: Concurrency, { generation }: BolnaSwitches): Partial<Concurrency> {
  const { allow_concurrent_calls, min_concurrency, max_concurrency } = account;
  if (generation === "minimum") return { min_concurrency: min_concurrency ?? 0, max_concurrency };
  if (generation === "calls") return { allow_concurrent_calls: allow_concurrent_calls ?? 0 };
  return { allow_concurrent_calls, min_concurrency, max_concurrency };
}

/** The share of the organization's pool, of an account or a body: its calls, or the guaranteed minimum. */
export function shareOfPool(of: Partial<Concurrency>): number | undefined {
  return of.allow_concurrent_calls ?? of.min_concurrency ?? undefined;
}
