import type * as undici from "undici";
import type { z } from "zod";
import { ApiError, ConnectionError, type Effect, effectOf, errorCode, hasStatus, ReplyError } from "./errors";
import { delayMs, isSafeToRepeat, MAX_ATTEMPTS, retryAfterMs } from "./retry";
import type { Run } from "./run";

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
 * The calls of one connection: one pool of kept-alive sockets, one pause for all when the vendor asks for patience.
 * A GET is tried again on its own; a mutation only while it certainly did nothing (the connection could not be
 * made), or, unless it is a POST, when the vendor refused it for its rate limit.
 */
export class Http {
  readonly #options: HttpOptions;
  #pool: Promise<{ request: typeof undici.request; dispatcher: undici.Agent }> | undefined;
  #pausedUntilMs = 0;

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
    const { run } = this.#options;
    const deadline = run.world.now() + run.world.timeLimits.totalMs;
    for (let attempt = 1; ; attempt++) {
      await this.#pass(deadline, call);
      try {
        return await this.#attempt(call, attempt);
      } catch (error) {
        const limited = error instanceof ApiError && error.status === 429;
        const wait = delayMs(
          attempt,
          error instanceof ApiError ? error.retryAfterMs : undefined,
          run.world.random(),
        );
        if (limited) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, run.world.now() + wait);
        const again = limited
          ? call.method !== "POST" || call.isRepeatable === true
          : attempt < MAX_ATTEMPTS && isSafeToRepeat(call.method, error);
        if (!again || run.world.now() + wait > deadline) throw error;
        if (!limited) await run.sleep(wait);
      }
    }
  }

  /** Waits while the vendor's rate limit pauses this connection. */
  async #pass(deadline: number, call: Call<unknown>): Promise<void> {
    const { run, title } = this.#options;
    run.throwIfStopped();
    for (
      let wait = this.#pausedUntilMs - run.world.now();
      wait > 0;
      wait = this.#pausedUntilMs - run.world.now()
    ) {
      if (run.world.now() + wait > deadline) {
        throw new ConnectionError(
          `${title} could not ${call.operation}: the rate limit asks to wait ${Math.ceil(wait / 1000)} s, longer than a ` +
            "call may take; nothing was sent. Run `pulumi up` again later",
          "none",
        );
      }
      await run.sleep(wait);
    }
  }

  async #attempt<T>(call: Call<T>, attempt: number): Promise<T> {
    const { run } = this.#options;
    const started = run.world.now();
    const outcome: Record<string, unknown> = {};
    try {
      const { status, headers, text } = await this.#exchange(call);
      const header = (name: string): string | undefined => {
        const value = headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      outcome["status"] = status;
      outcome["requestId"] = header("x-request-id");
      const body = parseJson(text);
      if (status < 200 || status >= 300) throw await this.#refusal(call, status, body, header);
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
      retryAfterMs: retryAfterMs(header, run.world.now()),
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
  if (status === 429) return "Wait a minute and run `pulumi up` again";
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
