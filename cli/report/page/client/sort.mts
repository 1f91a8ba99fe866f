import { placeOf, type Row } from "./rows.mts";

const collator = new Intl.Collator("en", { numeric: true });

/** The rows by a column, `-name` downwards; what has no figure comes last either way. */
export function sorted(
  rows: readonly Row[],
  by: string | null,
  heads: readonly HTMLElement[],
): readonly Row[] {
  const name = by?.replace("-", "");
  const sign = by?.startsWith("-") ? -1 : 1;
  for (const head of heads)
    if (head.dataset["name"] !== name) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
  const head = heads.find((each) => each.dataset["name"] === name);
  if (name === undefined || head === undefined) return rows;
  const place = placeOf(name);
  const textOf = ({ element }: Row) => element.cells[place]?.textContent ?? "";
  if (head.className !== "number") return byText(rows, textOf, sign);
  return byNumber(rows, (row) => numberOf(textOf(row), name === "share"), sign);
}

function byText(rows: readonly Row[], textOf: (row: Row) => string, sign: number): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: textOf(row) }));
  return keyed.sort((one, other) => sign * collator.compare(one.key, other.key)).map(({ row }) => row);
}

function byNumber(rows: readonly Row[], keyOf: (row: Row) => number, sign: number): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  const known = keyed.filter(({ key }) => !Number.isNaN(key));
  known.sort((one, other) => (one.key === other.key ? 0 : sign * (one.key < other.key ? -1 : 1)));
  return [...known, ...keyed.filter(({ key }) => Number.isNaN(key))].map(({ row }) => row);
}

/** The number of a cell's first line, or of its highest one; NaN for `n/a`. */
function numberOf(text: string, isHighest: boolean): number {
  const numbers = text.split(/[%\n]+/).map((line) => {
    const plain = line.trim().replaceAll(",", "");
    return plain === "no limit" ? Number.POSITIVE_INFINITY : Number.parseFloat(plain);
  });
  const known = numbers.filter((each) => !Number.isNaN(each));
  return isHighest && known.length > 0 ? Math.max(...known) : (numbers[0] ?? Number.NaN);
}
