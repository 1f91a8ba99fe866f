import type { About, HandFields, State } from "../view.ts";

/** What went wrong with a call, in words for the page. */
export class Problem extends Error {}

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const reply = await fetch(path, { method, ...(method !== "GET" && { headers }), ...sent }).catch(() => {
    throw new Problem("The emulator is not running.");
  });
  if (reply.ok) return reply;
  const { problem }: { problem?: string } = await reply.json().catch(() => ({}));
  throw new Problem(problem ?? `The emulator answered ${reply.status}.`);
}

const accountPath = (vendor: string, id: string): string =>
  `/_/vendors/${encodeURIComponent(vendor)}/accounts/${encodeURIComponent(id)}`;

export const readAbout = async (): Promise<About> => (await call("GET", "/_/about")).json();
export const readState = async (): Promise<State> => (await call("GET", "/_/state")).json();
export const readFields = async (vendor: string, id: string): Promise<HandFields> =>
  (await call("GET", accountPath(vendor, id))).json();
export const addFault = (text: string): Promise<unknown> => call("POST", "/_/faults", text);
export const clearFaults = (): Promise<unknown> => call("DELETE", "/_/faults");
export const changeSettings = (vendor: string, rate: number | null, latencyMs: number): Promise<unknown> =>
  call("PUT", `/_/vendors/${encodeURIComponent(vendor)}`, { rate, latencyMs });
export const changeAccount = (vendor: string, id: string, texts: Record<string, string>): Promise<unknown> =>
  call("PATCH", accountPath(vendor, id), texts);
export const removeAccount = (vendor: string, id: string): Promise<unknown> =>
  call("DELETE", accountPath(vendor, id));
