import type { RequestLine, State } from "../view.ts";
import { byId, say } from "./dom.mts";
import { type Row, Table } from "./table.mts";

const COLUMNS = ["time", "vendor", "method", "path", "status", "fault"];

const table = new Table(byId("requests", HTMLElement), "Requests to the vendors, newest first");
const vendor = byId("request-vendor", HTMLSelectElement);
const text = byId("request-filter", HTMLInputElement);
const failed = byId("request-failed", HTMLInputElement);

/** Calls `act` when a person changes a filter. */
export function onFilter(act: () => void): void {
  for (const control of [vendor, text, failed]) control.addEventListener("input", act);
}

/** Shows the latest requests that pass the filters. */
export function showRequests({ requests, count }: State): void {
  const shown = requests.filter(passes);
  const isAll = shown.length === count;
  say(byId("count", HTMLElement), count === 0 ? "" : isAll ? `${count}` : `${shown.length} of ${count}`);
  const empty = count === 0 ? "No requests yet." : "No request passes the filters.";
  table.update(COLUMNS, shown.map(rowOf), empty);
}

function passes(request: RequestLine): boolean {
  if (vendor.value !== "" && request.vendor !== vendor.value) return false;
  if (failed.checked && request.fault === null && request.status !== null && request.status < 400)
    return false;
  const { method, path, query, status, fault } = request;
  return `${method} ${path}?${query} ${status} ${fault}`
    .toLowerCase()
    .includes(text.value.trim().toLowerCase());
}

function rowOf({ number, vendor, method, path, query, status, fault, at }: RequestLine): Row {
  return {
    key: String(number),
    cells: [
      { text: new Date(at).toLocaleTimeString() },
      { text: vendor },
      { text: method, className: "code" },
      { text: path, className: "code path", after: query === "" ? "" : `?${query}` },
      { text: status === null ? "no reply" : String(status), className: toneOf(status) },
      { text: fault ?? "", className: "warn" },
    ],
  };
}

function toneOf(status: number | null): string {
  if (status === null) return "warn";
  return status < 300 ? "good" : "bad";
}
