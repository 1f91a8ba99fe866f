import type * as undici from "undici";
import { ConnectionError, effectOf, errorCode, isUntrusted } from "../base/errors";
import { refuseOldNode } from "../base/node";
import { printable } from "../base/printable";
import type { Run } from "../base/run";
import { type ForwardProxy, routeText } from "./proxy";
import { MAX_IN_FLIGHT } from "./rate-budget";
import { type Body, readBody } from "./reply-body";

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

/** Where the calls of a connection go. */
export interface Destination {
  readonly run: Run;
  /** The vendor's name as people write it, for messages. */
  readonly title: string;
  readonly baseUrl: string;
  /** Where the base URL came from, for messages. */
  readonly baseUrlSource: string;
  /** The proxy on the way; absent for a direct connection. */
  readonly proxy?: ForwardProxy | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a header as a line of printable characters. */
type Header = (name: string) => string | undefined;

/** The parts of a reply that are used. */
export interface Reply {
  readonly status: number;
  readonly header: Header;
  readonly body: Body;
}

/** A proxy's first call of a run goes alone: some proxies lock a user out after a few wrong passwords. */
interface KnownProxy {
  first?: Promise<unknown>;
  /** It did not accept the user: the fact, and what to do. */
  refusal?: { readonly said: string; readonly advice: string };
}

interface Sockets {
  readonly request: typeof undici.request;
  readonly dispatcher: undici.Dispatcher;
}

// What undici says of a proxy that answers CONNECT with another status than 200.
const NO_TUNNEL = /^Proxy response \((\d+)\)/;

const UNTRUSTED =
  "Its certificate is not trusted here: name a file with the certificate of the CA that issued it in NODE_EXTRA_CA_CERTS";

/** The base URL and where it came from, for people. */
export function whereOf({ baseUrl, baseUrlSource }: Pick<Destination, "baseUrl" | "baseUrlSource">): string {
  return `${baseUrl} from ${baseUrlSource}`;
}

/** Sends requests over one pool of kept-alive sockets, each once; undici is loaded with the first: a preview sends none. */
export class Exchange {
  readonly #to: Destination;
  #sockets: Promise<Sockets> | undefined;
  /** Failures before a proxy has opened the way: nothing was sent to the vendor. */
  readonly #beforeTunnel = new WeakSet<object>();

  constructor(to: Destination) {
    this.#to = to;
  }

  /** @throws ConnectionError */
  async send(call: Request): Promise<Reply> {
    const known = this.#knownProxy();
    if (known === undefined) return this.#send(call);
    if (known.first) await known.first;
    if (known.refusal) {
      const { said, advice } = known.refusal;
      const because = `nothing was sent, because ${said} before in this run`;
      throw new ConnectionError(
        `${this.#to.title} could not ${call.operation}: ${because}`,
        advice,
        "none",
        true,
      );
    }
    const sent = this.#send(call);
    known.first ??= sent.catch(() => undefined);
    return sent;
  }

  /** What all connections of this run know of the proxy on the way. */
  #knownProxy(): KnownProxy | undefined {
    const { run, proxy } = this.#to;
    return proxy && run.shared<KnownProxy>(`proxy ${proxy.url}`, () => ({}));
  }

  async #send(call: Request): Promise<Reply> {
    const { run, baseUrl, headers } = this.#to;
    const signal = AbortSignal.timeout(run.world.timeLimits.attemptMs);
    const url = new URL(baseUrl + call.path);
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const json = call.body === undefined ? undefined : JSON.stringify(call.body);
    this.#sockets ??= this.#connect();
    const { request, dispatcher } = await this.#sockets;
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
        const value = [reply.headers[name]].flat()[0];
        return value === undefined ? undefined : printable(value);
      };
      const body = await readBody(reply.body, header("content-encoding"));
      return { status: reply.statusCode, header, body };
    } catch (error) {
      throw this.#failure(call, url, error, signal.aborted);
    }
  }

  async #connect(): Promise<Sockets> {
    refuseOldNode();
    const { Agent, Pool, ProxyAgent, request } = await import("undici");
    const { run, proxy } = this.#to;
    const { connectMs: timeout } = run.world.timeLimits;
    const limits = { connections: MAX_IN_FLIGHT, pipelining: 1 };
    if (proxy === undefined) return { request, dispatcher: new Agent({ ...limits, connect: { timeout } }) };
    const dispatcher = new ProxyAgent({
      ...limits,
      uri: proxy.url,
      connectTimeout: timeout,
      // To the proxy itself: one that does not answer CONNECT by HTTP is like one that cannot be reached.
      clientFactory: (origin, options) => {
        const pool = new Pool(origin, { ...options, headersTimeout: timeout });
        const connect = pool.connect.bind(pool) as (to: undici.Dispatcher.ConnectOptions) => Promise<never>;
        const noted = (to: undici.Dispatcher.ConnectOptions) =>
          connect(to).catch((error: object) => {
            this.#beforeTunnel.add(error);
            throw error;
          });
        return Object.assign(pool, { connect: noted });
      },
    });
    return { request, dispatcher };
  }

  #failure(
    { operation, method, path }: Request,
    url: URL,
    error: unknown,
    isTimeUp: boolean,
  ): ConnectionError {
    const { title, proxy, run } = this.#to;
    const failed = `${title} could not ${operation}:`;
    const code = errorCode(error);
    const status = error instanceof Error ? NO_TUNNEL.exec(error.message)?.[1] : undefined;
    if (proxy !== undefined && status !== undefined) return this.#noTunnel(failed, proxy, url, status);
    const via = proxy === undefined ? "" : ` ${routeText(proxy)}`;
    const isNoTunnel = typeof error === "object" && error !== null && this.#beforeTunnel.has(error);
    if (isNoTunnel || effectOf(code) === "none") {
      const fact = `${failed} ${url.origin} cannot be reached${via} (${code}); nothing was sent`;
      if (isUntrusted(code)) return new ConnectionError(fact, UNTRUSTED, "none", true);
      const network = proxy === undefined ? "the network" : "the network, the proxy";
      return new ConnectionError(fact, `Check ${network} and the base URL, ${whereOf(this.#to)}`, "none");
    }
    const why = isTimeUp
      ? `gave no complete answer within ${run.world.timeLimits.attemptMs / 1000} s`
      : `broke off (${code})`;
    return new ConnectionError(
      `${failed} ${method} ${path}${via} ${why}`,
      "Run the same command again",
      "unknown",
    );
  }

  #noTunnel(failed: string, proxy: ForwardProxy, { host, hostname }: URL, status: string): ConnectionError {
    const said = `the proxy ${proxy.address} from ${proxy.variable} answered ${status} when asked for ${host}`;
    const fact = `${failed} ${said}; nothing was sent`;
    const known = this.#knownProxy();
    if (status === "407" && known) {
      const advice = `Give it the right user and password: export ${proxy.variable}=http://<user>:<password>@${proxy.address}`;
      known.refusal = { said, advice };
      return new ConnectionError(fact, advice, "none", true);
    }
    const advice = `Have the proxy let ${host} pass, or add ${hostname} to NO_PROXY where it can be reached directly`;
    return new ConnectionError(fact, advice, "none");
  }
}
