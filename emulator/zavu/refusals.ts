/**
 * Codes of a team's plan, balance and verification, documented for sending and for numbers:
 * https://docs.zavu.dev/concepts/sending-limits and the vendor's own SDK.
 */
export const refusals = {
  insufficient_balance: [402, "Insufficient balance"],
  paid_plan_required: [402, "A paid plan is required"],
  kyc_required: [403, "Identity verification is required"],
  kyb_required: [403, "Business verification is required"],
} as const;
