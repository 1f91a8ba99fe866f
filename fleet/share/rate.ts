import { type Count, counted, type Rate, rolled, WINDOW_MS, type Window } from "./rate-window";

/** A process asks for permits, and tells what replies said since it asked last. */
export interface Ask {
  /** The id of the process. */
  readonly process: string;
  /** How many permits it wants; 0 only tells. */
  readonly want: number;
  /** Calls that it sent without a permit, while it could not ask, and how long ago the last of them was. */
  readonly spent?: { readonly calls: number; readonly agoMs: number } | undefined;
  /** The rate that the vendor documents, where it does. */
  readonly documented?: Rate | undefined;
  readonly count?: Count | undefined;
  /** The vendor refused a call: how long all calls pause, in milliseconds. */
  readonly pauseMs?: number | undefined;
  /** The vendor did not say how long, so one call finds out. */
  readonly isGuessed?: boolean | undefined;
  /** The call that was to find out went through. */
  readonly isProbed?: boolean | undefined;
}

/** The answer: permits, or how long to wait before asking again. */
export interface Grant {
  readonly granted: number;
  /** How long the permits hold, in milliseconds. */
  readonly validMs: number;
  readonly waitMs: number;
  /** The vendor takes no call until then: a pause, or a window that is used up. */
  readonly isPause: boolean;
  /** The one call that finds out whether the vendor takes calls again. */
  readonly isProbe: boolean;
  /** How many processes share the rate now. */
  readonly sharers: number;
}

/** All that the processes of a fleet know of one credential's rate. Times are in ms since the epoch. */
export interface RateState {
  readonly pausedUntilMs: number;
  /** One call at a time finds out whether the vendor takes calls again; when the last one is given up. */
  readonly probeUntilMs?: number | undefined;
  readonly window?: Window | undefined;
  /** Permits under the documented rate: when they were last valid, and how many. */
  readonly given: readonly (readonly [number, number])[];
  /** When each process was heard of last. */
  readonly sharers: Readonly<Record<string, number>>;
}

export const UNUSED: RateState = { pausedUntilMs: 0, given: [], sharers: {} };

/** The longest that permits hold, in milliseconds. */
const LOT_MS = 1_000;
/** How long a probe may take before another call is let through, in milliseconds. */
const PROBE_MS = 10_000;
/** How soon to ask again while only a reply of another process can tell, in milliseconds. */
const SOON_MS = 200;
/** A process that was not heard of for so long shares no more, in milliseconds. */
const GONE_MS = 60_000;
/** Parts of a documented stretch of time in which permits are counted together. */
const PARTS = 200;

/** Answers an ask. @returns the answer, and the state after it */
export function answer(before: RateState, ask: Ask, nowMs: number): { state: RateState; grant: Grant } {
  const told = tell(before, ask, nowMs);
  const sharers = Object.keys(told.sharers).length;
  const none = { granted: 0, validMs: 0, waitMs: 0, isPause: false, isProbe: false, sharers };
  if (ask.want === 0) return { state: told, grant: none };
  const pauseMs = told.pausedUntilMs - nowMs;
  if (pauseMs > 0) return { state: told, grant: { ...none, waitMs: pauseMs, isPause: true } };
  if (told.probeUntilMs !== undefined && told.probeUntilMs > nowMs)
    return { state: told, grant: { ...none, waitMs: SOON_MS } };
  const isProbe = told.probeUntilMs !== undefined;
  const { state, ...given } = take(told, isProbe ? { ...ask, want: 1 } : ask, nowMs);
  const probeUntilMs = isProbe && given.granted > 0 ? nowMs + PROBE_MS : state.probeUntilMs;
  return { state: { ...state, probeUntilMs }, grant: { ...none, ...given, isProbe } };
}

/** Takes note of what a process tells. */
function tell(state: RateState, ask: Ask, nowMs: number): RateState {
  const { process, count, pauseMs, isGuessed, isProbed, spent } = ask;
  const live = Object.entries(state.sharers).filter(([, atMs]) => atMs > nowMs - GONE_MS);
  const open = rolled(state.window, ask.documented, nowMs);
  const window = open && { ...open, left: Math.max(0, open.left - (spent?.calls ?? 0)) };
  const given = state.given.reduce(
    (sum, [lastMs, each]) => (lastMs > nowMs - WINDOW_MS ? sum + each : sum),
    0,
  );
  const probeUntilMs = isProbed ? undefined : isGuessed ? 0 : state.probeUntilMs;
  return {
    ...state,
    probeUntilMs,
    given: spent === undefined ? state.given : [...state.given, [nowMs - spent.agoMs, spent.calls]],
    pausedUntilMs: Math.max(state.pausedUntilMs, nowMs + (pauseMs ?? 0)),
    window: count === undefined ? window : counted(window, { ...count, given }, ask.documented, nowMs),
    sharers: { ...Object.fromEntries(live), [process]: nowMs },
  };
}

type Taken = Pick<Grant, "granted" | "validMs" | "waitMs" | "isPause"> & { readonly state: RateState };

function take(state: RateState, ask: Ask, nowMs: number): Taken {
  if (state.window) return takeOfWindow(state, state.window, ask, nowMs);
  if (ask.documented) return takeOfDocumented(state, ask.documented, ask, nowMs);
  return { state, granted: ask.want, validMs: LOT_MS, waitMs: 0, isPause: false };
}

function takeOfWindow(state: RateState, window: Window, { want }: Ask, nowMs: number): Taken {
  const { left, endMs } = window;
  if (left <= 0) {
    const waitMs = endMs === undefined ? SOON_MS : endMs - nowMs;
    return { state, granted: 0, validMs: 0, waitMs, isPause: endMs !== undefined };
  }
  const granted = Math.min(want, left);
  const validMs = endMs === undefined ? LOT_MS : Math.min(LOT_MS, endMs - nowMs);
  const after = { ...state, window: { ...window, left: left - granted } };
  return { state: after, granted, validMs, waitMs: 0, isPause: false };
}

/** In every stretch of time of the documented length, as if the vendor looked back at each call. */
function takeOfDocumented(state: RateState, { requests, perMs }: Rate, { want }: Ask, nowMs: number): Taken {
  const part = perMs / PARTS;
  const given = state.given.filter(([lastMs]) => lastMs > nowMs - perMs);
  const used = given.reduce((sum, [, count]) => sum + count, 0);
  const granted = Math.min(want, requests - used);
  if (granted <= 0) {
    const [lastMs = nowMs] = given[0] ?? [];
    return {
      state: { ...state, given },
      granted: 0,
      validMs: 0,
      waitMs: lastMs + perMs - nowMs,
      isPause: false,
    };
  }
  const validMs = Math.min(LOT_MS, part);
  const last = given.at(-1);
  const isTogether = last !== undefined && nowMs + validMs - last[0] < part;
  const next = [nowMs + validMs, granted + (isTogether ? last[1] : 0)] as const;
  const after = { ...state, given: [...(isTogether ? given.slice(0, -1) : given), next] };
  return { state: after, granted, validMs, waitMs: 0, isPause: false };
}
