import type { LoggedRequestOf, RequestLog } from "../core/log";

const shownRequests = 60;

/**
 * The state that the page polls: the vendors as given, and the latest requests, newest first. Bodies and queries are left out,
 * since they may hold secrets.
 */
export function pageState<Overview, Name extends string>(vendors: Overview, log: RequestLog<Name>) {
  return { vendors, count: log.count, requests: log.latest(shownRequests).toReversed().map(shown) };
}

function shown<Name extends string>({ vendor, method, path, status, fault, at }: LoggedRequestOf<Name>) {
  return { vendor, method, path, status: status ?? null, fault: fault ?? null, at: at.toISOString() };
}
