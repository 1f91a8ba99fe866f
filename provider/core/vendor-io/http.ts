import type { z } from "zod";
import {
  CallError,
  ConnectionError,
  hasStatus,
  isNotFound,
  isRateLimited,
  ReplyError,
  SubaccountsError,
} from "../base/errors";
import { printable } from "../base/printable";
import type { Redactor } from "../base/redact";
import { type Destination, Exchange, type Reply, type Request, whereOf } from "./exchange";
import type { RateBudget, Ticket } from "./rate-budget";
import { rateHints } from "./rate-hints";
import { type ErrorReply, type Failure, refusalOf } from "./refusal";
import type { Body } from "./reply-body";
import { delayMs, isSafeToRepeat, MAX_ATTEMPTS } from "./retry";
import { requestIdOf, vendorWords } from "./vendor-words";

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
export interface HttpOptions extends Destination {
  readonly budget: RateBudget;
  /** The parent key: a reply that repeats it is taken without it. */
  readonly credentials: Redactor;
  /** How long the vendor's rate limit may make a call wait in all, in milliseconds. */
  readonly maxWaitMs: number;
  /** No call is tried a second time. */
  readonly isTriedOnce?: boolean;
  /** Reads the vendor's error envelope from a parsed body (undefined if it is no JSON). */
  readonly decodeFailure: (body: unknown) => Failure;
  /** The remedy for an error reply, in one sentence. */
  readonly advice: (status: number, failure: Failure) => Promise<string | undefined>;
}

/**
 * The calls of one connection: one pool of kept-alive sockets, one rate budget.
 * A GET is tried again on its own; a mutation only while it certainly did nothing (the connection could not be
 * made), or, unless it is a POST, when the vendor refused it for its rate limit. Once the vendor has refused the key,
 * or a proxy its user, nothing more is sent.
 */
export class Http {
  readonly #options: HttpOptions;
  readonly #exchange: Exchange;
  /** How far the vendor's clock is ahead of ours, by the `Date` of its last reply. */
  #clockAheadMs = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#exchange = new Exchange(options);
  }

  /** The time by the vendor's clock, to the second; by ours as long as no reply has told. */
  get vendorNowMs(): number {
    return this.#options.run.world.now() + this.#clockAheadMs;
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
      const reply = await this.#exchange.send(call).catch((error: unknown) => {
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
      outcome["requestId"] = requestIdOf(header("x-request-id"), run.redactor);
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
      // A vendor that repeats the parent key within an account would have it stored in the state, and shown as drift.
      const { credentials } = this.#options;
      const isRepeated = credentials.isIn(body.text ?? "");
      return this.#understand(call, status, body, isRepeated ? credentials.masked(parsed) : parsed);
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
        const { title: vendor, baseUrl, proxy } = this.#options;
        const ms = run.world.now() - sentAtMs;
        const via = proxy?.address;
        const entry = { vendor, baseUrl, proxy: via, operation, method, path, attempt, ms, ...outcome };
        const cleaned = (_name: string, value: unknown) =>
          typeof value === "string" ? run.redactor.clean(value) : value;
        run.world.print(JSON.stringify(entry, cleaned));
      }
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
      { ...this.#options, where: whereOf(this.#options) },
    );
    if (ofLaterCalls) this.#options.budget.close(ofLaterCalls);
    throw error;
  }

  /** The place in a reply; keys of its metadata are not ours. */
  #placeIn(issue: z.core.$ZodIssue | undefined): string {
    const path = issue?.path.join(".");
    return path ? (vendorWords(path, this.#options.run.redactor) ?? "a field of the reply") : "its top";
  }

  #understand<T>(call: Call<T>, status: number, { text, flaw }: Body, body: unknown): T {
    const what = `the ${status} reply to ${call.method} ${call.path}`;
    const unusable = (why: string) =>
      new ReplyError(
        `${this.#options.title} could not ${call.operation}: ${what} ${why}`,
        `Run the same command again; if it stays, check the base URL, ${whereOf(this.#options)}`,
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
            : `at ${this.#placeIn(issue)}: ${issue?.message ?? "unexpected"}`);
      throw unusable(`cannot be understood (${why})`);
    }
    const { data } = parsed;
    if (call.expects === undefined || call.expects.idOf(data) === call.expects.id) return data;
    throw unusable(
      `is about another id, ${printable(call.expects.idOf(data))}: a cache on the way, or what was asked for is no id`,
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
