import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy of this machine, as a network that may part. */
export interface TcpProxy {
  readonly port: number;
  /** From now on nothing passes, in no direction: `stall` keeps connections and takes new ones, `drop` ends and refuses. */
  part(how: "stall" | "drop"): void;
  /** Lets everything pass again, with what was held back. */
  heal(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port in front of a port of this machine. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let state: "open" | "stall" | "drop" = "open";
  const server = createServer((client) => {
    if (state === "drop") return void client.destroy();
    const upstream = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => to.write(chunk));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (state === "stall") from.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    part: (how) => {
      state = how;
      for (const socket of sockets) {
        if (how === "stall") socket.pause();
        else socket.destroy();
      }
    },
    heal: () => {
      state = "open";
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
