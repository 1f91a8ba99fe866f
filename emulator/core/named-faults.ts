import type { Fault } from "./faults";

/** A fault that people ask for by its name. */
interface NamedFault {
  /** What happens, for help and page. */
  readonly what: string;
  readonly fault: Fault;
  /** Whether it says something about requests that change something alone, so that it waits for one. */
  readonly ofWrites?: true;
  /** Whether it needs the route of a listing. */
  readonly ofListings?: true;
}

/** Faults by name. `status-<code>`, from 400 to 599, is another one. */
export const namedFaults: Readonly<Record<string, NamedFault>> = {
  "lost-reply": {
    what: "a change is made, and the connection breaks before its reply",
    fault: { kind: "drop", when: "after" },
    ofWrites: true,
  },
  "lost-request": {
    what: "the connection breaks before anything is done",
    fault: { kind: "drop", when: "before" },
  },
  "late-effect": {
    what: "the connection breaks, and the change is made 5 seconds later",
    fault: { kind: "drop", when: { lateMs: 5000 } },
    ofWrites: true,
  },
  "failed-reply": {
    what: "a change is made, and the reply is a 500",
    fault: { kind: "status", when: "after", status: 500 },
    ofWrites: true,
  },
  "rate-limited": {
    what: "429 with Retry-After: 1; nothing is done",
    fault: { kind: "status", when: "before", status: 429, headers: { "retry-after": "1" } },
  },
  hang: { what: "no reply, until the client gives up", fault: { kind: "hang", when: "before" } },
  delay: { what: "the reply comes 5 seconds late", fault: { kind: "delay", ms: 5000 } },
  slow: { what: "the reply's body comes in pieces, for 5 seconds", fault: { kind: "slow", ms: 5000 } },
  truncate: { what: "the connection breaks in the middle of the reply", fault: { kind: "truncate" } },
  endless: { what: "the reply's body does not end", fault: { kind: "endless" } },
  garbage: {
    what: "a gateway's HTML page with 502; nothing is done",
    fault: { kind: "garbage", when: "before", status: 502 },
  },
  foreign: {
    what: "a 404 that is a gateway's, not the vendor's; nothing is done",
    fault: { kind: "foreign", as: "html" },
  },
  lag: {
    what: "a change is made, and the next 3 reads do not show it",
    fault: { kind: "lag", reads: 3 },
    ofWrites: true,
  },
  cut: {
    what: "a listing shows nothing and says that this is all; needs the route of a listing",
    fault: { kind: "cut", keep: 0 },
    ofListings: true,
  },
};

/** The names that people are shown. */
export const faultNames: readonly string[] = [...Object.keys(namedFaults), "status-<400 to 599>"];

/** The fault of a name; undefined where there is none. */
export function faultNamed(name: string): NamedFault | undefined {
  if (Object.hasOwn(namedFaults, name)) return namedFaults[name];
  const status = Number(/^status-([45]\d\d)$/.exec(name)?.[1]);
  return Number.isNaN(status)
    ? undefined
    : { what: `${status}; nothing is done`, fault: { kind: "status", when: "before", status } };
}
