import type { UsageReport, UsageSum } from "../usage-report";
import { bars, trend } from "./charts";
import { day, escaped, figure, percent, periodKinds } from "./words";

/** A figure of a vendor, by tier. */
interface Panel {
  readonly title: string;
  readonly sums: readonly UsageSum[];
  readonly first: UsageSum;
}

const keyOf = ({ vendor, metric, unit, period }: UsageSum): string =>
  JSON.stringify([vendor, metric, unit, period]);
const total = (sums: readonly UsageSum[], name: "used" | "actual" | "accounts" | "unknown" | "unlimited") =>
  sums.reduce((sum, each) => sum + each[name], 0);
const isKnown = (sums: readonly UsageSum[]): boolean =>
  sums.some(({ accounts, unknown }) => accounts > unknown);
/** The share says something only where every account has a limit and a figure. */
const shareOf = (sums: readonly UsageSum[]): number | undefined =>
  total(sums, "actual") > 0 && total(sums, "unlimited") + total(sums, "unknown") === 0
    ? total(sums, "used") / total(sums, "actual")
    : undefined;

/** What was used, by vendor and tier, with its trend; below it the limits of which no use is known. */
export function sumsOf(report: UsageReport): string {
  const panels = panelsOf(report);
  const [known, others] = [
    panels.filter(({ sums }) => isKnown(sums)),
    panels.filter(({ sums }) => !isKnown(sums)),
  ];
  return `<div class="panels">${known.map((panel) => panelText(panel, report)).join("")}</div>${others.length === 0 ? "" : `<h3>Limits of which no use is known</h3>${others.map((panel) => `<p>${panel.title}`).join("")}`}`;
}

function panelsOf({ sums, connections }: UsageReport): Panel[] {
  const titles = new Map(connections.map(({ vendor, title }) => [vendor, title]));
  const groups = new Map<string, UsageSum[]>();
  for (const sum of sums) groups.set(keyOf(sum), [...(groups.get(keyOf(sum)) ?? []), sum]);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        title: `${escaped(titles.get(first.vendor) ?? first.vendor)}: ${escaped(first.metric)}`,
        sums: group,
        first,
      },
    ];
  });
}

function panelText({ title, sums, first }: Panel, report: UsageReport): string {
  const points = [...report.history, { at: report.at, sums: report.sums }].flatMap((past) => {
    const then = past.sums.filter((sum) => keyOf(sum) === keyOf(first));
    return isKnown(then) ? [{ at: day(past.at), value: total(then, "used") }] : [];
  });
  const share = shareOf(sums);
  return `<section class="panel"><h3>${title}</h3><p>${escaped(first.unit)}, ${periodKinds[first.period]}
<p class="big">${figure(total(sums, "used"))} <small>${share === undefined ? "" : `${percent(share)} of ${figure(total(sums, "actual"))}`}</small>
${points.length < 2 ? "" : `<figure>${trend(points)}<figcaption>Sum at each report</figcaption></figure>`}
<figure>${bars(sums.map((sum) => ({ name: sum.tier ?? "n/a", used: sum.used, limit: sum.actual, label: percent(shareOf([sum])) })))}</figure></section>`;
}
