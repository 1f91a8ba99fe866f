import type { Refusal } from "../core/refusal";
import type { BolnaSwitches } from "./switches";

/**
 * Bolna's envelopes: `{detail}` for authentication and routing, `{error, message}` for the rest.
 * @see https://www.bolna.ai/docs/api-reference/errors
 */
export function errorBody(status: number, message: string): unknown {
  if (status === 401 || status === 403) return { detail: message };
  // 1001 is the code of the documentation's example; for other statuses none is known.
  return { error: status === 400 ? 1001 : status, message };
}

/**
 * The reply for a refusal: in the documented envelope, or as the vendor's framework has it for bad fields and keys.
 * @see https://github.com/bolna-ai/mcp
 */
export function answerRefusal(
  { status, message, problems, body, headers }: Refusal,
  { badFields, bodilessAuthErrors }: BolnaSwitches,
): Response {
  if (bodilessAuthErrors && (status === 401 || status === 403))
    return new Response(null, { status, headers });
  if (badFields === "detail list" && problems.length > 0) {
    const detail = problems.map(({ field, message: msg }) => ({
      loc: ["body", ...field.split(".")],
      msg,
      type: "value_error",
    }));
    return Response.json({ detail }, { status: 422, headers });
  }
  return Response.json(body ?? errorBody(status, message), { status, headers });
}
