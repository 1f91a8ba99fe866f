import type { UsageReport } from "../usage-report";

/** The report as a page. */
export function pageOf(report: UsageReport): string {
  return `<!doctype html>\n<title>Usage</title>\n<pre>${JSON.stringify(report.sums)}</pre>\n`;
}
