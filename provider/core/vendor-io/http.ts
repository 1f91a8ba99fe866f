import type * as undici from "undici";
import type { z } from "zod";
import {
  ApiError,
  ConnectionError,
  type Effect,
  effectOf,
  errorCode,
  hasStatus,
  ReplyError,
  SubaccountsError,
} from "../base/errors";
import type { Run } from "../base/run";
import type { RateBudget, Ticket } from "./rate-budget";
import { rateHints } from "./rate-hints";
import { delayMs, isSafeToRepeat, MAX_ATTEMPTS } from "./retry";

/** One HTTP call in a vendor's words. */
export interface Call<T> {
  /** What the call does, for messages: "create the sub-account". */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The vendor's path, which is appended to the connection's base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A POST that does no harm when it is sent twice (archive). */
  readonly isRepeatable?: boolean;
  /** The shape of a 2xx reply; new fields are allowed. `undefined` stands for a reply without a body. */
  readonly reply: z.ZodType<T>;
}

/** What a vendor's error reply says, whatever its envelope. */
export interface Failure {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** What the vendor says to do about it. */
  readonly hint?: string | undefined;
  readonly details?: unknown;
  readonly requestId?: string | undefined;
  /** What the call may have done, where the reply says another thing than its status. */
  readonly effect?: Effect | undefined;
}

/** Where and how the calls of a connection go. */
export interface HttpOptions {
  readonly run: Run;
  readonly budget: RateBudget;
  /** How long the vendor's rate limit may make a call wait in all, in milliseconds. */
  readonly maxWaitMs: number;
  /** No call is tried a second time. */
  readonly isTriedOnce?: boolean;
  /** The vendor's name as people write it, for messages. */
  readonly title: string;
  readonly baseUrl: string;
  /** Where the base URL came from, for messages. */
  readonly baseUrlSource: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Reads the vendor's error envelope from a parsed body (undefined if it is no JSON). */
  readonly decodeFailure: (body: unknown) => Failure;
  /** What to do next about an error reply, in one sentence. */
  readonly advice: (status: number, failure: Failure) => Promise<string | undefined>;
}

/**
 * The calls of one connection: one pool of kept-alive sockets, one rate budget.
 * A GET is tried again on its own; a mutation only while it certainly did nothing (the connection could not be
 * made), or, unless it is a POST, when the vendor refused it for its rate limit.
 */
export class Http {
  readonly #options: HttpOptions;
  #pool: Promise<{ request: typeof undici.request; dispatcher: undici.Agent }> | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** undici is loaded with the first call: a preview makes none. */
  async #connect(): Promise<{ request: typeof undici.request; dispatcher: undici.Agent }> {
    const { Agent, request } = await import("undici");
    const connect = { timeout: this.#options.run.world.timeLimits.connectMs };
    return { request, dispatcher: new Agent({ connections: 32, pipelining: 1, connect }) };
  }

  /** Sends a call and returns its parsed reply. @throws CallError, InterruptedError */
  async send<T>(call: Call<T>): Promise<T> {
    const { run, budget, maxWaitMs, isTriedOnce = false } = this.#options;
    // Waiting for one's turn is no waiting for the vendor: the time begins with the first attempt.
    let giveUpAtMs: number | undefined;
    for (let attempt = 1; ; attempt++) {
      const ticket = await budget.enter(call.operation, (nowMs) => giveUpAtMs ?? nowMs + maxWaitMs);
      giveUpAtMs ??= run.world.now() + maxWaitMs;
      try {
        return await this.#attempt(call, attempt, ticket);
      } catch (error) {
        if (isTriedOnce) throw error;
        if (error instanceof ApiError && error.asksForPatience) {
          const isClear = call.method === "GET" || call.isRepeatable || hasStatus(error, 429);
          const again = isClear && (call.method !== "POST" || call.isRepeatable === true);
          if (!again) throw error;
          if (budget.pausedUntilMs > giveUpAtMs) throw outOfPatience(error);
        } else {
          if (attempt >= MAX_ATTEMPTS || !isSafeToRepeat(call.method, error)) throw error;
          await run.sleep(delayMs(attempt, run.world.random()));
        }
      }
    }
  }

  async #attempt<T>(call: Call<T>, attempt: number, ticket: Ticket): Promise<T> {
    const { run, budget } = this.#options;
    const started = run.world.now();
    const outcome: Record<string, unknown> = {};
    try {
      const { status, headers, text } = await this.#exchange(call).catch((error: unknown) => {
        budget.leave(ticket, false, {});
        throw error;
      });
      const header = (name: string): string | undefined => {
        const value = headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      const hints = rateHints(header, run.world.now());
      const isRefused = status === 429 || (status === 503 && hints.retryAfterMs !== undefined);
      budget.leave(ticket, isRefused, hints);
      outcome["status"] = status;
      outcome["requestId"] = header("x-request-id");
      const body = parseJson(text);
      if (status < 200 || status >= 300) throw await this.#refusal(call, status, body, header, isRefused);
      return this.#understand(call, status, text, body);
    } catch (error) {
      outcome["error"] = error instanceof Error ? error.name : "unknown";
      throw error;
    } finally {
      // An allow-list: no header, no body, no query leaves through this log.
      if (run.world.env["SUBACCOUNTS_DEBUG"] === "1") {
        const { operation, method, path } = call;
        const { title: vendor, baseUrl } = this.#options;
        const ms = run.world.now() - started;
        const entry = { vendor, baseUrl, operation, method, path, attempt, ms, ...outcome };
        run.world.print(JSON.stringify(entry));
      }
    }
  }

  async #exchange(
    call: Call<unknown>,
  ): Promise<{ status: number; headers: undici.Dispatcher.ResponseData["headers"]; text: string }> {
    const { run, baseUrl, headers, title } = this.#options;
    const { attemptMs } = run.world.timeLimits;
    const signal = AbortSignal.timeout(attemptMs);
    const url = new URL(baseUrl.replace(/\/+$/, "") + call.path);
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const json = call.body === undefined ? undefined : JSON.stringify(call.body);
    this.#pool ??= this.#connect();
    const { request, dispatcher } = await this.#pool;
    try {
      const reply = await request(url, {
        dispatcher,
        method: call.method,
        headers: {
          accept: "application/json",
          "user-agent": "pulumi-subaccounts",
          ...(json === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
          ...call.headers,
        },
        body: json ?? null,
        signal,
      });
      return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
    } catch (error) {
      const code = errorCode(error);
      const effect = effectOf(code);
      const why = signal.aborted
        ? `gave no complete answer within ${attemptMs / 1000} s`
        : `broke off (${code})`;
      throw new ConnectionError(
        effect === "none"
          ? `${title} could not ${call.operation}: ${url.origin} cannot be reached (${code}); nothing was sent. ` +
              `Check the network and the base URL, ${this.#where()}`
          : `${title} could not ${call.operation}: ${call.method} ${call.path} ${why}. Run \`pulumi up\` again`,
        effect,
      );
    }
  }

  async #refusal(
    call: Call<unknown>,
    status: number,
    body: unknown,
    header: (name: string) => string | undefined,
    asksForPatience: boolean,
  ): Promise<ApiError> {
    const { run, title, decodeFailure, advice } = this.#options;
    const { message: words, hint, ...rest } = decodeFailure(body);
    const safe = (text: string | undefined) =>
      text && run.redactor.clean(text).replace(LONG_TOKEN, "[secret]");
    const failure = { ...rest, message: safe(words), hint: safe(hint) };
    const requestId = header("x-request-id") ?? failure.requestId;
    const said = [failure.code, failure.message && `"${failure.message}"`].filter(Boolean).join(" ");
    // Neither the vendor's envelope nor a fault of its own: most likely somebody else answers there.
    const isForeign = said === "" && status < 500 && status !== 429;
    const next =
      (isForeign ? `This is no answer of ${title}: check the base URL, ${this.#where()}` : undefined) ??
      (await advice(status, failure)) ??
      (failure.hint && `${title} says: "${failure.hint}"`) ??
      generalAdvice(status);
    const message =
      `${title} could not ${call.operation}: ${call.method} ${call.path} answered ${status}` +
      `${said && ` ${said}`}${requestId ? ` (request ${requestId})` : ""}. ${next}`;
    return new ApiError(run.redactor.clean(message), {
      status,
      code: failure.code,
      asksForPatience,
      details: failure.details,
      effect: failure.effect,
    });
  }

  #where(): string {
    return `${this.#options.baseUrl} from ${this.#options.baseUrlSource}`;
  }

  #understand<T>(call: Call<T>, status: number, text: string, body: unknown): T {
    const parsed = call.reply.safeParse(body);
    if (parsed.success && (body !== undefined || text === "")) return parsed.data;
    const issue = parsed.error?.issues[0];
    const why =
      body === undefined
        ? text === ""
          ? "it has no body"
          : "it is not JSON"
        : `at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "unexpected"}`;
    throw new ReplyError(
      `${this.#options.title} could not ${call.operation}: the ${status} reply to ${call.method} ${call.path} cannot be ` +
        `understood (${why}). Run \`pulumi up\` again; if it stays, check the base URL, ${this.#where()}`,
    );
  }
}

// A vendor's words may repeat a key that this process has not met yet, of a shape that is not documented: whatever is as
// long as a key is taken for one. Ids are shorter, or have dashes.
const LONG_TOKEN = /\b(?=\w*[A-Za-z])(?=\w*\d)\w{28,}\b/g;

/** An id as one segment of a path. @throws SubaccountsError for what would lead out of the collection */
export function segment(id: string): string {
  if (!/^\.{0,2}$/.test(id)) return encodeURIComponent(id);
  throw new SubaccountsError(
    "an id in the state or in the program is empty or made of dots, and names nothing at a vendor. Nothing was sent. Restore " +
      "the state from a backup",
  );
}

/** The refusal of a vendor that was given all the patience there is: nobody need ask again. */
function outOfPatience(error: ApiError): ApiError {
  return new ApiError(error.message, { ...error, asksForPatience: false });
}

/** What a call returns, or undefined where the vendor answers that it has no such thing (404). */
export async function orGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

function generalAdvice(status: number): string {
  if (status === 429) return "Wait a minute and run `pulumi up` again, or raise subaccounts:maxWaitSeconds";
  if (status >= 500) return "The fault is the vendor's; run `pulumi up` again later";
  return "Correct what the vendor refuses and run `pulumi up` again";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
