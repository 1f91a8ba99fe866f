const found = document.querySelector<HTMLTableElement>("#accounts");
if (found === null) throw new Error("the page has no table of accounts");
export const table = found;

/** The values that boxes of the filter choose by. */
export const facets = ["vendor", "tier", "status", "look"] as const;
export type Facet = (typeof facets)[number];

export interface Row {
  readonly element: HTMLTableRowElement;
  /** All of its text, as {@link plain} has it, and again with figures as files have them. */
  readonly text: string;
  readonly values: Readonly<Record<Facet, readonly string[]>>;
}

/** The place of a column, by the name that its header has. */
export const placeOf = (name: string): number =>
  [...table.querySelectorAll("th")].findIndex((head) => head.dataset["name"] === name);

/** Letters that Unicode does not take apart into one and its accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ł: "l",
  ø: "o",
  đ: "d",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ı: "i",
};

/** A text in small letters without accents: `cafe` finds `Café`. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[łøđßæœı]/g, (letter) => LETTERS[letter] ?? letter);

/** The text of a row by which it is found: `1,000.5` by `1000.5`, too, as vendors and files write it. */
export const searchable = ({ textContent }: Element): string => {
  const text = plain(textContent ?? "");
  const ungrouped = text.replace(/(?<=\d),(?=\d{3})/g, "");
  return ungrouped === text ? text : `${text}\n${ungrouped}`;
};

/** The rows of the tables that are not filtered. */
export const otherRows = (): HTMLTableRowElement[] => [
  ...document.querySelectorAll<HTMLTableRowElement>(".accounts:not(#accounts) tbody tr"),
];

let rows: readonly Row[] | undefined;

/** All rows in the order of the report; read once, when they are first needed. */
export function allRows(): readonly Row[] {
  if (rows !== undefined) return rows;
  const [vendor, tier, status] = (["vendor", "tier", "status"] as const).map(placeOf);
  const first = (row: HTMLTableRowElement, place = 0) => [
    row.cells[place]?.firstChild?.textContent?.trim() ?? "",
  ];
  rows = [...table.querySelectorAll<HTMLTableRowElement>("tbody tr")].map((element) => ({
    element,
    text: searchable(element),
    values: {
      vendor: first(element, vendor),
      tier: first(element, tier),
      status: first(element, status),
      look: element.dataset["look"]?.split(" ") ?? [],
    },
  }));
  return rows;
}

/** Puts these rows into the table, in groups, and takes out the others. */
export function show(shown: readonly Row[]): void {
  const size = 100;
  [...table.tBodies].forEach((group, index) => {
    const part = shown.slice(index * size, (index + 1) * size);
    group.replaceChildren(...part.map(({ element }) => element));
    group.classList.toggle("group", part.length === size);
  });
}
