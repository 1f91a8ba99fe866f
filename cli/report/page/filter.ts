import type { UsageRow } from "../usage-report";
import { type Look, looks, looksOf } from "./look";
import type { Column } from "./rows";
import { figure } from "./words";

/** The rows of the table of accounts, and how they are shown. */
interface Shown {
  readonly rows: readonly UsageRow[];
  readonly columns: readonly Column[];
  readonly warnAt: number;
  /** Tables follow that are not filtered. */
  readonly hasOthers: boolean;
}

/** The search box and the boxes to choose by, which the page's script shows: without it they would do nothing. */
export function filterOf({ rows, columns, warnAt, hasOthers }: Shown): string {
  const byColumn = (name: string) => {
    const cell = columns.find((column) => column.name === name)?.cell ?? (() => "");
    return counted(rows.map((row) => cell(row).replace(/<[\s\S]*/, "")));
  };
  const found = counted(rows.flatMap((row) => looksOf(row, warnAt)));
  const look = (Object.keys(looks) as Look[]).flatMap((name): Choice[] => {
    const number = found.get(name);
    return number === undefined ? [] : [{ value: name, title: looks[name], number }];
  });
  return `<form hidden role="search" aria-label="Accounts">
<label class="search">Search <input type="search" name="q" placeholder="name, external id, account, figure" autocomplete="off"></label>
${choices("look", "Needs a look", look)}
${["vendor", "tier", "status"].map((name) => choices(name, columns.find((column) => column.name === name)?.title ?? name, plain(byColumn(name)))).join("\n")}
<a href="#all" hidden>Show all</a>${hasOthers ? "\n<p>The tables of accounts without a tenant, further down, are not filtered." : ""}
</form>`;
}

interface Choice {
  readonly value: string;
  readonly title: string;
  readonly number: number;
}

const plain = (counts: ReadonlyMap<string, number>): Choice[] =>
  [...counts].map(([value, number]) => ({ value, title: value, number }));

function choices(name: string, title: string, values: readonly Choice[]): string {
  if (values.length < (name === "look" ? 1 : 2)) return "";
  const boxes = values.map(
    (each) =>
      `<label><input type="checkbox" name="${name}" value="${each.value}" data-title="${each.title}">${each.title} <span>${figure(each.number)}</span></label>`,
  );
  return `<fieldset><legend>${title}</legend>${boxes.join("")}</fieldset>`;
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
