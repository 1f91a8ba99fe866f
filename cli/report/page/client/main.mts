/** Sorts and filters the accounts, by the fragment of the address: `#q=acme&vendor=Zavu&look=near&sort=-share`. */
import { allRows, type Facet, facets, otherRows, plain, type Row, searchable, show, table } from "./rows.mts";
import { sorted } from "./sort.mts";

const form = document.querySelector("form");
const count = document.querySelector("output");
const heads = [...table.querySelectorAll("th")];
const boxes = [...document.querySelectorAll<HTMLInputElement>("form input[type=checkbox]")];
const search = document.querySelector<HTMLInputElement>("form input[type=search]");
const clear = document.querySelector<HTMLAnchorElement>("form a");
let query = new URLSearchParams();
let shown: { readonly filter: string; readonly rows: readonly Row[] } | undefined;

/** Other fragments are headings of the page. */
const isFilter = (fragment: string): boolean =>
  fragment === "" || fragment === "all" || fragment.includes("=");

/** Writes a query into the address, and follows it. */
function go(next: URLSearchParams): void {
  history.replaceState(null, "", `#${next.toString() || "all"}`);
  apply();
}

function formQuery(): URLSearchParams {
  const next = new URLSearchParams();
  if (search !== null && search.value !== "") next.set("q", search.value);
  for (const { checked, name, value } of boxes) if (checked) next.append(name, value);
  const sort = query.get("sort");
  if (sort !== null) next.set("sort", sort);
  return next;
}

/** Shows the rows that the fragment asks for, and says how many. */
function apply(): void {
  const fragment = location.hash.slice(1);
  if (!isFilter(fragment)) return;
  query = new URLSearchParams(fragment === "all" ? "" : fragment);
  const filter = new URLSearchParams(query);
  filter.delete("sort");
  if (filter.toString() !== shown?.filter) shown = { filter: filter.toString(), rows: filtered() };
  show(sorted(shown.rows, query.get("sort"), heads));
}

/** The rows that pass the filter, which the form then shows. */
function filtered(): readonly Row[] {
  const text = query.get("q") ?? "";
  const words = plain(text).split(/\s+/).filter(Boolean);
  const chosen = new Map(facets.map((facet) => [facet, query.getAll(facet)]));
  if (search !== null && search.value !== text) search.value = text;
  for (const box of boxes) box.checked = query.getAll(box.name).includes(box.value);

  const passes = ({ values }: Row, facet: Facet): boolean => {
    const wanted = chosen.get(facet) ?? [];
    return wanted.length === 0 || values[facet].some((value) => wanted.includes(value));
  };
  const found = allRows().filter((row) => words.every((word) => row.text.includes(word)));
  for (const facet of facets) {
    const others = facets.filter((each) => each !== facet);
    countBoxes(
      facet,
      found.filter((row) => others.every((each) => passes(row, each))),
    );
  }
  const rows = found.filter((row) => facets.every((facet) => passes(row, facet)));
  tell(rows.length, words);
  return rows;
}

/** Counts beside each box of a facet the rows that it would show. */
function countBoxes(facet: Facet, rows: readonly Row[]): void {
  const counts = new Map<string, number>();
  for (const { values } of rows)
    for (const value of values[facet]) counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const box of boxes.filter(({ name }) => name === facet)) {
    const number = counts.get(box.value) ?? 0;
    const label = box.parentElement;
    label?.classList.toggle("none", number === 0);
    label?.querySelector("span")?.replaceChildren(number.toLocaleString("en-US"));
  }
}

/** Says how many rows are shown, and of which filter, on paper too. */
function tell(found: number, words: readonly string[]): void {
  const filters = [...query].flatMap(([name, value]) => {
    if (name === "sort") return [];
    if (name === "q") return [`“${value}”`];
    return boxes.find((box) => box.name === name && box.value === value)?.dataset["title"] ?? value;
  });
  const number = (value: number) => value.toLocaleString("en-US");
  const all = allRows().length;
  const which = found === all ? "" : `${number(found)} of `;
  const further =
    found > 0 || words.length === 0
      ? 0
      : otherRows().filter((row) => words.every((word) => searchable(row).includes(word))).length;
  count?.replaceChildren(
    [
      found === 0 && all > 0
        ? `No account of ${number(all)} matches`
        : `${which}${number(all)} ${all === 1 ? "row" : "rows"}`,
      ...filters,
      ...(further === 0 ? [] : [`${number(further)} in the tables further down`]),
    ].join(" · "),
  );
  if (clear !== null) clear.hidden = filters.length === 0;
}

/** Sorts by a column, then the other way, then as the report has it; numbers downwards first. */
function sortBy(head: HTMLElement): void {
  const { name = "" } = head.dataset;
  const steps = head.className === "number" ? [`-${name}`, name] : [name, `-${name}`];
  const next = steps[steps.indexOf(query.get("sort") ?? "") + 1];
  if (next === undefined) query.delete("sort");
  else query.set("sort", next);
  go(query);
}

for (const head of heads) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sortBy(head));
  head.append(button);
}
let timer: number | undefined;
form?.addEventListener("input", (event) => {
  clearTimeout(timer);
  // A person types faster than thirty thousand rows are filtered.
  timer = setTimeout(() => go(formQuery()), event.target === search ? 150 : 0);
});
form?.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest('a[href*="="]')) form?.scrollIntoView();
});
addEventListener("hashchange", apply);
if (form !== null) form.hidden = false;
if (location.hash.length > 1) apply();
// Thirty thousand rows are read before a person first filters, and after the page is shown.
else setTimeout(allRows, 300);
