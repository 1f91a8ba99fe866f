import type { UsageWindow } from "../../provider/core/usage";

/** A day, in milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/** A calendar month in UTC. */
export interface Month {
  /** `2026-11`. */
  readonly name: string;
  /** Milliseconds since the epoch; `endMs` is the beginning of the next one. */
  readonly startMs: number;
  readonly endMs: number;
}

/** The month of a time. */
export function monthOf(ms: number): Month {
  return monthAt(new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth());
}

/** Reads `2026-11`; undefined for another text. */
export function readMonth(text: string): Month | undefined {
  const [, year, month] = /^(2\d{3})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  return year === undefined ? undefined : monthAt(Number(year), Number(month) - 1);
}

function monthAt(year: number, month: number): Month {
  const startMs = Date.UTC(year, month, 1);
  return {
    name: new Date(startMs).toISOString().slice(0, 7),
    startMs,
    endMs: Date.UTC(year, month + 1, 1),
  };
}

/** The window of a month, up to the end of the day where the month is not over. */
export function windowOf({ startMs, endMs }: Month, nowMs: number): UsageWindow {
  const endOfDay = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  return {
    from: new Date(startMs).toISOString(),
    to: new Date(Math.min(endMs, Math.max(endOfDay, startMs + DAY_MS)) - 1).toISOString(),
  };
}

/** Whether a period was over at a time. The end of a window of this month is known to the day. */
export function isOver(kind: string, to: string | null, nowMs: number): boolean {
  if (to === null || (kind !== "cycle" && kind !== "window")) return false;
  const endMs = Date.parse(to);
  const isOfThisMonth = monthOf(endMs).startMs === monthOf(nowMs).startMs;
  return endMs + (kind === "window" && isOfThisMonth ? DAY_MS : 0) <= nowMs;
}

/** A time of a vendor as ISO 8601 in UTC; Bolna writes none. `null` where it is no time. */
export function utc(text: string | undefined): string | null {
  if (text === undefined) return null;
  const zoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes("T") ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** The last day of a period, `2026-10-31`; of one that ends at midnight the day before. */
export function lastDayOf(to: string | null): string {
  return to === null ? "n/a" : new Date(Date.parse(to) - 1).toISOString().slice(0, 10);
}
