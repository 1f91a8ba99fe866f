import { made, say } from "./dom.mts";

/** A cell: its text, its class, and a soft text behind it. */
interface Cell {
  readonly text: string;
  readonly className?: string;
  readonly after?: string;
}

/** A row. Its key stays when its cells change. */
export interface Row {
  readonly key: string;
  readonly cells: readonly Cell[];
  /** A button at its end. */
  readonly action?: { readonly text: string; readonly label: string; act(): void };
}

/**
 * A table whose rows stay the same elements when others come and go, and stay where they are on the screen while a person
 * scrolls or has the focus in them.
 */
export class Table {
  readonly #scroll: HTMLElement;
  readonly #table = made("table");
  readonly #head = made("tr");
  readonly #body = made("tbody");
  readonly #empty = made("p", "", "empty");
  readonly #shown = new Map<string, { row: HTMLTableRowElement; content: string }>();
  #columns = "";
  #isFirst = true;

  constructor(scroll: HTMLElement, caption: string) {
    this.#scroll = scroll;
    const head = made("thead");
    head.append(this.#head);
    this.#table.append(made("caption", caption), head, this.#body);
    scroll.append(this.#table, this.#empty);
  }

  /** Shows these rows, or a text where there are none. */
  update(columns: readonly string[], rows: readonly Row[], empty: string): void {
    this.#table.hidden = rows.length === 0;
    say(this.#empty, rows.length === 0 ? empty : "");
    this.#showColumns(columns);
    const anchor = this.#anchor(rows);
    const before = placeOf(anchor);
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, { row }] of this.#shown) {
      if (keys.has(key)) continue;
      row.remove();
      this.#shown.delete(key);
    }
    let place = this.#body.firstChild;
    for (const each of rows) {
      const row = this.#rowOf(each);
      if (row === place) place = place.nextSibling;
      else this.#body.insertBefore(row, place);
    }
    const moved = placeOf(anchor) - before;
    if (moved !== 0) this.#scroll.scrollTop += moved;
    this.#isFirst = false;
  }

  /** The first row in sight that stays, unless the table is scrolled to its top. */
  #anchor(rows: readonly Row[]): HTMLTableRowElement | undefined {
    if (this.#scroll.scrollTop === 0) return undefined;
    const staying = rows.flatMap(({ key }) => this.#shown.get(key)?.row ?? []);
    return staying.find((row) => row.offsetTop >= this.#scroll.scrollTop);
  }

  #showColumns(columns: readonly string[]): void {
    const text = columns.join("\n");
    if (text === this.#columns) return;
    this.#columns = text;
    this.#head.replaceChildren(
      ...columns.map((column) => {
        const cell = made(column === "" ? "td" : "th", column);
        if (column !== "") cell.setAttribute("scope", "col");
        return cell;
      }),
    );
    this.#body.replaceChildren();
    this.#shown.clear();
  }

  #rowOf(each: Row): HTMLTableRowElement {
    const content = JSON.stringify(each.cells);
    const known = this.#shown.get(each.key);
    if (known?.content === content) return known.row;
    const row = known?.row ?? made("tr");
    fill(row, each, known === undefined);
    if (!this.#isFirst) {
      row.classList.remove("new");
      requestAnimationFrame(() => row.classList.add("new"));
    }
    this.#shown.set(each.key, { row, content });
    return row;
  }
}

/** Where on the screen a row is, with fractions of a pixel, so that nothing creeps. */
function placeOf(row: HTMLTableRowElement | undefined): number {
  return row?.getBoundingClientRect().top ?? 0;
}

/** Puts the cells into a row. The button stays the same element, so that it keeps the focus. */
function fill(row: HTMLTableRowElement, { cells, action }: Row, isNew: boolean): void {
  for (const [index, { text, className = "", after = "" }] of cells.entries()) {
    const cell = row.cells[index] ?? row.insertCell(index);
    cell.className = className;
    cell.title = text + after;
    cell.replaceChildren(text, ...(after === "" ? [] : [made("span", after, "query")]));
  }
  if (action === undefined) return;
  if (isNew) {
    const button = made("button", action.text);
    button.type = "button";
    button.addEventListener("click", action.act);
    const cell = row.insertCell();
    cell.className = "act";
    cell.append(button);
  }
  row.querySelector("button")?.setAttribute("aria-label", action.label);
}
