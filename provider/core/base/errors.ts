/**
 * The errors of the provider, a small tree. Code branches on the class and on `effect`; people read the message, which
 * says what was tried, what came back and what to do, and never holds a header, a body or a key.
 */
export class SubaccountsError extends Error {
  override readonly name: string = "SubaccountsError";
}

/** The configuration cannot be used: no key, an unknown connection, a bad base URL. Nothing was sent. */
export class ConfigError extends SubaccountsError {
  override readonly name: string = "ConfigError";
  /** The command that mends it, with `<key>` or the like for what only the user knows. */
  readonly command: string;

  constructor(message: string, command: string) {
    super(message);
    this.command = command;
  }
}

/** There is no key for the vendor, in the config or in the environment: an error only to who needs the vendor. */
export class MissingKeyError extends ConfigError {
  override readonly name = "MissingKeyError";
}

/** The account that the code asks for exists and is another resource's, or cannot become what the code asks. */
export class ConflictError extends SubaccountsError {
  override readonly name = "ConflictError";
}

/** The vendor says that all is well and holds another value than it was asked for. */
export class MismatchError extends SubaccountsError {
  override readonly name = "MismatchError";
}

/** The process was told to stop (Ctrl-C) before the call was sent. */
export class InterruptedError extends SubaccountsError {
  override readonly name = "InterruptedError";
}

/** The outcome of a mutation could not be told: it may or may not have taken effect. `cause` is the last reply to it. */
export class UnknownOutcomeError extends SubaccountsError {
  override readonly name = "UnknownOutcomeError";

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/**
 * The possible effect of a failed call at the vendor: `none` (certainly nothing) or `unknown` (it may have been
 * carried out: read back before sending it again).
 */
export type Effect = "none" | "unknown";

/** A call that did not end well. */
export abstract class CallError extends SubaccountsError {
  abstract readonly effect: Effect;
  /** The message without its advice: the call and its outcome. */
  readonly fact: string;
  /** When the request was sent, in milliseconds since the epoch; undefined where none was. */
  sentAtMs: number | undefined;

  constructor(fact: string, advice?: string) {
    super(advice === undefined ? fact : `${fact}. ${advice}`);
    this.fact = fact;
  }
}

/** The parts of an error reply that are not in its text. */
interface Refusal {
  readonly status: number;
  readonly code?: string | undefined;
  readonly isRateLimited?: boolean;
  readonly isVendors: boolean;
  readonly isNotFound: boolean;
  readonly details?: unknown;
  readonly effect?: Effect | undefined;
}

/** The vendor answered with a status that is not 2xx. */
export class ApiError extends CallError {
  override readonly name = "ApiError";
  readonly status: number;
  /** The vendor's own machine-readable code, where the reply has one. */
  readonly code: string | undefined;
  /** Rate limited (429, or 503 with `Retry-After`), and a later attempt may still pass within `maxWaitMs`. */
  isRateLimited: boolean;
  /** The reply is in the vendor's own error envelope, so no gateway on the way wrote it. */
  readonly isVendors: boolean;
  /** The vendor's own 404 about the account or key that was asked for; see {@link isNotFound}. */
  readonly isNotFound: boolean;
  /** The vendor's `details`, for messages of its own (Bolna's concurrency pool). */
  readonly details: unknown;
  readonly effect: Effect;
  /** The vendor says that it does not know the outcome itself: the call must not be sent again. */
  readonly isUnknownToVendor: boolean;

  constructor(fact: string, advice: string, reply: Refusal) {
    super(fact, advice);
    this.status = reply.status;
    this.code = reply.code;
    this.isRateLimited = reply.isRateLimited ?? false;
    this.isVendors = reply.isVendors;
    this.isNotFound = reply.isNotFound;
    this.details = reply.details;
    // A refusal (4xx) did nothing; a time-out at the vendor or a server error may have.
    this.isUnknownToVendor = reply.effect === "unknown";
    this.effect = reply.effect ?? (reply.status >= 500 || reply.status === 408 ? "unknown" : "none");
  }
}

/** No reply: the connection could not be made (`effect: "none"`), broke, or timed out (`effect: "unknown"`). */
export class ConnectionError extends CallError {
  override readonly name = "ConnectionError";
  readonly effect: Effect;
  /** It would fail again in the same way: a proxy does not accept its user, a certificate is not trusted. */
  readonly isLasting: boolean;

  constructor(fact: string, advice: string, effect: Effect, isLasting = false) {
    super(fact, advice);
    this.effect = effect;
    this.isLasting = isLasting;
  }
}

/**
 * A reply of 2xx that cannot be used: no JSON, cut short, too long, of another account, or without a field that the
 * contract promises.
 */
export class ReplyError extends CallError {
  override readonly name = "ReplyError";
  readonly effect = "unknown";
}

/** Whether a failed call may have been carried out at the vendor. */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof UnknownOutcomeError || (error instanceof CallError && error.effect === "unknown");
}

/** Whether the vendor's rate limit refused the call and a later attempt may pass. */
export function isRateLimited(error: unknown): error is ApiError {
  return error instanceof ApiError && error.isRateLimited;
}

/**
 * Whether the vendor itself answered that it has no such account or key. A 404 of a gateway, of a wrong base URL, or
 * of a vendor whose 404s prove nothing (Bolna) is not that.
 */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.isNotFound;
}

/** Whether the vendor answered with this status. */
export function hasStatus(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}

/**
 * A create or update that ended half-way: the object exists, and `state` is what the vendor is known to have.
 * Pulumi saves it with the reasons and calls update in the next `up`.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;

  constructor(id: string, state: Readonly<Record<string, unknown>>, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.state = state;
  }
}

// Failures of undici and the socket that happen before the first byte of a request can be sent.
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_PRX_CONN",
  "UND_ERR_PRX_TLS",
  "ERR_INVALID_URL",
]);

// The connection is made and the two sides cannot agree on TLS, or the certificate is not trusted.
const TLS = /^(?:ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** The possible effect of a request that failed with this code of undici or the socket. */
export function effectOf(code: string): Effect {
  return NOT_SENT.has(code) || TLS.test(code) ? "none" : "unknown";
}

/** Whether a code says that a certificate comes of a CA that this process does not trust. */
export function isUntrusted(code: string): boolean {
  return /^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);
}

/** The code of an error or of the nearest cause that has one, such as `ECONNREFUSED`. */
export function errorCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
  }
  return error instanceof Error ? error.name : "unknown error";
}
