import { describeFault, type FaultRuleOf } from "../core/faults";
import type { LoggedRequestOf, RequestLog } from "../core/log";
import { namedFaults } from "../core/named-faults";
import type { Vendor } from "../core/vendor";
import type { About, RequestLine, State } from "./view";

const shownRequests = 200;
const shownAccounts = 500;

/** What the page shows of vendors, and where it is addressed. */
export type Overview<Name extends string> = readonly {
  readonly name: Name;
  readonly title: string;
  readonly url: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
}[];

type Running<Name extends string> = readonly (readonly [Name, Vendor])[];

/** What does not change while the emulator runs. */
export function aboutOf<Name extends string>(vendors: Running<Name>, overview: Overview<Name>): About {
  return {
    faults: [
      ...Object.entries(namedFaults).map(([name, { what }]) => ({ name, what })),
      ...[400, 401, 403, 404, 500, 503].map((status) => ({
        name: `status-${status}`,
        what: `the vendor's own ${status}; nothing is done`,
      })),
    ],
    vendors: overview.map(({ name, title, url }) => {
      const vendor = vendors.find(([each]) => each === name)?.[1];
      return {
        name,
        title,
        url,
        routes: (vendor?.routes ?? []).map(({ method, path }) => `${method} ${path}`),
      };
    }),
  };
}

/** The state that the page polls. Bodies are left out, since they may hold secrets. */
export function stateOf<Name extends string>(
  vendors: Running<Name>,
  overview: Overview<Name>,
  { log, faults }: { log: RequestLog<Name>; faults: readonly FaultRuleOf<Name>[] },
): State {
  const latest = log.latest(shownRequests).toReversed();
  return {
    vendors: vendors.map(([name, { switches }]) => {
      const rows = overview.find((each) => each.name === name)?.rows ?? [];
      const { enforceRateLimit, requestsPerMinute, latencyMs } = switches;
      return {
        name,
        rate: enforceRateLimit ? requestsPerMinute : null,
        latencyMs,
        rows: rows.slice(-shownAccounts).toReversed(),
        accounts: rows.length,
      };
    }),
    faults: faults.map(faultLine),
    count: log.count,
    requests: latest.map((request, index) => requestLine(request, log.count - index)),
  };
}

function requestLine<Name extends string>(request: LoggedRequestOf<Name>, number: number): RequestLine {
  const { vendor, method, path, query, status, fault, at } = request;
  return {
    number,
    vendor,
    method,
    path,
    query: queryText(query),
    status: status ?? null,
    fault: fault ?? null,
    at: at.toISOString(),
  };
}

/** Names under which a client might send a credential by mistake. */
const CREDENTIAL = /key|token|secret|password|auth|credential/i;

function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${name}=${CREDENTIAL.test(name) ? "…" : value}`)
    .join("&");
}

/** `zavu: lost-reply, the next 2 changes` */
function faultLine<Name extends string>(rule: FaultRuleOf<Name>): string {
  const { vendor = "every vendor", method, path, writesOnly, times = 1, fault } = rule;
  const known = Object.entries(namedFaults).find(([, named]) => named.fault === fault);
  const route = [method, path].filter((part) => part !== undefined).join(" ");
  const noun = route || (writesOnly ? "change" : "request");
  return `${vendor}: ${known?.[0] ?? describeFault(fault)}, ${howMany(times, noun, route === "")}`;
}

function howMany(times: number, noun: string, hasPlural: boolean): string {
  if (times === 1) return `the next ${noun}`;
  if (times === Number.POSITIVE_INFINITY) return `every ${noun}`;
  return hasPlural ? `the next ${times} ${noun}s` : `the next ${times} of ${noun}`;
}
