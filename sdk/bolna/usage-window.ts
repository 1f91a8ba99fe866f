const DAY_MS = 24 * 60 * 60 * 1000;

/** Longest window of Bolna's usage, in days: https://www.bolna.ai/docs/api-reference/sub-accounts/usage */
const MOST_DAYS = 32;

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/;

/**
 * Finds the fault of a window of usage: how Bolna treats one that is too long is undocumented.
 * An end that is left out is Bolna's default, a day of today's (UTC).
 */
export function windowProblem(
  args: Readonly<Record<string, unknown>>,
  nowMs: number = Date.now(),
): string | undefined {
  for (const name of ["from", "to"]) {
    const text = args[name];
    if (typeof text !== "string" || (UTC.test(text) && !Number.isNaN(Date.parse(text)))) continue;
    return `${name} must be a time in UTC in the form of 2026-11-01T00:00:00Z`;
  }
  const { from, to } = args;
  // An output, which is not known yet.
  if (typeof (from ?? "") !== "string" || typeof (to ?? "") !== "string") return undefined;
  const today = new Date(nowMs);
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  const fromMs = typeof from === "string" ? Date.parse(from) : Date.UTC(year, month, 1);
  const toMs = typeof to === "string" ? Date.parse(to) : Date.UTC(year, month, day + 1) - 1;
  if (toMs < fromMs)
    return "to must not be before from; left out, from is the start of this month, to the end of today";
  if (toMs - fromMs <= MOST_DAYS * DAY_MS) return undefined;
  return `from and to must be at most ${MOST_DAYS} days apart; left out, from is the start of this month, to the end of today`;
}
