import type { Failure } from "../core/vendor-io/refusal";

/**
 * What to do about a refusal that is a matter of the plan, of credits or of keys below, by the vendor's code.
 * Codes: the vendor's Python SDK 0.3.0, which says no more of them than their names.
 */
const BY_CODE = new Map([
  [
    "billing.insufficient_credits",
    "The organization has too few credits for this: buy some or wait for the next billing cycle, then run the same command again",
  ],
  [
    "billing.insufficient_purchased_credits",
    "This takes purchased credits, of which the organization has too few: buy some, then run the same command again",
  ],
  [
    "capability.limit_exceeded",
    "The organization has as many as its plan allows: end what is not needed or raise the plan, then run the same command again",
  ],
  [
    "capability.not_available",
    "The organization's plan does not include this: choose one that does, or ask bctrl; then run the same command again",
  ],
  [
    "spending_cap.update_forbidden",
    "bctrl lets people set a spending cap, and no key: set it in the dashboard, and declare the same in spendingCap",
  ],
  [
    "subaccounts.workspace_scoping_denied",
    "bctrl does not let this organization scope work to a sub-account: look at its plan, or ask bctrl",
  ],
  [
    "api_key.child_revoke_failed",
    "A key below this one could not be revoked, so some may still work: run the same command again, and look with " +
      "`subaccounts keys`",
  ],
  [
    "api_key.scopes_unsupported",
    "bctrl refuses the scopes of the key, and the provider asks for none, so what bctrl gives without them has changed: upgrade " +
      "pulumi-subaccounts",
  ],
]);

const OF_PLAN =
  "The organization's plan or its credits do not cover this: look at its billing at bctrl, then run the same command again";

/** Whether a code is one of the above, or another of a plan or of credits. */
export function isOfPlan(code: string): boolean {
  return BY_CODE.has(code) || /^(?:billing|capability)\./.test(code);
}

/** The remedy for such a code, and for a 402 of any other; undefined for other refusals. */
export function adviceByCode(
  status: number,
  { code = "", hint }: Pick<Failure, "code" | "hint">,
): string | undefined {
  if (status !== 402 && !isOfPlan(code)) return undefined;
  const advice = BY_CODE.get(code) ?? OF_PLAN;
  return hint ? `${advice}. bctrl says: "${hint}"` : advice;
}
