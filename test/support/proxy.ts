import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { text } from "node:stream/consumers";

/** A request as functions of a test see it; `path` has the query, `body` is a text. */
interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A reply as functions of a test see it, or make it: headers that are left out are not sent. */
interface ProxyReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What becomes of a request or a reply: undefined lets it pass, `drop` destroys the client's connection. */
type Ruling<T> = T | "drop" | undefined;

/** Changes a request before it is sent on, or answers it, so that it never reaches the vendor. */
type OnRequest = (
  request: ProxyRequest,
) => Ruling<ProxyRequest | ProxyReply> | Promise<Ruling<ProxyRequest | ProxyReply>>;

/** Changes a reply after the effect; gets the request as it was sent on. */
type OnReply = (
  reply: Required<ProxyReply>,
  request: ProxyRequest,
) => Ruling<ProxyReply> | Promise<Ruling<ProxyReply>>;

/** One request as it came, and what the client was answered; no status while it is pending, and if it was dropped. */
interface Passed {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  status: number | undefined;
  /** Who answered: the vendor (whatever became of its reply), or a function of the test. */
  by: "vendor" | "test";
}

/** A running proxy. */
export interface Proxy {
  /** Stands for the target's own address; paths stay the same. */
  readonly url: string;
  /** Every request in order of arrival. */
  readonly passed: readonly Passed[];
  /** Functions are asked in order; the first that does not let a request pass decides. */
  onRequest(rule: OnRequest): void;
  onReply(rule: OnReply): void;
  /** Lets everything pass from now on. */
  clear(): void;
  /** The same variables with every address of the target replaced by this one's. */
  through(env: Readonly<Record<string, string>>): Record<string, string>;
  close(): Promise<void>;
}

/**
 * Starts a proxy on any free port in front of `target`, `http://127.0.0.1:PORT`.
 *
 * @example
 * const proxy = await startProxy(stack.emulator.url);
 * Object.assign(stack.env, proxy.through(stack.env));
 * proxy.onReply((reply, { method }) => (method === "POST" ? "drop" : undefined));
 */
export async function startProxy(target: string): Promise<Proxy> {
  const passed: Passed[] = [];
  let requestRules: OnRequest[] = [];
  let replyRules: OnReply[] = [];

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const asked: ProxyRequest = {
      method: incoming.method ?? "",
      path: incoming.url ?? "/",
      headers: plainHeaders(incoming),
      body: await text(incoming),
    };
    const { method, path, body } = asked;
    const entry: Passed = { method, path, body, status: undefined, by: "vendor" };
    passed.push(entry);
    const ruling = (await firstOf(requestRules, (rule) => rule(asked))) ?? asked;
    if (ruling === "drop" || "status" in ruling) {
      entry.by = "test";
      return answer(outgoing, entry, ruling);
    }
    const reply = await forward(target, ruling, outgoing);
    if (replyRules.length === 0) {
      entry.status = reply.statusCode;
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
      return;
    }
    const vendors = {
      status: reply.statusCode ?? 502,
      headers: plainHeaders(reply),
      body: await text(reply),
    };
    answer(outgoing, entry, (await firstOf(replyRules, (rule) => rule(vendors, ruling))) ?? vendors);
  };

  const server = createServer((incoming, outgoing) => {
    // The vendor dropped the connection, or the client left: so does the proxy.
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    passed,
    onRequest: (rule) => requestRules.push(rule),
    onReply: (rule) => replyRules.push(rule),
    clear: () => {
      requestRules = [];
      replyRules = [];
    },
    through: (env) =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(target, url)])),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function firstOf<Rule, T>(
  rules: readonly Rule[],
  ask: (rule: Rule) => T | Promise<T>,
): Promise<T | undefined> {
  for (const rule of rules) {
    const ruling = await ask(rule);
    if (ruling !== undefined) return ruling;
  }
  return undefined;
}

function answer(outgoing: ServerResponse, entry: Passed, reply: ProxyReply | "drop"): void {
  if (reply === "drop") {
    outgoing.destroy();
    return;
  }
  entry.status = reply.status;
  outgoing.writeHead(reply.status, reply.headers).end(reply.body);
}

/** Sends a request on; the vendor loses it when the client leaves. */
function forward(
  target: string,
  { method, path, headers, body }: ProxyRequest,
  outgoing: ServerResponse,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = send(target + path, { method, headers, agent: false }, resolve);
    request.once("error", reject);
    outgoing.once("close", () => request.destroy());
    request.end(body);
  });
}

/** Headers that say nothing of this one connection or of the length of the body. */
function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const ofConnection = ["connection", "keep-alive", "transfer-encoding", "content-length", "host"];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.includes(name) ? [] : [[name, String(value)]],
    ),
  );
}
