/**
 * Charts as SVG, drawn by Apache ECharts without a browser. The build bundles this file with the parts of ECharts that
 * it uses. Colours are variables of the page, so that they follow light and dark.
 */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, SVGRenderer]);

/** Of a panel on most screens, in pixels: text then has about the size of the page's. */
const WIDTH = 340;
const text = { color: "var(--soft)", fontFamily: "inherit", fontSize: 12 };
const fixed = { silent: true, emphasis: { disabled: true } };
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** A line of sums over time; a sum that lacks figures is a ring. */
export function trend(
  points: readonly { readonly at: string; readonly used: number; readonly isWhole: boolean }[],
): string {
  return drawn(130, {
    grid: { left: 4, right: 6, top: 12, bottom: 4, outerBoundsMode: "same" },
    xAxis: {
      type: "time",
      splitNumber: 3,
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: "{d} {MMM}",
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
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { color: "var(--used)", width: 2 },
        areaStyle: { color: "var(--used)", opacity: 0.12 },
        data: points.map(({ at, used, isWhole }) => ({
          value: [at, used],
          itemStyle: {
            color: isWhole ? "var(--used)" : "var(--back)",
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

/** Bars of what was used, within what may be used. */
export function bars(values: readonly Bar[]): string {
  const bar = { ...fixed, type: "bar", barWidth: 14, barGap: "-100%" };
  const label = ({ dataIndex }: { dataIndex: number }) => {
    const { used, share } = values[dataIndex] ?? {};
    if (used === undefined) return "n/a";
    return `${short.format(used)}${share === undefined ? "" : `, ${share}`}`;
  };
  return drawn(values.length * 30 + 8, {
    grid: { left: 4, right: 100, top: 4, bottom: 4, outerBoundsMode: "same" },
    xAxis: { type: "value", show: false, max: "dataMax" },
    yAxis: {
      type: "category",
      inverse: true,
      data: values.map(({ name }) => name),
      axisLabel: { ...text, color: "var(--ink)", width: 110, overflow: "truncate" },
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
