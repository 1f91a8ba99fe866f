/**
 * Bundles what the page of `subaccounts report` is made with: its script, which stands in the page, and its charts with
 * the parts of ECharts that they use, so that the package does not depend on all of it. Part of the build.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";

const root = join(import.meta.dirname, "..");
const page = "cli/report/page";
const output = (name: string) => join(root, "dist", page, name);

await build({
  input: join(root, page, "client/main.mts"),
  output: { file: output("client.js"), format: "iife", minify: true },
});
await build({
  input: join(root, page, "charts.ts"),
  platform: "node",
  output: { file: output("charts.js"), format: "cjs", minify: true },
});
const licences = ["echarts/LICENSE", "echarts/NOTICE", "zrender/LICENSE"].map(
  (file) => `${file}\n\n${readFileSync(join(root, "node_modules", file), "utf8")}`,
);
writeFileSync(output("charts.LICENSES.txt"), licences.join("\n\n"));
