/** Sorts and filters the accounts, by the fragment of the address: `#q=acme&vendor=Zavu&look=near&sort=-share`. */
import { allRows, type Facet, facets, type Row, show, table } from "./rows.mts";
import { sorted } from "./sort.mts";

const form = document.querySelector("form");
const count = document.querySelector("output");
const heads = [...table.querySelectorAll("th")];
const boxes = [...document.querySelectorAll<HTMLInputElement>("form input[type=checkbox]")];
const search = document.querySelector<HTMLInputElement>("form input[type=search]");
const clear = document.querySelector<HTMLAnchorElement>("form a");
let query = new URLSearchParams();

const isFilter = (fragment: string): boolean =>
  fragment === "" || fragment === "all" || fragment.includes("=");
/** The fragment of a query; `all` for an empty one, since `#` alone goes to the top of the page. */
const fragmentOf = (params: URLSearchParams): string => `#${params.toString() || "all"}`;

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
  const chosen = Object.fromEntries(facets.map((facet) => [facet, query.getAll(facet)]));
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (search !== null && search.value !== query.get("q")) search.value = query.get("q") ?? "";
  for (const box of boxes) box.checked = chosen[box.name]?.includes(box.value) ?? false;

  const passes = ({ values }: Row, facet: Facet): boolean =>
    chosen[facet]?.length === 0 || values[facet].some((value) => chosen[facet]?.includes(value));
  const found = allRows().filter(({ text }) => words.every((word) => text.includes(word)));
  const rows = found.filter((row) => facets.every((facet) => passes(row, facet)));
  show(sorted(rows, query.get("sort"), heads));
  for (const facet of facets) {
    const others = facets.filter((each) => each !== facet);
    countBoxes(
      facet,
      found.filter((row) => others.every((each) => passes(row, each))),
    );
  }
  tell(rows);
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

function tell(rows: readonly Row[]): void {
  const filters = [...query].flatMap(([name, value]) => {
    if (name === "sort") return [];
    if (name === "q") return [`“${value}”`];
    return boxes.find((box) => box.name === name && box.value === value)?.dataset["title"] ?? value;
  });
  const number = (value: number) => value.toLocaleString("en-US");
  const tenants = new Set(rows.map(({ tenant }) => tenant)).size;
  const all = allRows().length;
  const which = rows.length === all ? number(all) : `${number(rows.length)} of ${number(all)}`;
  count?.replaceChildren(
    `${which} rows, ${number(tenants)} tenants${filters.length === 0 ? "" : ` · ${filters.join(" · ")}`}`,
  );
  if (clear !== null) clear.hidden = filters.length === 0;
}

/** A header cell becomes a button: up, down, as it was; numbers first down. */
function sortBy(head: HTMLElement): void {
  const { name = "" } = head.dataset;
  const steps = head.className === "number" ? [`-${name}`, name] : [name, `-${name}`];
  const next = steps[steps.indexOf(query.get("sort") ?? "") + 1];
  if (next === undefined) query.delete("sort");
  else query.set("sort", next);
  location.replace(fragmentOf(query));
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
  timer = setTimeout(() => location.replace(fragmentOf(formQuery())), event.target === search ? 150 : 0);
});
form?.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest('a[href*="="]')) form?.scrollIntoView();
});
addEventListener("hashchange", apply);
if (form !== null) form.hidden = false;
if (location.hash.length > 1) apply();
