import { printable } from "../../../provider/core/base/printable";
import { percentOf } from "../metrics";
import { DAY_MS } from "../month";
import type { UsagePeriod } from "../usage-report";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text of unknown origin, for the content of an element or a quoted attribute. At most 300 characters. */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"]/g, (sign) => entities[sign] ?? "");

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const huge = new Intl.NumberFormat("en-US", { notation: "scientific", maximumFractionDigits: 2 });
const amounts = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1,234.5`, `1E300`; `n/a` for a figure that is not known. */
export const figure = (value: number | undefined): string =>
  value === undefined ? "n/a" : (Math.abs(value) < 1e15 ? numbers : huge).format(value);

/** `1,234.50`; `n/a` for an amount that is not known. */
export const money = (value: number | undefined): string =>
  value === undefined ? "n/a" : amounts.format(value);

/** A limit: `1,234`, `no limit`, `n/a`. */
export const limit = (value: number | null | undefined): string =>
  value === null ? "no limit" : figure(value);

/** `83 %`, rounded down so that 100 % is all of it; `n/a`. */
export const percent = (share: number | undefined): string =>
  share === undefined ? "n/a" : `${numbers.format(percentOf(share))} %`;

/** The name of a figure, as one reads it in code: `maxSpaces` for `limits.maxSpaces`. */
export const nameOf = (metric: string): string => escaped(metric.replace(/^limits\./, ""));

/**
 * A figure with its unit, where the name does not end in it: `creditLimit, cents`, `maxSpaces`. Of `runs at once`, the
 * period says the rest.
 */
export function labelOf({ metric, unit }: { readonly metric: string; readonly unit: string }): string {
  const short = unit.replace(/ at once$/, "");
  return metric.toLowerCase().endsWith(short) ? nameOf(metric) : `${nameOf(metric)}, ${escaped(short)}`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `27 Nov 2026`, in UTC. */
export function day(time: string | number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return escaped(String(time));
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `Nov 2026`, of `2026-11` or a time. */
export const monthOf = (time: string): string => day(time).replace(/^\d+ /, "");

/** `27 Nov 2026, 06:00 UTC` */
export const minute = (time: string): string =>
  `${day(time)}, ${new Date(time).toISOString().slice(11, 16)} UTC`;

/** `1–30 Nov 2026`, `28 Oct – 27 Nov 2026`; an end at midnight is the day before. */
function days(from: string, to: string): string {
  const [first, last] = [day(from), day(Date.parse(to) - 1)];
  const [firstDay, ...firstRest] = first.split(" ");
  const [lastDay, ...lastRest] = last.split(" ");
  if (first === last) return first;
  if (firstRest.join() === lastRest.join()) return `${firstDay}–${lastDay} ${lastRest.join(" ")}`;
  // Of less than a year, the year of the end says that of the beginning, too.
  const isShort = Date.parse(to) - Date.parse(from) < 365 * DAY_MS;
  return isShort ? `${firstDay} ${firstRest[0]} – ${last}` : `${first} – ${last}`;
}

/**
 * The period of a figure of one account: `since 14 Jan 2025`, `cycle 1–30 Nov`, `cycle 1–31 Oct, over`.
 *
 * @param year of the report, which is left out.
 */
export function periodOf({ kind, from, to, isOver }: UsagePeriod, year: number): string {
  if (kind === "now") return "now";
  const known = from === null ? undefined : to === null ? `since ${day(from)}` : days(from, to);
  if (kind === "total") return known ?? "since it was made";
  const short = `${known?.replace(new RegExp(` ${year}$`), "") ?? "n/a"}${isOver ? ", over" : ""}`;
  return kind === "cycle" ? `cycle ${short}` : short;
}

/** A kind of period, of the sum over accounts. */
export const periodKinds: Readonly<Record<UsagePeriod["kind"], string>> = {
  total: "total since each account was made",
  cycle: "the billing cycles of the accounts",
  window: "the windows of the accounts",
  now: "at this moment",
};
