import { hasStatus } from "../../provider/core/base/errors";
import { printable } from "../../provider/core/base/printable";
import { valueAt } from "../../provider/core/contract/fields";
import type { Figure, UsageReader, UsageWindow, VendorUsage } from "../../provider/core/usage";
import { count } from "../count";
import { inTurns } from "../in-turns";
import type { Found } from "./connection-reader";
import { rounded } from "./metrics";
import { isFigure } from "./seen";
import { keyOf, type Managed } from "./states";

type Figures = Readonly<Record<string, Figure>>;
type ReadsOne = NonNullable<UsageReader["one"]>;

/** Reads the usage of the accounts that were found at one connection. Whatever is missing is a problem. */
export class FiguresReader {
  /** Accounts whose usage was read. */
  readonly #told = new Set<string>();
  /** Figures of accounts that the list of accounts does not have. */
  readonly #unlisted = new Map<string, Figures>();
  readonly #found: Found;
  readonly #reader: UsageReader;

  constructor(found: Found, reader: UsageReader) {
    this.#found = found;
    this.#reader = reader;
  }

  /** Reads what all accounts used, in a window where the vendor counts by windows. @throws SubaccountsError */
  async readUsage(window: UsageWindow): Promise<void> {
    const { connection, problems, where } = this.#found;
    const pages = this.#reader.pages(window);
    const { one } = this.#reader;
    if (pages === undefined) {
      if (one !== undefined) await this.#readAll(one, window);
      return;
    }
    try {
      while (!pages.isDone) {
        connection.calls++;
        for (const { id, figures } of await pages.next()) this.#put(id, figures);
      }
    } catch (error) {
      if (one === undefined || !hasStatus(error, 404, 405)) throw error;
      await this.#readAll(one, window);
      return;
    }
    const { flaw } = pages;
    if (flaw === undefined) await this.#readUntold(window);
    else problems.push(`${where}: the list of usage ${flaw}, so figures may be missing. Run this again`);
  }

  /** Reads figures that take a call for each account, where a state declares them. @throws SubaccountsError */
  async readFurther(managed: ReadonlyMap<string, Managed>): Promise<void> {
    const { further } = this.#reader;
    if (further === undefined) return;
    const { accounts, connection, notes, where } = this.#found;
    const declaring = [...accounts.values()].filter(({ id }) => {
      const declared = managed.get(keyOf(connection.vendor, id))?.declared ?? {};
      return further.fields.some((field) => valueAt(declared, field) !== undefined);
    });
    if (declaring.length === 0) return;
    notes.push(
      `${where}: ${further.fields.join(", ")} of ${declaring.length} accounts read one by one, as the vendor lists them nowhere`,
    );
    await inTurns(declaring, async ({ id, outputs }) => {
      connection.calls++;
      const usage = await further.read(id, outputs);
      this.#merge(id, usage?.figures ?? Object.fromEntries(further.fields.map((field) => [field, {}])));
    });
  }

  /** Names the figures of active accounts that the vendor leaves out of its replies, or gives as `null`. */
  tellMissing(): void {
    const { accounts, problems, where } = this.#found;
    const missing = new Map<string, string[]>();
    for (const { id, presence, figures } of accounts.values()) {
      const names = Object.keys(figures).filter((name) => !isFigure(figures[name]?.used));
      if (presence !== "active" || names.length === 0) continue;
      const key = names.join(", ");
      missing.set(key, [...(missing.get(key) ?? []), id]);
    }
    for (const [names, ids] of missing) {
      problems.push(
        `${where}: the vendor says no ${names} used by ${count(ids.length, "account")}, such as ${printable(ids[0] ?? "")}. Run this again`,
      );
    }
  }

  /** Notes what accounts have used that the list of accounts does not have: one that was deleted within the window. */
  tellUnlisted(kinds: VendorUsage["metrics"]): void {
    const sums = Object.entries(kinds).flatMap(([name, { unit, period }]) => {
      const used = [...this.#unlisted.values()].map((figures) => figures[name]?.used).filter(isFigure);
      const sum = rounded(used.reduce((all, each) => all + each, 0));
      return period === "now" || sum === 0 ? [] : [`${name} ${sum} ${unit}`];
    });
    if (sums.length === 0) return;
    const [first = ""] = this.#unlisted.keys();
    this.#found.notes.push(
      `${this.#found.where}: the list of usage has ${count(this.#unlisted.size, "account")} that the list of accounts does not have, such as ${printable(first)}. They are in no sum and no CSV: ${sums.join(", ")}`,
    );
  }

  /** The active accounts that the list of usage leaves out, which is no figure of 0. */
  async #readUntold(window: UsageWindow): Promise<void> {
    const { notes, where } = this.#found;
    const before = this.#untold();
    const { one } = this.#reader;
    if (before.length > 0 && one !== undefined) {
      notes.push(
        `${where}: the list of usage leaves out ${before.length} accounts, so they were read one by one`,
      );
      await this.#readEach(before, one, window);
    }
    this.#tellUntold();
  }

  #untold(): string[] {
    return [...this.#found.accounts.values()].flatMap(({ id, presence }) =>
      presence === "active" && !this.#told.has(id) ? [id] : [],
    );
  }

  #tellUntold(): void {
    const { problems, where } = this.#found;
    const untold = this.#untold();
    if (untold.length > 0)
      problems.push(
        `${where}: the vendor says no usage of ${count(untold.length, "account")}, such as ${printable(untold[0] ?? "")}. Run this again`,
      );
  }

  /** Reads the usage of all accounts, of a vendor that has no list of it. */
  async #readAll(one: ReadsOne, window: UsageWindow): Promise<void> {
    const { accounts, notes, where } = this.#found;
    if (accounts.size === 0) return;
    notes.push(
      `${where}: no call is known that reads the usage of all accounts, so they were read one by one`,
    );
    await this.#readEach([...accounts.keys()], one, window);
    this.#tellUntold();
  }

  async #readEach(ids: readonly string[], one: ReadsOne, window: UsageWindow): Promise<void> {
    await inTurns(ids, async (id) => {
      this.#found.connection.calls++;
      const usage = await one(id, window);
      if (usage !== undefined) this.#put(id, usage.figures);
    });
  }

  /** Takes a row of usage; one that tells nothing is none. */
  #put(id: string, figures: Figures): void {
    if (!Object.values(figures).some(({ used }) => isFigure(used))) return;
    this.#told.add(id);
    if (this.#found.accounts.has(id)) this.#merge(id, figures);
    else this.#unlisted.set(id, figures);
  }

  #merge(id: string, figures: Figures): void {
    const seen = this.#found.accounts.get(id);
    if (seen !== undefined) seen.figures = { ...seen.figures, ...figures };
  }
}
