import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";

/** Serves requests at a port of an address, and resolves to the server and the port that was really taken. */
export async function serve(
  fetch: Parameters<typeof getRequestListener>[0],
  port: number,
  address: string,
): Promise<{ server: Server; port: number }> {
  // The adapter's replacements of the global Request and Response would leak into the program under test.
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  const taken = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.off("error", reject);
      const bound = server.address();
      resolve(typeof bound === "object" && bound !== null ? bound.port : port);
    });
  });
  return { server, port: taken };
}

/** Stops listening and destroys open connections. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Already closed is fine, too.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
