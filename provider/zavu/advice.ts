import type { Failure } from "../core/vendor-io/refusal";
import type { ZavuClient } from "./client";

/** A sub-account's key cannot manage sub-accounts. */
export const IS_SUB_ACCOUNTS =
  "The key belongs to a sub-account, which cannot manage sub-accounts: use the key of the parent (main) project";

/** What a team lacks, by the vendor's code: https://docs.zavu.dev/concepts/sending-limits and the vendor's own SDK. */
const OF_PLAN = new Map([
  ["insufficient_balance", "The team's balance does not cover this: add to it under Billing"],
  ["paid_plan_required", "The team's plan does not include this: choose a paid one under Billing"],
  [
    "kyc_required",
    "The team is not verified: verify an identity, add a payment method or a deposit, or choose a paid plan",
  ],
  ["kyb_required", "The team's business is not verified (KYB): verify it"],
]);

/** Whether a code is one of these. */
export function isOfPlan(code: string): boolean {
  return OF_PLAN.has(code);
}

/** The remedy for an error reply; a 403 of unknown code is explained by whose the key is, which one more call tells. */
export async function advice(
  status: number,
  { code = "" }: Failure,
  client: ZavuClient,
): Promise<string | undefined> {
  if (status === 401) return "Zavu does not accept the key: it may be mistyped or revoked";
  const lacking = OF_PLAN.get(code);
  if (lacking !== undefined || status === 402) {
    const what = lacking ?? "The team's plan or balance does not cover this: look under Billing";
    return `${what}, in Zavu's dashboard, then run the same command again`;
  }
  if (status !== 403) return undefined;
  const me = await client.retrieveMe().catch(() => undefined);
  if (me === undefined) {
    return "Only a key of the parent (main) project may manage sub-accounts, and only where the team's plan covers it";
  }
  if (me.project.isSubAccount) return IS_SUB_ACCOUNTS;
  return (
    "The key is one of the parent (main) project, so it is the team that may not do this: look at its plan and verification in " +
    "Zavu's dashboard"
  );
}
