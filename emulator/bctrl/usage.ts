import type { BctrlAccount } from "./account";
import { organizationId } from "./auth";
import { answered, type Face } from "./face";

const noCredits = {
  aiCredits: 0,
  browserCredits: 0,
  captchaCredits: 0,
  filesCredits: 0,
  notificationsCredits: 0,
  proxyCredits: 0,
};

/** What the organization has a month. */
const monthlyCredits = 1_000_000;

/** The usage of an account that has used nothing this month (UTC). */
export function accountUsage({ id, limits }: BctrlAccount, face: Face, now: Date): Record<string, unknown> {
  const { maxActiveRuns, maxSpaces, monthlyCreditLimit: limit } = limits;
  const shared = { subaccountId: id, computedAt: now.toISOString(), period: monthOf(now) };
  if (face === "current") {
    return {
      ...shared,
      credits: { used: 0, limit },
      runs: { active: 0, limit: maxActiveRuns },
      spaces: { used: 0, limit: maxSpaces },
    };
  }
  return {
    ...shared,
    isBlocked: false,
    blockedReasons: [],
    credits: { used: 0, estimated: 0, settled: 0, limit, remaining: limit, breakdown: noCredits },
    runs: { active: 0, blocked: false, limit: maxActiveRuns },
    spaces: { used: 0, blocked: false, limit: maxSpaces },
  };
}

/** The usage of an organization that has used nothing this month (UTC). */
export function organizationUsage(face: Face, now: Date): Record<string, unknown> {
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
