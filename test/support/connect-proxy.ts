import { createServer, request, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { type Authority, createAuthority } from "./certificate";

/** A running forward proxy. */
interface ConnectProxy {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** `127.0.0.1:PORT`, as messages name it. */
  readonly address: string;
  /** What it was asked to connect to, as "host:port", and requests that were no CONNECT as "METHOD url". */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** How a proxy answers, beside making tunnels. */
export interface ConnectProxyOptions {
  /** The local port behind each "host:port"; it refuses others with 403. */
  readonly routes?: Readonly<Record<string, number>>;
  /** "user:password" that it asks for. */
  readonly credentials?: string;
  /** Answers every CONNECT with this text alone, and goes on reading; empty: it never answers. */
  readonly says?: string;
}

/** Starts a forward proxy: the one way to hosts that exist nowhere else. */
export async function startConnectProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const { routes = {}, credentials, says } = options;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.on("error", () => {}));
    return socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(405).end();
  });
  server.on("connection", keep);
  server.on("connect", (request, client: Socket) => {
    const target = request.url ?? "";
    asked.push(target);
    if (says !== undefined) return client.write(says);
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted && request.headers["proxy-authorization"] !== wanted) return client.end(refusal(407));
    const port = routes[target];
    if (port === undefined) return client.end(refusal(403));
    const upstream = keep(connect(port, "127.0.0.1"));
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    return upstream.once("close", () => client.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    asked,
    close: () => {
      // The server does not know the sockets of tunnels any more.
      for (const socket of sockets) socket.destroy();
      return closeServer(server);
    },
  };
}

function refusal(status: number): string {
  const body = "<html><body>Access denied by policy</body></html>";
  return `HTTP/1.1 ${status} Refused\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** A vendor on https, at a host name that no resolver knows. */
interface HiddenVendor {
  /** `https://HOST` in place of the target's own address. */
  readonly url: string;
  /** Who issued its certificate. */
  readonly authority: Authority;
  /** For {@link ConnectProxyOptions.routes}. */
  readonly routes: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Puts https and a host name of its own in front of `target`, `http://127.0.0.1:PORT`. */
export async function hideVendor(target: string, host = "api.vendor.test"): Promise<HiddenVendor> {
  const authority = createAuthority();
  const server = createTlsServer(authority.issue(host), (incoming, outgoing) => {
    // The emulator answers no other host than this machine.
    const { host: _, ...headers } = incoming.headers;
    const sent = request(`${target}${incoming.url}`, { method: incoming.method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    sent.once("error", () => outgoing.destroy());
    incoming.pipe(sent);
  });
  return {
    url: `https://${host}`,
    authority,
    routes: { [`${host}:443`]: await listen(server) },
    close: () => closeServer(server),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the server has no port"));
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
