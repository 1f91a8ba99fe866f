import type { Fault } from "pulumi-subaccounts/emulator";

/** What happens to one call of an operation. */
export type Disturbance =
  /** CLI and provider, or the CLI alone, are killed when the call has had its effect, or before it has one. */
  | { readonly kind: "kill"; readonly when: "before" | "after"; readonly cliAlone?: boolean }
  /** Ctrl-C while the call is under way. */
  | { readonly kind: "signal" }
  /** A scripted fault, of this call alone or from it on. */
  | { readonly kind: "fault"; readonly fault: Fault; readonly lasts?: boolean };

/** How long a call under way lasts when Ctrl-C comes, in milliseconds. */
const UNDER_WAY_MS = 1_500;

/** How many reads do not see a lagging write. */
export const LAG_READS = 2;

/** With what a row runs: the real engine, or its stand-in with Pulumi's real provider process. */
export type Tier = "engine" | "provider";

/** One column of the table, or half of one. */
interface Column {
  /** As in the page: what happens, and when. */
  readonly name: string;
  readonly group: "faults" | "kills" | "signals";
  readonly tier: Tier;
  /** Which calls it can happen to, by their label. */
  readonly isFor: (label: string) => boolean;
  readonly disturbance: Disturbance;
}

type FaultOf = Extract<Disturbance, { kind: "fault" }>;

const every = () => true;
// To kill before a call that only reads is to kill after the one before it.
const writes = (label: string) => !label.startsWith("GET ");

const fault = (name: string, what: FaultOf["fault"], more: Partial<FaultOf> = {}): Column => ({
  name,
  group: "faults",
  tier: "provider",
  isFor: every,
  disturbance: { kind: "fault", fault: what, ...more },
});

const twice = (name: string, make: (when: "before" | "after") => FaultOf["fault"]): Column[] =>
  (["before", "after"] as const).map((when) => fault(`${name} ${when}`, make(when)));

/** Everything that is done to every call. */
export const disturbances: readonly Column[] = [
  {
    name: "kill after",
    group: "kills",
    tier: "engine",
    isFor: every,
    disturbance: { kind: "kill", when: "after" },
  },
  { name: "Ctrl-C", group: "signals", tier: "engine", isFor: every, disturbance: { kind: "signal" } },
  {
    name: "kill before",
    group: "kills",
    tier: "engine",
    isFor: writes,
    disturbance: { kind: "kill", when: "before" },
  },
  {
    name: "kill of the CLI alone",
    group: "kills",
    tier: "engine",
    isFor: writes,
    disturbance: { kind: "kill", when: "after", cliAlone: true },
  },
  fault("outage", { kind: "status", status: 503, when: "before" }, { lasts: true }),
  ...twice("drop", (when) => ({ kind: "drop", when })),
  ...twice("500", (when) => ({ kind: "status", status: 500, when })),
  ...twice("429", (when) => ({ kind: "status", status: 429, when })),
  ...twice("429 with Retry-After", (when) => ({
    kind: "status",
    status: 429,
    when,
    headers: { "retry-after": "1" },
  })),
  ...twice("garbage", (when) => ({ kind: "garbage", when })),
  fault("truncated", { kind: "truncate" }),
  fault("lag", { kind: "lag", reads: LAG_READS }),
  ...twice("no reply", (when) => ({ kind: "hang", when })),
];

/** The fault that the vendor's stand-in is given for it. */
export function faultOf(disturbance: Disturbance): Fault {
  switch (disturbance.kind) {
    case "kill":
      return { kind: "hang", when: disturbance.when };
    case "signal":
      return { kind: "delay", ms: UNDER_WAY_MS };
    case "fault":
      return disturbance.fault;
  }
}
