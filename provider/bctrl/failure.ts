import { envelopeOf, textOf } from "../core/vendor-io/envelope";
import type { Failure } from "../core/vendor-io/refusal";

// A 409 that does not say what became of the first request with the same key.
const UNCLEAR =
  /^idempotency(_key_in_progress|_key_uncertain|\.finalization_uncertain|\.reconciliation_required|\.not_replayable)$/;

// The vendor's SDK never repeats a call that was answered so.
const UNCLEAR_CLASS = /^(outcome_)?unknown$/;

/** The codes of a 404 about an account or a key; a 404 of a route has another one. */
const NOT_FOUND: readonly unknown[] = ["subaccount.not_found", "api_key.not_found"];

/** Nested `{error: {code, message, …}}` (current), or flat `{code, error, …}` (v1 as documented). */
export function decodeFailure(body: unknown): Failure {
  const { inner, outer, code, ...said } = envelopeOf(body);
  const message = said.message ?? textOf(inner["error"]);
  const reasonClass = textOf(inner["reasonClass"]);
  const isUnclear =
    UNCLEAR.test(code ?? "") ||
    UNCLEAR_CLASS.test(reasonClass ?? "") ||
    [inner, outer].some(({ status }) => status === "unknown");
  return {
    code,
    message,
    hint: textOf(inner["hint"]),
    details: inner["details"],
    requestId: textOf(inner["requestId"]),
    effect: isUnclear ? "unknown" : undefined,
    isVendors: Boolean(code && message),
    isNotFound: NOT_FOUND.includes(code),
  };
}
