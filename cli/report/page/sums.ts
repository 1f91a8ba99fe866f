import { printable } from "../../../provider/core/base/printable";
import type { UsageReport, UsageRow, UsageSum } from "../usage-report";
import { type Bar, bars, type Point, trend } from "./charts";
import { day, escaped, figure, money, nameOf, percent, periodKinds, periodOf } from "./words";

/** The sums of one figure of a vendor, one for each tier. */
interface Panel {
  readonly title: string;
  readonly sums: readonly UsageSum[];
  readonly first: UsageSum;
}

const keyOf = ({
  vendor,
  metric,
  unit,
  period,
}: Pick<UsageSum, "vendor" | "metric" | "unit" | "period">): string =>
  JSON.stringify([vendor, metric, unit, period]);
const total = (
  sums: readonly UsageSum[],
  name: "used" | "actual" | "accounts" | "unknown" | "unlimited" | "limitUnknown" | "over",
) => sums.reduce((sum, each) => sum + (each[name] ?? 0), 0);
const isKnown = (sums: readonly UsageSum[]): boolean => total(sums, "accounts") > total(sums, "unknown");

/** The used share of the limits; absent unless every account has both. */
const shareOf = (sums: readonly UsageSum[]): number | undefined =>
  total(sums, "actual") > 0 &&
  total(sums, "unlimited") + total(sums, "unknown") + total(sums, "limitUnknown") === 0
    ? total(sums, "used") / total(sums, "actual")
    : undefined;

/** Panels of use by vendor and tier, with its trend; after it the limits of which no use is known. */
export function sumsOf(report: UsageReport, rows: readonly UsageRow[]): string {
  const panels = panelsOf(report);
  if (panels.length === 0) return "<p>No account has a figure.";
  const known = panels.filter(({ sums }) => isKnown(sums));
  const others = panels.filter(({ sums }) => !isKnown(sums));
  const periods = periodsOf(rows, new Date(report.at).getUTCFullYear());
  return `<div class="panels">${known.map((panel) => panelOf(panel, report, periods)).join("\n")}</div>
${others.length === 0 ? "" : `<p class="others">No use is known of ${others.map(limitOf).join("; ")}.`}`;
}

function panelsOf({ sums, connections }: UsageReport): Panel[] {
  const titles = new Map(connections.map(({ vendor, title }) => [vendor, title]));
  const groups = new Map<string, UsageSum[]>();
  for (const sum of sums) {
    const group = groups.get(keyOf(sum));
    if (group === undefined) groups.set(keyOf(sum), [sum]);
    else group.push(sum);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        title: `${escaped(titles.get(first.vendor) ?? first.vendor)}: ${nameOf(first.metric)}`,
        sums: group,
        first,
      },
    ];
  });
}

/** The periods of the accounts, in words, by vendor and figure. */
function periodsOf(rows: readonly UsageRow[], year: number): ReadonlyMap<string, ReadonlySet<string>> {
  const periods = new Map<string, Set<string>>();
  for (const { vendor, metrics } of rows)
    for (const { metric, unit, period } of metrics) {
      const key = keyOf({ vendor, metric, unit, period: period.kind });
      periods.set(key, (periods.get(key) ?? new Set()).add(periodOf(period, year)));
    }
  return periods;
}

function panelOf(
  { title, sums, first }: Panel,
  report: UsageReport,
  periods: ReturnType<typeof periodsOf>,
): string {
  const [period, ...others] = periods.get(keyOf(first)) ?? [];
  const share = shareOf(sums);
  const used = total(sums, "used");
  return `<section class="panel"><h3>${title}</h3><p>${escaped(first.unit)}, ${period !== undefined && others.length === 0 ? period : periodKinds[first.period]}
<p class="big">${figure(used)}${share === undefined ? "" : ` <small>${percent(share)} of ${figure(total(sums, "actual"))}</small>`}
${remarksOf(sums, report)
  .map((remark) => `<p>${remark}`)
  .join("")}
${trendOf(first, report)}
<figure>${bars(sums.map((sum) => barOf(sum)))}<figcaption>By tier${sums.some((sum) => shareOf([sum]) !== undefined) ? ", of what the limits allow" : ""}</figcaption></figure></section>`;
}

const barOf = (sum: UsageSum): Bar => ({
  name: printable(sum.tier ?? "no tier"),
  used: isKnown([sum]) ? sum.used : undefined,
  ...(shareOf([sum]) !== undefined && { limit: sum.actual, share: percent(shareOf([sum])) }),
});

/** The gaps of a sum, and its cost. */
function remarksOf(sums: readonly UsageSum[], { currency }: UsageReport): string[] {
  const [unknown, unlimited] = [total(sums, "unknown"), total(sums, "unlimited")];
  const [accounts, limitUnknown] = [total(sums, "accounts"), total(sums, "limitUnknown")];
  const over = total(sums, "over");
  const amount = (name: "cost" | "mayCost") =>
    sums.some((sum) => sum[name] !== undefined)
      ? sums.reduce((sum, each) => sum + (each[name] ?? 0), 0)
      : undefined;
  const [cost, mayCost] = [amount("cost"), amount("mayCost")];
  const costs = [
    ...(cost === undefined ? [] : [`${escaped(currency ?? "")} ${money(cost)} by the rates`]),
    ...(mayCost === undefined ? [] : [`the limits allow ${escaped(currency ?? "")} ${money(mayCost)}`]),
  ];
  return [
    ...(costs.length === 0 ? [] : [costs.join("; ")]),
    ...(over === 0
      ? []
      : [
          `of ${figure(over)} of ${figure(accounts)} accounts the period is over: what they use now is not known`,
        ]),
    ...(unlimited === 0 ? [] : [`${figure(unlimited)} of ${figure(accounts)} accounts have no limit`]),
    ...(limitUnknown === 0
      ? []
      : [`the limit of ${figure(limitUnknown)} of ${figure(accounts)} accounts is n/a`]),
    ...(unknown === 0
      ? []
      : [`without ${figure(unknown)} of ${figure(accounts)} accounts, whose figure is n/a`]),
  ];
}

function trendOf(first: UsageSum, { history, at, sums }: UsageReport): string {
  // Of each day the last report.
  const days = new Map([...history, { at, sums }].map((past) => [day(past.at), past]));
  const points = [...days.values()].map((past): Point => {
    const then = past.sums.filter((sum) => keyOf(sum) === keyOf(first));
    const used = isKnown(then) ? total(then, "used") : undefined;
    // The figure of a period that is over is none of its day.
    return { at: past.at, used, isWhole: total(then, "unknown") + total(then, "over") === 0 };
  });
  const known = points.filter(({ used }) => used !== undefined);
  const [oldest] = known;
  if (oldest === undefined || known.length < 2) return "";
  const partial = known.filter(({ isWhole }) => !isWhole).length;
  const caption = `From ${figure(oldest.used)} on ${day(oldest.at)}${partial === 0 ? "" : `; ${partial} of ${known.length} sums lack figures`}`;
  return `<figure>${trend(points.slice(points.indexOf(oldest)))}<figcaption>${caption}</figcaption></figure>`;
}

const limitOf = ({ title, sums, first }: Panel): string =>
  total(sums, "actual") === 0
    ? title
    : `${title} (limits of ${figure(total(sums, "actual"))} ${escaped(first.unit)})`;
