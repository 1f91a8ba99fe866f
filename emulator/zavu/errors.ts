import type { Refusal } from "../core/refusal";
import type { ZavuSwitches } from "./switches";

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
