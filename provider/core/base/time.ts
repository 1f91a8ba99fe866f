// The zone is required: a time without one is read differently on every machine.
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

// A number of seconds since 1970 reaches this in the year 5138; one of milliseconds passed it in 1973.
const MOST_SECONDS = 1e11;

/**
 * Reads a time as vendors write it: RFC 3339 with any fraction, or seconds, milliseconds, microseconds or nanoseconds
 * since 1970 as a number or as text.
 *
 * @returns milliseconds since the epoch, or undefined for anything else.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === "number") return parseNumber(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return parseNumber(Number(text));
  const [, date, time, fraction = "", zone = ""] = RFC_3339.exec(text) ?? [];
  if (date === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** An ISO 8601 text of a time in milliseconds since the epoch. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function parseNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < MOST_SECONDS) return Math.round(value * 1e3);
  for (const perMs of [1, 1e3, 1e6]) if (value < MOST_SECONDS * 1e3 * perMs) return Math.round(value / perMs);
  return undefined;
}
