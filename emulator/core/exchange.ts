import type { HttpBindings } from "@hono/node-server";
import { vendorClock } from "./common-switches";
import { echoOf } from "./echo";
import { describeFault, type Fault, type Faults } from "./faults";
import type { LateEffects } from "./late";
import { parseForLog, type RequestLog } from "./log";
import {
  cutListing,
  endless,
  foreignReply,
  gzipped,
  handled,
  htmlPage,
  reply,
  slow,
  truncated,
  wait,
} from "./replies";
import type { Vendor } from "./vendor";

/** The state that all requests to an emulator share. */
interface Shared<VendorName extends string> {
  readonly log: RequestLog<VendorName>;
  readonly faults: Faults<VendorName>;
  readonly late: LateEffects;
  readonly now: () => Date;
}

/** One request on its way through the emulator. */
interface Passage {
  readonly vendor: Vendor;
  readonly request: Request;
  readonly text: string;
  readonly node: HttpBindings;
  readonly late: LateEffects;
  readonly now: () => Date;
}

/** The stages of one request to a vendor: the log, the scripted fault, the vendor, the fault again. */
export async function exchange<VendorName extends string>(
  name: VendorName,
  vendor: Vendor,
  request: Request,
  node: HttpBindings,
  { log, faults, late, now }: Shared<VendorName>,
): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.slice(name.length + 1) || "/";
  const entry = log.arrive(name, request, url, path, now());
  const fault = faults.take(name, request.method, path);
  if (fault) entry.fault = describeFault(fault);

  const text = await request.text().catch(() => undefined);
  if (text === undefined) return handled();
  entry.body = parseForLog(text);
  if (vendor.switches.latencyMs > 0) await wait(vendor.switches.latencyMs);
  await late.land();

  const { method, headers } = request;
  const asked = fault?.kind === "instead" ? fault.path : path + url.search;
  const inner = new Request(new URL(asked, url), { method, headers });
  const passage: Passage = { vendor, request: inner, text, node, late, now };
  let response = (await before(fault, passage)) ?? echoed(passage) ?? (await after(fault, passage));
  if (vendor.switches.gzip) response = await gzipped(response);
  if (response.headers.has("x-hono-already-sent")) {
    if (node.outgoing.headersSent) entry.status = node.outgoing.statusCode;
  } else {
    entry.status = response.status;
  }
  return response;
}

/** The part of a fault that comes before the effect; a response means that there is no effect, or a late one. */
async function before(fault: Fault | undefined, passage: Passage): Promise<Response | undefined> {
  if (fault === undefined) return undefined;
  if (fault.kind === "foreign") return foreignReply(fault.as, passage.now());
  if (!("when" in fault) || fault.when === undefined || fault.when === "after") return undefined;
  if (fault.kind === "delay") {
    await wait(fault.ms);
    return undefined;
  }
  if (fault.when !== "before") {
    const { vendor, request, text, late } = passage;
    late.add(fault.when.lateMs, () => vendor.answer(request, text, 0));
  }
  return replaced(fault, passage);
}

/** The refusal of a vendor that repeats what it was sent, where its switch says so. */
function echoed(passage: Passage): Response | undefined {
  const { vendor, request, text } = passage;
  const { echo } = vendor.switches;
  if (echo === undefined) return undefined;
  const { message, requestId } = echoOf(request, text, echo);
  return reply(400, vendor.errorBody(400, request, message), {
    ...headersOf(passage),
    "x-request-id": requestId,
  });
}

/** The effect with the vendor's reply, and the part of a fault that comes then. */
async function after(fault: Fault | undefined, passage: Passage): Promise<Response> {
  const { vendor, request, text, node } = passage;
  const response = await vendor.answer(request, text, fault?.kind === "lag" ? fault.reads : 0);
  for (const [header, value] of Object.entries(headersOf(passage))) response.headers.set(header, value);
  switch (fault?.kind) {
    case "delay":
      if (fault.when !== "before") await wait(fault.ms);
      return response;
    case "truncate":
      return truncated(response, node);
    case "endless":
      return endless(response, node);
    case "slow":
      return slow(response, node, fault.ms);
    case "cut":
      return cutListing(response, fault.keep, vendor.lastPage);
    case "drop":
    case "hang":
    case "garbage":
    case "status":
      return replaced(fault, passage);
    default:
      return response;
  }
}

type Replacement = Extract<Fault, { kind: "drop" | "status" | "hang" | "garbage" }>;

async function replaced(fault: Replacement, passage: Passage): Promise<Response> {
  const { vendor, request, node } = passage;
  switch (fault.kind) {
    case "drop":
      node.incoming.socket.destroy();
      return handled();
    case "hang":
      if (!node.outgoing.destroyed) await new Promise((resolve) => node.outgoing.once("close", resolve));
      return handled();
    case "garbage":
      return reply(fault.status ?? 200, htmlPage("502 Bad Gateway"), headersOf(passage));
    case "status":
      return reply(fault.status, fault.body ?? vendor.errorBody(fault.status, request), {
        ...headersOf(passage),
        ...fault.headers,
      });
  }
}

/** The headers of every reply of a vendor, its own time among them. */
function headersOf({ vendor, request, now }: Passage): Record<string, string> {
  const date = vendorClock(now, vendor.switches)().toUTCString();
  return { date, ...vendor.replyHeaders(request) };
}
