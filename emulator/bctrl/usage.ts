import type { BctrlAccount } from "./account";
import { answered, type Face } from "./face";
import type { BctrlSwitches } from "./switches";

const noCredits = {
  aiCredits: 0,
  browserCredits: 0,
  captchaCredits: 0,
  filesCredits: 0,
  notificationsCredits: 0,
  proxyCredits: 0,
};

/** Usage of an account; absent values are 0. */
export interface BctrlUsage {
  usedCredits?: number;
  activeRuns?: number;
  usedSpaces?: number;
}

/** The monthly budget of the organization. */
const monthlyCredits = 1_000_000;

/** The usage of an account this month (UTC). */
export function accountUsage(
  { id, limits }: BctrlAccount,
  face: Face,
  now: Date,
  { usedCredits: used = 0, activeRuns: active = 0, usedSpaces = 0 }: BctrlUsage = {},
): Record<string, unknown> {
  const { maxActiveRuns, maxSpaces, monthlyCreditLimit: limit } = limits;
  const shared = { subaccountId: id, computedAt: now.toISOString(), period: monthOf(now) };
  if (face === "current") {
    return {
      ...shared,
      credits: { used, limit },
      runs: { active, limit: maxActiveRuns },
      spaces: { used: usedSpaces, limit: maxSpaces },
    };
  }
  return {
    ...shared,
    isBlocked: false,
    blockedReasons: [],
    credits: {
      used,
      estimated: 0,
      settled: used,
      limit,
      remaining: limit === null ? null : Math.max(0, limit - used),
      breakdown: { ...noCredits, browserCredits: used },
    },
    runs: { active, blocked: false, limit: maxActiveRuns },
    spaces: { used: usedSpaces, blocked: false, limit: maxSpaces },
  };
}

/** The usage of an organization that has used nothing this month (UTC). */
export function organizationUsage(
  face: Face,
  now: Date,
  { organizationId }: BctrlSwitches,
): Record<string, unknown> {
  return answered(face, "account.usage", {
    organizationId,
    computedAt: now.toISOString(),
    cycle: monthOf(now),
    isBlocked: false,
    blockedReasons: [],
    credits: {
      available: monthlyCredits,
      effectiveBalance: monthlyCredits,
      monthlyLimit: monthlyCredits,
      monthlyRemaining: monthlyCredits,
      monthlyUsed: 0,
      outstandingDebt: 0,
      purchasedRemaining: 0,
      breakdown: noCredits,
    },
  });
}

function monthOf(now: Date): Record<string, string> {
  const start = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  return { startedAt: start(0).toISOString(), endsAt: start(1).toISOString() };
}
