import type { UsageReport, UsageRow } from "../usage-report";
import { type Look, looks, looksOf, statuses, statusOf } from "./look";
import { escaped, figure } from "./words";

/** The head of the page: how much there is, and what needs a look. */
export function overviewOf(report: UsageReport, rows: readonly UsageRow[]): string {
  return `<p class="lead">${leadOf(report, rows)}
<ul class="tiles" aria-label="Needs a look">${tilesOf(report, rows)}</ul>`;
}

function leadOf({ stacks, connections }: UsageReport, rows: readonly UsageRow[]): string {
  const tenants = new Set(rows.flatMap(({ externalId }) => externalId ?? [])).size;
  const vendors = connections.map(
    ({ title, connection, accounts }) =>
      `<b>${figure(accounts)}</b> at ${escaped(title)}${connection === null ? "" : ` (${escaped(connection)})`}`,
  );
  const from =
    stacks.length === 0
      ? ""
      : ` Declared by ${stacks.length > 3 ? `${figure(stacks.length)} stacks` : stacks.map(({ stack }) => escaped(stack)).join(", ")}.`;
  return `<b>${figure(tenants)}</b> ${tenants === 1 ? "tenant" : "tenants"}; accounts: ${vendors.join(", ")}.${from}`;
}

function tilesOf(report: UsageReport, rows: readonly UsageRow[]): string {
  const found = rows.flatMap((row) => looksOf(row, report.warnAt));
  const standing = (name: string) => report.rows.filter((row) => row.standing === name).length;
  const look = (name: Look, tone: string, label: string = looks[name]) => ({
    number: found.filter((each) => each === name).length,
    label,
    href: `#look=${name}`,
    tone,
  });
  const tiles = [
    look("over", "bad"),
    look("near", "warn", `${looks.near} (${Math.round(report.warnAt * 100)} %)`),
    look("drift", "warn"),
    look("warned", "warn"),
    ...statuses.map((status, index) => ({
      number: rows.filter((row) => statusOf(row) === status).length,
      label: status === "missing" ? "missing at the vendor" : status,
      href: `#${new URLSearchParams({ status })}`,
      tone: index < 2 ? "bad" : "",
    })),
    { number: standing("unclaimed"), label: "no tenant has them", href: "#unclaimed-title", tone: "warn" },
    { number: standing("retained"), label: "retained", href: "#retained-title", tone: "" },
    { number: report.problems.length, label: "could not be told", href: "#problems-title", tone: "bad" },
  ].filter(({ number }) => number > 0);
  if (tiles.length === 0) return "<li>Nothing needs a look.";
  return tiles
    .map(
      ({ number, label, href, tone }) =>
        `<li class="${tone}"><a href="${href}"><b>${figure(number)}</b> ${label}</a>`,
    )
    .join("");
}
