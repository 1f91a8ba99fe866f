import type { Refusal } from "../core/refusal";

/**
 * Bolna's envelopes: `{detail}` for authentication and routing, `{error, message}` for the rest.
 * @see https://www.bolna.ai/docs/api-reference/errors
 */
export function errorBody(status: number, message: string): unknown {
  if (status === 401 || status === 403) return { detail: message };
  // 1001 is the code of the documentation's example; for other statuses none is known.
  return { error: status === 400 ? 1001 : status, message };
}

/** The reply's body for a refusal. */
export function refusalBody(refusal: Refusal): unknown {
  return refusal.body ?? errorBody(refusal.status, refusal.message);
}
