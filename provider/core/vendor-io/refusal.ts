import { ApiError, type Effect } from "../base/errors";
import { printable } from "../base/printable";
import type { Redactor } from "../base/redact";
import type { Run } from "../base/run";
import { requestIdOf, vendorCode, vendorWords } from "./vendor-words";

/** A vendor's error reply, whatever its envelope. */
export interface Failure {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The remedy that the vendor names. */
  readonly hint?: string | undefined;
  readonly details?: unknown;
  readonly requestId?: string | undefined;
  /** The possible effect of the call, where the reply says another thing than its status. */
  readonly effect?: Effect | undefined;
  /** The body is in the vendor's own error envelope. */
  readonly isVendors: boolean;
  /** The body is the vendor's own word that it has no such account or key; it counts with status 404 alone. */
  readonly isNotFound: boolean;
  /** The body says that the key is not accepted; it counts with status 403 alone (401 always says so). */
  readonly isKeyRefused?: boolean;
}

/** How error replies of a connection are read and explained. */
export interface RefusalOptions {
  readonly run: Run;
  /** The vendor's name as people write it. */
  readonly title: string;
  /** The base URL and where it came from, for people. */
  readonly where: string;
  /** Reads the vendor's error envelope from a parsed body (undefined if it is no JSON). */
  readonly decodeFailure: (body: unknown) => Failure;
  /** The remedy for an error reply, in one sentence. */
  readonly advice: (status: number, failure: Failure) => Promise<string | undefined>;
}

/** The call that was refused, for messages. */
interface Refused {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

/** An error reply as it came. */
export interface ErrorReply {
  readonly status: number;
  /** Parsed; undefined if it is no JSON. */
  readonly body: unknown;
  readonly isBodiless: boolean;
  readonly requestId: string | undefined;
  readonly isRateLimited: boolean;
  /** How long the vendor asks to wait, where it says so. */
  readonly retryAfterMs: number | undefined;
}

/** An error reply as an error, and the error of every later call where the vendor refused the key. */
export interface Refusal {
  readonly error: ApiError;
  readonly ofLaterCalls?: (operation: string) => ApiError;
}

const NOT_SHOWN = "(its message is not shown: it may repeat a secret)";

/** Makes an error of a reply that is not 2xx. Of the vendor's words those are shown that cannot hold a secret. */
export async function refusalOf(
  { operation, method, path }: Refused,
  { status, body, isBodiless, requestId: ofHeader, isRateLimited, retryAfterMs }: ErrorReply,
  options: RefusalOptions,
): Promise<Refusal> {
  const { run, title, decodeFailure } = options;
  const { redactor } = run;
  const decoded = decodeFailure(body);
  const safe = (text: string | undefined) => {
    const words = text && vendorWords(text, redactor);
    return words && printable(words);
  };
  const failure: Failure = { ...decoded, message: safe(decoded.message), hint: safe(decoded.hint) };
  const requestId = requestIdOf(ofHeader, redactor) ?? requestIdOf(failure.requestId, redactor);
  const isWordless = !decoded.message && (!decoded.code || decoded.code === String(status));
  const said = `${status}${wordsOf(status, decoded, failure, redactor)}${requestId ? ` (request ${requestId})` : ""}`;
  const advice = redactor.clean(
    await nextStep({ status, isBodiless, retryAfterMs }, failure, isWordless, options),
  );
  const reply = {
    ...failure,
    status,
    isRateLimited,
    isNotFound: status === 404 && failure.isNotFound,
  };
  const refusal = (fact: string) => new ApiError(redactor.clean(fact), advice, reply);
  const error = refusal(`${title} could not ${operation}: ${method} ${path} answered ${said}`);
  const isKeyRefused = status === 401 || (status === 403 && failure.isKeyRefused === true);
  if (!isKeyRefused) return { error };
  // The first error says why and what to do; of hundreds each says so much.
  const ofLaterCalls = (later: string) => {
    const fact = `${title} could not ${later}: nothing was sent, because the key was refused before in this run (${status})`;
    return new ApiError(fact, "See the first such error", reply);
  };
  return { error, ofLaterCalls };
}

/** The vendor's code and message, as far as they are shown. */
function wordsOf(status: number, { code, message }: Failure, shown: Failure, redactor: Redactor): string {
  const name = code && code !== String(status) ? vendorCode(code, redactor) : undefined;
  const said = message ? (shown.message ? `"${shown.message}"` : NOT_SHOWN) : undefined;
  return [name, said].flatMap((words) => (words === undefined ? [] : [` ${words}`])).join("");
}

async function nextStep(
  { status, isBodiless, retryAfterMs }: Pick<ErrorReply, "status" | "isBodiless" | "retryAfterMs">,
  failure: Failure,
  isWordless: boolean,
  { title, where, advice }: RefusalOptions,
): Promise<string> {
  // Neither the vendor's envelope nor a fault of its own: most likely a gateway, or the base URL of something else.
  const isOfKey = isBodiless && (status === 401 || status === 403);
  const isStrange = isWordless && status < 500 && status !== 429 && !isOfKey;
  if (isStrange || (status === 404 && !failure.isVendors)) {
    return `This is no answer of ${title}: check the base URL, ${where}`;
  }
  const special = await advice(status, failure);
  if (special !== undefined) return special;
  // A proof that something is gone is no error: where a 404 is one, the call should have met something.
  if (status === 404) {
    return `${failure.hint ? `${title} says: "${failure.hint}". ` : ""}Such a 404 is no proof that it is gone: check the id, and the base URL, ${where}`;
  }
  if (failure.hint) return `${title} says: "${failure.hint}"`;
  if (status === 429) {
    const wait = retryAfterMs === undefined ? "a minute" : `${Math.ceil(retryAfterMs / 1000)} s`;
    return `Wait ${wait} and run the same command again, or raise subaccounts:maxWaitSeconds`;
  }
  if (status >= 500) return "The fault is the vendor's; run the same command again later";
  return "Correct what the vendor refuses and run the same command again";
}
