import type * as undici from "undici";
import type { z } from "zod";
import {
  CallError,
  ConnectionError,
  effectOf,
  errorCode,
  hasStatus,
  isNotFound,
  isRateLimited,
  ReplyError,
  SubaccountsError,
} from "../base/errors";
import { refuseOldNode } from "../base/node";
import type { Run } from "../base/run";
import { MAX_IN_FLIGHT, type RateBudget, type Ticket } from "./rate-budget";
import { rateHints } from "./rate-hints";
import { type ErrorReply, type Failure, refusalOf } from "./refusal";
import { type Body, readBody } from "./reply-body";
import { delayMs, isSafeToRepeat, MAX_ATTEMPTS } from "./retry";

/** A request, in a vendor's words. */
export interface Request {
  /** The purpose of the call, for messages: "create the sub-account". */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The vendor's path, which is appended to the connection's base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One HTTP call: what is sent, and what its reply must be. */
export interface Call<T> extends Request {
  /** A POST that does no harm when it is sent twice (archive). */
  readonly isRepeatable?: boolean;
  /** The shape of a 2xx reply; new fields are allowed. `undefined` stands for a reply without a body. */
  readonly reply: z.ZodType<T>;
  /** The id that the reply must have, for calls about one account: a cache may answer with another one. */
  readonly expects?: { readonly id: string; readonly idOf: (reply: T) => string };
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
  /** The remedy for an error reply, in one sentence. */
  readonly advice: (status: number, failure: Failure) => Promise<string | undefined>;
}

type Header = (name: string) => string | undefined;

/** The parts of a reply that are used. */
interface Reply {
  readonly status: number;
  readonly header: Header;
  readonly body: Body;
}

/**
 * The calls of one connection: one pool of kept-alive sockets, one rate budget.
 * A GET is tried again on its own; a mutation only while it certainly did nothing (the connection could not be
 * made), or, unless it is a POST, when the vendor refused it for its rate limit. Once the vendor has refused the key,
 * nothing more is sent.
 */
export class Http {
  readonly #options: HttpOptions;
  #pool: Promise<{ request: typeof undici.request; dispatcher: undici.Agent }> | undefined;
  /** How far the vendor's clock is ahead of ours, by the `Date` of its last reply. */
  #clockAheadMs = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** The time by the vendor's clock, to the second; by ours as long as no reply has told. */
  get vendorNowMs(): number {
    return this.#options.run.world.now() + this.#clockAheadMs;
  }

  /** undici is loaded with the first call: a preview makes none. */
  async #connect(): Promise<{ request: typeof undici.request; dispatcher: undici.Agent }> {
    refuseOldNode();
    const { Agent, request } = await import("undici");
    const connect = { timeout: this.#options.run.world.timeLimits.connectMs };
    return { request, dispatcher: new Agent({ connections: MAX_IN_FLIGHT, pipelining: 1, connect }) };
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
        if (isRateLimited(error)) {
          // No caller may retry it: the pause is longer than a call may wait.
          if (budget.pausedUntilMs > giveUpAtMs) error.isRateLimited = false;
          const isClear = call.method === "GET" || call.isRepeatable || hasStatus(error, 429);
          const again = isClear && (call.method !== "POST" || call.isRepeatable === true);
          if (!again || !error.isRateLimited) throw error;
        } else {
          if (attempt >= MAX_ATTEMPTS || !isSafeToRepeat(call.method, error)) throw error;
          await run.sleep(delayMs(attempt, run.world.random()));
        }
      }
    }
  }

  async #attempt<T>(call: Call<T>, attempt: number, ticket: Ticket): Promise<T> {
    const { run, budget } = this.#options;
    const sentAtMs = run.world.now();
    const outcome: Record<string, unknown> = {};
    try {
      const reply = await this.#exchange(call).catch((error: unknown) => {
        budget.leave(ticket, false, {});
        throw error;
      });
      const { status, header, body } = reply;
      const dateMs = Date.parse(header("date") ?? "");
      if (!Number.isNaN(dateMs)) this.#clockAheadMs = dateMs - run.world.now();
      const hints = rateHints(header, run.world.now(), budget.windowMs);
      const isLimited = status === 429 || (status === 503 && hints.retryAfterMs !== undefined);
      budget.leave(ticket, isLimited, hints);
      outcome["status"] = status;
      outcome["requestId"] = header("x-request-id");
      const parsed = parseJson(body.text);
      const { retryAfterMs } = hints;
      if (status < 200 || status >= 300) {
        const isBodiless = body.text === "";
        return await this.#refuse(call, reply, {
          body: parsed,
          isBodiless,
          isRateLimited: isLimited,
          retryAfterMs,
        });
      }
      return this.#understand(call, status, body, parsed);
    } catch (error) {
      if (error instanceof CallError && !(error instanceof ConnectionError && error.effect === "none")) {
        error.sentAtMs = sentAtMs;
      }
      outcome["error"] = error instanceof Error ? error.name : "unknown";
      throw error;
    } finally {
      // An allow-list: no header, no body, no query leaves through this log.
      if (run.world.env["SUBACCOUNTS_DEBUG"] === "1") {
        const { operation, method, path } = call;
        const { title: vendor, baseUrl } = this.#options;
        const ms = run.world.now() - sentAtMs;
        const entry = { vendor, baseUrl, operation, method, path, attempt, ms, ...outcome };
        run.world.print(JSON.stringify(entry));
      }
    }
  }

  async #exchange(call: Request): Promise<Reply> {
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
          "accept-encoding": "identity",
          "user-agent": "pulumi-subaccounts",
          ...(json === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
          ...call.headers,
        },
        body: json ?? null,
        signal,
      });
      const header: Header = (name) => {
        const value = reply.headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      const body = await readBody(reply.body, header("content-encoding"));
      return { status: reply.statusCode, header, body };
    } catch (error) {
      const code = errorCode(error);
      const effect = effectOf(code);
      const why = signal.aborted
        ? `gave no complete answer within ${attemptMs / 1000} s`
        : `broke off (${code})`;
      throw effect === "none"
        ? new ConnectionError(
            `${title} could not ${call.operation}: ${url.origin} cannot be reached (${code}); nothing was sent`,
            `Check the network and the base URL, ${this.#where()}`,
            effect,
          )
        : new ConnectionError(
            `${title} could not ${call.operation}: ${call.method} ${call.path} ${why}`,
            "Run the same command again",
            effect,
          );
    }
  }

  /** @throws ApiError always. After a refused key it is the end of the connection in this run. */
  async #refuse(
    call: Request,
    { status, header }: Reply,
    read: Omit<ErrorReply, "status" | "requestId">,
  ): Promise<never> {
    const requestId = header("x-request-id");
    const { error, ofLaterCalls } = await refusalOf(
      call,
      { ...read, status, requestId },
      { ...this.#options, where: this.#where() },
    );
    if (ofLaterCalls) this.#options.budget.close(ofLaterCalls);
    throw error;
  }

  #where(): string {
    return `${this.#options.baseUrl} from ${this.#options.baseUrlSource}`;
  }

  #understand<T>(call: Call<T>, status: number, { text, flaw }: Body, body: unknown): T {
    const what = `the ${status} reply to ${call.method} ${call.path}`;
    const unusable = (why: string) =>
      new ReplyError(
        `${this.#options.title} could not ${call.operation}: ${what} ${why}`,
        `Run the same command again; if it stays, check the base URL, ${this.#where()}`,
      );
    const parsed = call.reply.safeParse(body);
    if (!parsed.success || (body === undefined && text !== "")) {
      const issue = parsed.error?.issues[0];
      const why =
        flaw ??
        (text === ""
          ? "it has no body"
          : body === undefined
            ? "it is not JSON"
            : `at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "unexpected"}`);
      throw unusable(`cannot be understood (${why})`);
    }
    const { data } = parsed;
    if (call.expects === undefined || call.expects.idOf(data) === call.expects.id) return data;
    throw unusable(
      `is about another id, ${call.expects.idOf(data)}: a cache on the way, or what was asked for is no id`,
    );
  }
}

/** An id as one segment of a path. @throws SubaccountsError for what would lead out of the collection */
export function segment(id: string): string {
  if (!/^\.{0,2}$/.test(id)) return encodeURIComponent(id);
  throw new SubaccountsError(
    "an id in the state or in the program is empty or made of dots, and names nothing at a vendor. Nothing was sent. Restore " +
      "the state from a backup",
  );
}

/** The result of a call, or undefined where the vendor itself answers that it has no such thing. */
export async function orGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
