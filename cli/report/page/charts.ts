/**
 * Charts as SVG, drawn by Apache ECharts without a browser. The build bundles this file with the parts of ECharts that
 * it uses. Colours are variables of the page, so that they follow light and dark.
 */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, SVGRenderer]);

const WIDTH = 480;
const text = { color: "var(--soft)", fontFamily: "inherit", fontSize: 12 };
const fixed = { silent: true, emphasis: { disabled: true } };
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** A line of sums over time. */
export function trend(points: readonly { readonly at: string; readonly value: number }[]): string {
  return drawn(150, {
    grid: { left: 8, right: 16, top: 14, bottom: 4, outerBoundsMode: "same" as const },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: points.map(({ at }) => at),
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: "var(--line)" } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      splitNumber: 3,
      axisLabel: { ...text, formatter: (value: number) => short.format(value) },
      splitLine: { lineStyle: { color: "var(--line)" } },
    },
    series: [
      {
        ...fixed,
        type: "line",
        symbol: "circle",
        symbolSize: 5,
        color: "var(--used)",
        lineStyle: { color: "var(--used)", width: 2 },
        itemStyle: { color: "var(--used)" },
        areaStyle: { color: "var(--used)", opacity: 0.12 },
        data: points.map(({ value }) => value),
      },
    ],
  });
}

interface Bar {
  readonly name: string;
  readonly used: number;
  /** The sum of the limits; absent where there are none. */
  readonly limit?: number;
  readonly label: string;
}

/** Bars of what was used, within what may be used. */
export function bars(values: readonly Bar[]): string {
  const most = Math.max(...values.map(({ used, limit = 0 }) => Math.max(used, limit)), 1);
  const bar = { ...fixed, type: "bar", barWidth: 14, barGap: "-100%" };
  return drawn(values.length * 30 + 8, {
    grid: { left: 4, right: 70, top: 4, bottom: 4, outerBoundsMode: "same" as const },
    xAxis: { type: "value", show: false, max: most },
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
        data: values.map(({ used, limit = 0 }) => Math.max(limit, used)),
        label: {
          show: true,
          position: "right",
          ...text,
          formatter: ({ dataIndex }: { dataIndex: number }) => values[dataIndex]?.label ?? "",
        },
      },
      { ...bar, itemStyle: { color: "var(--used)" }, data: values.map(({ used }) => used) },
    ],
  });
}

function drawn(height: number, option: object): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, textStyle: text, ...option });
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
