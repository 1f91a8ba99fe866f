import { createHash } from "node:crypto";
import type { UsageReport, UsageRow } from "../usage-report";
import { filterOf } from "./filter";
import { overviewOf } from "./overview";
import { columnsOf, tableOf } from "./rows";
import { scriptText } from "./script";
import { styleOf } from "./style";
import { sumsOf } from "./sums";
import { escaped, figure, minute } from "./words";

/** Writes the report as one HTML file, in pieces, which asks for nothing else. Its only script sorts and filters. */
export function* pageOf(report: UsageReport): Generator<string> {
  const { warnAt } = report;
  const columns = columnsOf(report);
  const of = (...standings: readonly UsageRow["standing"][]) =>
    report.rows.filter(({ standing }) => standings.includes(standing));
  const rows = of("managed", "planned");
  const [style, script] = [styleOf(columns), scriptText()];
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sub-account usage, ${minute(report.at)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>Sub-account usage</h1><p>${minute(report.at)}</header>
<main>
${overviewOf(report, rows)}
<section aria-labelledby="sums-title"><h2 id="sums-title">Use by vendor and tier</h2>${sumsOf(report, rows)}</section>
<section aria-labelledby="accounts-title"><h2 id="accounts-title">Accounts</h2>
${filterOf({ rows, columns, warnAt, hasOthers: rows.length < report.rows.length })}
<output>${figure(rows.length)} ${rows.length === 1 ? "row" : "rows"}</output>
`;
  yield* tableOf({ id: "accounts", columns, rows, warnAt });
  yield "</section>\n";
  yield* others("unclaimed", "Accounts that no tenant has", "No state that was read has them.");
  yield* others(
    "retained",
    "Retained accounts",
    "They carry the marker of a stack that was read, whose state does not have them: they live, and may be paid for.",
  );
  yield `${list("problems", "What could not be told", report.problems)}
${list("notes", "Notes", report.notes)}
</main>
<script>${script}</script>
</body>
</html>
`;

  function* others(standing: "unclaimed" | "retained", title: string, meaning: string): Generator<string> {
    const found = of(standing);
    if (found.length === 0) return;
    yield `<section aria-labelledby="${standing}-title"><h2 id="${standing}-title">${title} <small>${figure(found.length)}</small></h2><p>${meaning}
`;
    yield* tableOf({ id: standing, columns, rows: found, warnAt });
    yield "</section>\n";
  }
}

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Nothing from elsewhere, and no code and no style but the page's own. */
const policyOf = (style: string, script: string): string =>
  `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`;

function list(id: string, title: string, texts: readonly string[]): string {
  if (texts.length === 0) return "";
  return `<section aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><ul>${texts.map((text) => `<li>${escaped(text)}`).join("")}</ul></section>`;
}
