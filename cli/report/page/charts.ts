/**
 * Charts as SVG, drawn by Apache ECharts without a browser. The build bundles this file with the parts of ECharts that
 * it uses. Colours are variables of the page, so that they follow light and dark.
 */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { format, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, SVGRenderer]);

/** Of a panel on most screens, in pixels: text then has about the size of the page's. */
const WIDTH = 340;
const text = { color: "var(--soft)", fontFamily: "inherit", fontSize: 12 };
const fixed = { silent: true, emphasis: { disabled: true } };
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

const DAY_MS = 24 * 60 * 60 * 1000;
/** A trend of more days has labels of months and years. */
const MOST_DAYS = 300;
/** A trend of more points has no circle at each. */
const MOST_CIRCLES = 24;

export interface Point {
  readonly at: string;
  /** Absent: it is not known, and the line has a gap. */
  readonly used: number | undefined;
  /** It lacks no figure. */
  readonly isWhole: boolean;
}

/** A line of sums over time, from 0; a sum that lacks figures is a ring. */
export function trend(points: readonly Point[]): string {
  const times = points.map(({ at }) => Date.parse(at));
  const isLong = Math.max(...times) - Math.min(...times) > MOST_DAYS * DAY_MS;
  /** One that no line leads to has its circle in any case. */
  const hasCircle = ({ isWhole }: Point, index: number) =>
    points.length <= MOST_CIRCLES ||
    !isWhole ||
    [points[index - 1], points[index + 1]].every((next) => next?.used === undefined);
  return drawn(130, {
    // Half a label has room on both sides: the first and the last one need not stand at the ends.
    grid: { left: 10, right: 26, top: 12, bottom: 4, outerBoundsMode: "same" },
    xAxis: {
      type: "time",
      splitNumber: 3,
      minInterval: DAY_MS,
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: isLong ? "{MMM} {yyyy}" : "{d} {MMM}",
        alignMinLabel: "left",
        alignMaxLabel: "right",
      },
      axisLine: { lineStyle: { color: "var(--line)" } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      splitNumber: 2,
      axisLabel: { ...text, formatter: (value: number) => short.format(value) },
      splitLine: { lineStyle: { color: "var(--line)" } },
    },
    series: [
      {
        ...fixed,
        type: "line",
        symbolSize: 6,
        lineStyle: { color: "var(--used)", width: 2 },
        areaStyle: { color: "var(--used)", opacity: 0.12 },
        data: points.map((point, index) => ({
          value: [point.at, point.used ?? null],
          symbol: hasCircle(point, index) ? "circle" : "none",
          itemStyle: {
            color: point.isWhole ? "var(--used)" : "var(--back)",
            borderColor: "var(--used)",
            borderWidth: 1.5,
          },
        })),
      },
    ],
  });
}

export interface Bar {
  readonly name: string;
  /** Absent: it is not known. */
  readonly used: number | undefined;
  /** The sum of the limits, with what was used of it in words; absent where there is none to compare with. */
  readonly limit?: number | undefined;
  readonly share?: string;
}

/** Bars of what was used, within what may be used. Its title has all names in full, for a pointer and a screen reader. */
export function bars(values: readonly Bar[]): string {
  const labels = labelsOf(values.map(({ name }) => name));
  const lines = Math.max(...labels.map(({ length }) => Math.ceil(length / LINE)));
  const bar = { ...fixed, type: "bar", barWidth: 14, barGap: "-100%" };
  const shownOf = ({ used, share }: Bar) =>
    used === undefined ? "n/a" : `${short.format(used)}${share === undefined ? "" : `, ${share}`}`;
  const label = ({ dataIndex }: { dataIndex: number }) => {
    const value = values[dataIndex];
    return value === undefined ? "" : shownOf(value);
  };
  const title = values.map((value) => `${value.name}: ${shownOf(value)}`).join("\n");
  const svg = drawn(values.length * (16 + 14 * lines) + 8, {
    grid: { left: 4, right: 100, top: 4, bottom: 4, outerBoundsMode: "same" },
    xAxis: { type: "value", show: false, max: "dataMax" },
    yAxis: {
      type: "category",
      inverse: true,
      data: labels.map((_, index) => index),
      axisLabel: {
        ...text,
        color: "var(--ink)",
        width: 110,
        overflow: "break",
        interval: 0,
        formatter: (index: string) => labels[Number(index)] ?? "",
      },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      {
        ...bar,
        itemStyle: { color: "var(--limit)" },
        data: values.map(({ used = 0, limit = 0 }) => Math.max(limit, used)),
        label: { show: true, position: "right", ...text, formatter: label },
      },
      { ...bar, itemStyle: { color: "var(--used)" }, data: values.map(({ used = 0 }) => used) },
    ],
  });
  return svg
    .replace('<svg aria-hidden="true"', '<svg role="img"')
    .replace(">", () => `><title>${format.encodeHTML(title)}</title>`);
}

/** Characters of a line of a label, and of the longest label. */
const LINE = 14;
const MOST = 3 * LINE;

/** The names, long ones without their middle where they still differ then. */
function labelsOf(names: readonly string[]): string[] {
  const short = names.map((name) =>
    name.length <= MOST ? name : `${name.slice(0, MOST / 2 - 1)}…${name.slice(-MOST / 2)}`,
  );
  return names.map((name, index) =>
    short.filter((other) => other === short[index]).length > 1 ? name : (short[index] ?? name),
  );
}

function drawn(height: number, option: object): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, useUTC: true, textStyle: text, ...option });
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return plain(svg);
}

/** The picture alone: no style, which the page's policy refuses, no data for a script, no size. */
function plain(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ (?:ecmeta_\w+|class|pointer-events|xmlns:xlink|xmlns|version|baseProfile)="[^"]*"/g, "")
    .replace(/ style="([^"]*)"/g, (_, style: string) => attributes(style))
    .replace(/^<svg width="[^"]*" height="[^"]*"/, '<svg aria-hidden="true"')
    .replace(/\n/g, "");
}

/** `font-size:12px` as `font-size="12px"`; the family is the page's. */
function attributes(style: string): string {
  return style
    .split(";")
    .map((rule) => rule.split(":").map((part) => part.trim()))
    .flatMap(([name, value]) =>
      name?.startsWith("font-") && name !== "font-family" ? [` ${name}="${value}"`] : [],
    )
    .join("");
}
