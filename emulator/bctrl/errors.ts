import { malformedJson, wrongContentType } from "../core/input";
import { foreignCursor } from "../core/paging";
import { type Problem, Refusal } from "../core/refusal";
import { type Face, faceOf } from "./face";
import { refusals } from "./refusals";
import type { BctrlSwitches } from "./switches";

/** Codes by status, from the vendor's own client. */
const codes: Readonly<Record<number, string>> = {
  400: "request.invalid",
  401: "auth.required",
  402: "billing.insufficient_credits",
  403: "subaccounts.access_denied",
  404: "resource.not_found",
  409: "subaccount.conflict",
  429: "rate_limited",
  502: "route.bad_gateway",
  503: "route.unavailable",
  504: "route.timeout",
};

const problemCodes: ReadonlyMap<Problem, string> = new Map([
  [malformedJson, "request.invalid_json"],
  [wrongContentType, "request.invalid_content_type"],
  [foreignCursor, "pagination.cursor_invalid"],
]);

/** The one code that v1 documented for a status of which there are several now. */
const v1Codes: Readonly<Record<number, string>> = {
  400: "request.invalid",
  403: "auth.forbidden",
  409: "subaccount.conflict",
};

const reasonClasses: Readonly<Record<number, string>> = {
  400: "invalid_input",
  401: "unauthorized",
  402: "capability_limit_exceeded",
  403: "capability_denied",
  404: "not_found",
  409: "conflict",
  429: "rate_limited",
};

const hints: Readonly<Record<number, string>> = {
  400: "Correct the named fields.",
  401: "Send a key that works.",
  402: "Look at the plan and its credits.",
  403: "Use an organization key.",
  404: "List what there is.",
  409: "Read the present state first.",
  429: "Wait as Retry-After says.",
};

/**
 * The reply's body for a refusal: `{error: {code, message, ...}}` in the newest version, `{code, error, ...}` in v1.
 * @see https://platform.bctrl.ai/api/api-reference/account/create-subaccount
 */
export function refusalBody(
  { status, message, code, problems }: Refusal,
  face: Face | undefined,
  switches: BctrlSwitches,
  requestId: string,
): unknown {
  const [first] = problems;
  const isOfPlan = code !== undefined && code in refusals;
  const shared = {
    reasonClass: reasonClasses[status] ?? (status >= 500 ? "server" : "invalid_input"),
    requestId,
    ...(status < 500 && { hint: (isOfPlan ? hints[402] : hints[status]) ?? "Read the documentation." }),
    ...(first && { details: { field: first.field, problems } }),
  };
  const usual = codes[status] ?? (status >= 500 ? "internal.error" : "request.failed");
  const known = code ?? (first && problemCodes.get(first)) ?? usual;
  const flat = face === "v1" || (face === "v2" && switches.v2Errors === "flat");
  return flat
    ? { code: (isOfPlan ? undefined : v1Codes[status]) ?? known, error: message, ...shared }
    : { error: { code: known, message, ...shared } };
}

/** The body of a scripted refusal, in the version of the request that it answers. */
export function scriptedBody(
  { status, message }: Refusal,
  request: Request,
  switches: BctrlSwitches,
  requestId: string,
): unknown {
  const path = new URL(request.url).pathname;
  const face = faceOf(path, request.headers.get("bctrl-version") ?? undefined, switches);
  const missing = path.startsWith("/v1/api-keys") ? "api_key.not_found" : "subaccount.not_found";
  const refusal = new Refusal(status, message, status === 404 ? { code: missing } : {});
  return refusalBody(refusal, face, switches, requestId);
}
