import type { HttpBindings } from "@hono/node-server";
import { describeFault, type Fault, type Faults } from "./faults";
import { parseForLog, type RequestLog } from "./log";
import type { Vendor } from "./vendor";

const page = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";

/** Tells the HTTP adapter that the raw response has been dealt with. */
const handled = (): Response => new Response(null, { headers: { "x-hono-already-sent": "true" } });

/** What one request to a vendor passes through: the log, the scripted fault, the vendor, the fault again. */
export async function exchange<VendorName extends string>(
  name: VendorName,
  vendor: Vendor,
  request: Request,
  node: HttpBindings,
  emulator: { log: RequestLog<VendorName>; faults: Faults<VendorName>; now: () => Date },
): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.slice(name.length + 1) || "/";
  const entry = emulator.log.arrive(name, request, url, path, emulator.now());
  const fault = emulator.faults.take(name, request.method, path);
  if (fault) entry.fault = describeFault(fault);

  const text = await request.text().catch(() => undefined);
  if (text === undefined) return handled();
  entry.body = parseForLog(text);

  const inner = new Request(new URL(path + url.search, url), {
    method: request.method,
    headers: request.headers,
  });
  let response = await early(fault, vendor, inner, node);
  if (response === undefined) {
    response = await vendor.answer(inner, text, fault?.kind === "lag" ? fault.reads : 0);
    for (const [header, value] of Object.entries(vendor.replyHeaders(inner)))
      response.headers.set(header, value);
    response = (await late(fault, vendor, inner, response, node)) ?? response;
  }
  // The vendors' clock is the emulator's, not the machine's.
  response.headers.set("date", emulator.now().toUTCString());
  if (response.headers.has("x-hono-already-sent")) {
    if (node.outgoing.headersSent) entry.status = node.outgoing.statusCode;
  } else {
    entry.status = response.status;
  }
  return response;
}

/** The part of a fault that comes before the effect; a response means that there is no effect. */
async function early(
  fault: Fault | undefined,
  vendor: Vendor,
  request: Request,
  node: HttpBindings,
): Promise<Response | undefined> {
  if (fault === undefined || !("when" in fault) || fault.when !== "before") return undefined;
  if (fault.kind === "delay") {
    await wait(fault.ms);
    return undefined;
  }
  return replaced(fault, vendor, request, node);
}

/** The part of a fault that comes after the effect; undefined lets the vendor's reply through. */
async function late(
  fault: Fault | undefined,
  vendor: Vendor,
  request: Request,
  response: Response,
  node: HttpBindings,
): Promise<Response | undefined> {
  if (fault === undefined || ("when" in fault && fault.when === "before")) return undefined;
  switch (fault.kind) {
    case "lag":
      return undefined;
    case "delay":
      await wait(fault.ms);
      return undefined;
    case "truncate":
      return truncated(response, node);
    default:
      return replaced(fault, vendor, request, node);
  }
}

type Replacement = Extract<Fault, { kind: "drop" | "status" | "hang" | "garbage" }>;

async function replaced(
  fault: Replacement,
  vendor: Vendor,
  request: Request,
  node: HttpBindings,
): Promise<Response> {
  switch (fault.kind) {
    case "drop":
      node.incoming.socket.destroy();
      return handled();
    case "hang":
      if (!node.outgoing.destroyed) await new Promise((resolve) => node.outgoing.once("close", resolve));
      return handled();
    case "garbage":
      return reply(fault.status ?? 200, page, vendor.replyHeaders(request));
    case "status":
      return reply(fault.status, fault.body ?? vendor.errorBody(fault.status, request), {
        ...vendor.replyHeaders(request),
        ...fault.headers,
      });
  }
}

function reply(status: number, body: unknown, headers: Record<string, string>): Response {
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

async function truncated(response: Response, { outgoing }: HttpBindings): Promise<Response> {
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

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // A pending delay must not keep a finished process alive.
    setTimeout(resolve, ms).unref();
  });
}
