import { ApiError, type Effect } from "../base/errors";
import { printable } from "../base/printable";
import type { Run } from "../base/run";

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

// A vendor's words may repeat a key that this process has not met yet, of a shape that is not documented: whatever is as
// long as a key is taken for one. Ids are shorter, or have dashes.
const LONG_TOKEN = /\b(?=\w*[A-Za-z])(?=\w*\d)\w{28,}\b/g;

/** Makes an error of a reply that is not 2xx; secrets and what cannot be printed are taken out of the vendor's words. */
export async function refusalOf(
  { operation, method, path }: Refused,
  { status, body, isBodiless, requestId: ofHeader, isRateLimited, retryAfterMs }: ErrorReply,
  options: RefusalOptions,
): Promise<Refusal> {
  const { run, title, decodeFailure } = options;
  const decoded = decodeFailure(body);
  const plain = (text: string | undefined) => text && printable(text);
  const safe = (text: string | undefined) => {
    return text && printable(run.redactor.clean(text).replace(LONG_TOKEN, "[secret]"));
  };
  const failure: Failure = {
    ...decoded,
    code: plain(decoded.code),
    message: safe(decoded.message),
    hint: safe(decoded.hint),
  };
  const requestId = ofHeader ?? plain(failure.requestId);
  const code = failure.code === String(status) ? undefined : failure.code;
  const words = [code, failure.message && `"${failure.message}"`].filter(Boolean).join(" ");
  const said = `${status}${words && ` ${words}`}${requestId ? ` (request ${requestId})` : ""}`;
  const advice = run.redactor.clean(
    await nextStep({ status, isBodiless, retryAfterMs }, failure, words, options),
  );
  const reply = {
    ...failure,
    status,
    isRateLimited,
    isNotFound: status === 404 && failure.isNotFound,
  };
  const refusal = (fact: string) => new ApiError(run.redactor.clean(fact), advice, reply);
  const error = refusal(`${title} could not ${operation}: ${method} ${path} answered ${said}`);
  const isKeyRefused = status === 401 || (status === 403 && failure.isKeyRefused === true);
  if (!isKeyRefused) return { error };
  const ofLaterCalls = (later: string) =>
    refusal(
      `${title} could not ${later}: nothing was sent, because the key was refused before in this run (${method} ${path} answered ` +
        `${said})`,
    );
  return { error, ofLaterCalls };
}

async function nextStep(
  { status, isBodiless, retryAfterMs }: Pick<ErrorReply, "status" | "isBodiless" | "retryAfterMs">,
  failure: Failure,
  words: string,
  { title, where, advice }: RefusalOptions,
): Promise<string> {
  // Neither the vendor's envelope nor a fault of its own: most likely a gateway, or the base URL of something else.
  const isOfKey = isBodiless && (status === 401 || status === 403);
  const isWordless = words === "" && status < 500 && status !== 429 && !isOfKey;
  if (isWordless || (status === 404 && !failure.isVendors)) {
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
