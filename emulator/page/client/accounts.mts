import type { VendorAbout, VendorState } from "../view.ts";
import { openChange } from "./change.mts";
import { byId, counted, made, say } from "./dom.mts";
import { type Row, Table } from "./table.mts";

/** The accounts of one vendor. */
export class Accounts {
  readonly #vendor: VendorAbout;
  readonly #count = made("small");
  readonly #table: Table;

  constructor(vendor: VendorAbout, changed: () => void) {
    this.#vendor = vendor;
    this.#changed = changed;
    const title = made("h3", `${vendor.title} `);
    title.append(this.#count);
    const scroll = made("div", "", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `Accounts at ${vendor.title}`);
    this.#table = new Table(scroll, `Accounts at ${vendor.title}, newest first`);
    byId("vendors", HTMLElement).append(title, scroll);
  }

  readonly #changed: () => void;

  update({ rows, accounts }: VendorState, filter: string): void {
    const shown = rows.filter((row) => Object.values(row).join("\n").toLowerCase().includes(filter));
    const which = shown.length === accounts ? "" : `${shown.length} of `;
    say(this.#count, `${which}${counted(accounts, "account")} at ${this.#vendor.url}`);
    const columns = [...Object.keys(rows[0] ?? {}), ""];
    const empty = rows.length === 0 ? "No accounts yet." : "No account has this text.";
    this.#table.update(
      columns,
      shown.map((row) => this.#row(row)),
      empty,
    );
  }

  #row(account: Readonly<Record<string, string>>): Row {
    const { id = "", name = "" } = account;
    return {
      key: id,
      cells: Object.entries(account).map(([column, text]) => ({ text, className: classOf(column, text) })),
      action: {
        text: "Change",
        label: `Change ${name}`,
        act: () => openChange(this.#vendor, { id, name }, this.#changed),
      },
    };
  }
}

function classOf(column: string, text: string): string {
  if (column === "status") return text === "active" ? "good" : "warn";
  return column === "id" || column.startsWith("key") ? "code" : "";
}
