import type { RunReport } from "../../fleet/run/report-file";
import { namedOf } from "../../fleet/run/summary";
import { count } from "../count";
import { jsonText } from "../json-text";

/** The ways to print a run. */
export type Format = "md" | "json" | "junit";

/** Composes the report of a run. It holds no secret: what Pulumi printed is not in it. */
export function format(report: RunReport, as: Format): string {
  if (as === "json") return jsonText(report);
  return as === "md" ? markdown(report) : junit(report);
}

function markdown({ run, results }: RunReport): string {
  const rows = results.map((shard) => {
    const { stack, result, tenants, counts, seconds } = shard;
    const changed = Object.entries(counts).map(([what, number]) => `${number} ${what}`);
    const cells = [stack, result, tenants, changed.join(", "), namedOf(shard).length, seconds.toFixed(1)];
    return `| ${cells.join(" | ")} |`;
  });
  const failures = results.flatMap((shard) =>
    namedOf(shard).map(
      ({ externalId, message }) => `- ${code(externalId)} in ${shard.stack}: ${code(message)}`,
    ),
  );
  const warnings = results.flatMap(({ stack, warnings: texts = [] }) =>
    texts.map((text) => `- in ${stack}: ${code(text)}`),
  );
  const left = run.waves.flatMap(({ stacks }) => stacks).length - results.length;
  return [
    `### Run ${run.id}: ${run.state}`,
    ...(run.why === undefined ? [] : ["", run.why]),
    "",
    "| stack | result | tenants | resources | failed or drifted | seconds |",
    "|---|---|---|---|---|---|",
    ...rows,
    ...(left > 0
      ? ["", `${count(left, "shard")} not begun, or ended before done: what was done there stays.`]
      : []),
    ...(failures.length > 0 ? ["", "Tenants:", "", ...failures] : []),
    ...(warnings.length > 0 ? ["", "Warnings:", "", ...warnings] : []),
    ...(run.keysOf
      ? ["", `Keys that cost a call each were looked at in ${run.keysOf.join(", ")} (drift.keys).`]
      : []),
    "",
  ].join("\n");
}

/** Text of others as code: it mentions nobody and is no link. */
function code(text: string): string {
  const ticks = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  return `${ticks} ${text} ${ticks}`;
}

/** One case per shard: CI systems then show which one failed. */
function junit({ run, results }: RunReport): string {
  const cases = results.map((shard) => {
    const { stack, result, seconds, warnings } = shard;
    const open = `  <testcase classname="${xml(run.id)}" name="${xml(stack)}" time="${seconds}">`;
    const said = warnings ? `<system-out>${xml(warnings.join("\n"))}</system-out>` : "";
    if (result === "succeeded") return `${open}${said}</testcase>`;
    const text = namedOf(shard)
      .map(({ externalId, message }) => `${externalId}: ${message}`)
      .join("\n");
    const kind = result === "skipped" ? "<skipped/>" : `<failure message="${result}">${xml(text)}</failure>`;
    return `${open}${kind}${said}</testcase>`;
  });
  const failures = results.filter(({ result }) => result !== "succeeded" && result !== "skipped").length;
  const suite = `<testsuite name="fleet ${run.kind}" tests="${results.length}" failures="${failures}">`;
  return `${['<?xml version="1.0" encoding="UTF-8"?>', suite, ...cases, "</testsuite>"].join("\n")}\n`;
}

function xml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
