import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import type { HttpBindings } from "@hono/node-server";
import type { ForeignReply } from "./faults";

/** A body of HTML, as gateways answer with. */
export const htmlPage = (title: string): string =>
  `<!doctype html><html><body><h1>${title}</h1></body></html>`;

/** The 404s of others than the vendor: they know nothing of its accounts. */
const foreignBodies: Readonly<Record<ForeignReply, unknown>> = {
  html: htmlPage("404 Not Found"),
  "no route": { message: "no Route matched with those values" },
  "not found": { message: "Not Found" },
  code: { error: { code: "NOT_FOUND" } },
};

/** Tells the HTTP adapter that the raw response has been dealt with. */
export const handled = (): Response => new Response(null, { headers: { "x-hono-already-sent": "true" } });

/** A reply with a text for HTML, or with anything else for JSON. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const bare = status === 204 || status === 304;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/html; charset=utf-8" : "application/json";
  const response = new Response(bare ? null : text, {
    status,
    headers: bare ? {} : { "content-type": type },
  });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** A 404 that a gateway in front of the vendor answers, without any header of the vendor. */
export function foreignReply(as: ForeignReply, now: Date): Response {
  return reply(404, foreignBodies[as], { date: now.toUTCString() });
}

/** The same reply with its body compressed. */
export async function gzipped(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const { status, headers } = response;
  const compressed = new Response(gzipSync(await response.arrayBuffer()), { status, headers });
  compressed.headers.set("content-encoding", "gzip");
  return compressed;
}

/** Sends the reply but for its last character, and blanks for ever, which a reader of JSON skips. */
export async function endless(response: Response, node: HttpBindings): Promise<Response> {
  const text = await response.text();
  return streamed(response, node, function* () {
    yield text.slice(0, -1);
    for (const blanks = " ".repeat(65_536); ; ) yield blanks;
  });
}

/** Sends the head at once and the body in ten pieces. */
export async function slow(response: Response, node: HttpBindings, ms: number): Promise<Response> {
  const body = Buffer.from(await response.arrayBuffer());
  const size = Math.ceil(body.length / 10);
  return streamed(response, node, async function* () {
    for (let start = 0; start < body.length; start += size) {
      await wait(ms / 10);
      yield body.subarray(start, start + size);
    }
  });
}

type Pieces = () => Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

async function streamed(
  { status, headers }: Response,
  { outgoing }: HttpBindings,
  pieces: Pieces,
): Promise<Response> {
  outgoing.writeHead(status, Object.fromEntries(headers));
  outgoing.flushHeaders();
  // Clients that leave end it with an error.
  await pipeline(Readable.from(pieces()), outgoing).catch(() => {});
  return handled();
}

/** Waits in real time. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // A pending delay must not keep a finished process alive.
    setTimeout(resolve, ms).unref();
  });
}

/** Sends the head and half of the body, then closes the socket. */
export async function truncated(response: Response, { outgoing }: HttpBindings): Promise<Response> {
  const body = Buffer.from(await response.arrayBuffer());
  // A reply without a body (204) can only be cut before it begins.
  if (body.length > 0 && !outgoing.destroyed) {
    outgoing.writeHead(response.status, {
      ...Object.fromEntries(response.headers),
      "content-length": body.length,
    });
    await new Promise<void>((resolve) => outgoing.write(body.subarray(0, body.length / 2), () => resolve()));
  }
  outgoing.destroy();
  return handled();
}

/** A listing of which this page shows so many items and says that it is the last. */
export async function cutListing(
  response: Response,
  keep: number,
  lastPage: (shown: number) => object,
): Promise<Response> {
  const body: unknown = await response.json();
  const { status, headers } = response;
  return Response.json(cutBody(body, keep, lastPage(keep)), { status, headers });
}

function cutBody(body: unknown, keep: number, ends: object): unknown {
  if (Array.isArray(body)) return body.slice(0, keep);
  const members = Object.entries(Object(body));
  if (!members.some(([, value]) => Array.isArray(value)))
    throw new Error("emulator: the reply is no listing");
  return Object.fromEntries(
    members.map(([name, value]) => [
      name,
      Array.isArray(value)
        ? value.slice(0, keep)
        : Object.hasOwn(ends, name)
          ? Reflect.get(ends, name)
          : value,
    ]),
  );
}
