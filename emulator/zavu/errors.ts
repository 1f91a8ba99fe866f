import type { Refusal } from "../core/refusal";
import type { Refusals } from "../core/refused-calls";
import type { ZavuSwitches } from "./switches";

/** Codes of a team's plan, balance and verification. */
export type ZavuRefusalCode = "insufficient_balance" | "paid_plan_required" | "kyc_required" | "kyb_required";

/** Documented for sending and for numbers: https://docs.zavu.dev/concepts/sending-limits and the vendor's own SDK. */
export const refusals: Refusals<ZavuRefusalCode> = {
  insufficient_balance: [402, "Insufficient balance"],
  paid_plan_required: [402, "A paid plan is required"],
  kyc_required: [403, "Identity verification is required"],
  kyb_required: [403, "Business verification is required"],
};

/**
 * Codes by status. `invalid_request`, `rate_limited` and `bad_request` are documented; the others are made in the
 * same manner.
 */
const codes: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "unauthorized",
  402: "insufficient_balance",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  429: "rate_limited",
};

/**
 * Zavu's error envelope: `{code, message, details?}`.
 * @see https://docs.zavu.dev/concepts/rate-limiting (flat) and https://docs.zavu.dev/api-reference/overview (nested)
 */
export function errorBody(
  switches: ZavuSwitches,
  status: number,
  message: string,
  details?: Record<string, unknown>,
  ofRefusal?: string,
): unknown {
  const code = ofRefusal ?? codes[status] ?? (status >= 500 ? "internal_error" : "bad_request");
  const error = { code, message, ...(details && { details }) };
  return switches.errorEnvelope === "flat" ? error : { error };
}

/** The reply's body for a refusal; `details` names the fields. */
export function refusalBody(switches: ZavuSwitches, refusal: Refusal): unknown {
  const [first] = refusal.problems;
  const details = first && { field: first.field, problems: refusal.problems };
  return refusal.body ?? errorBody(switches, refusal.status, refusal.message, details, refusal.code);
}
