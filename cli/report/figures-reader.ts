import { hasStatus } from "../../provider/core/base/errors";
import { printable } from "../../provider/core/base/printable";
import { valueAt } from "../../provider/core/contract/fields";
import type { Figure, UsageReader, UsageWindow } from "../../provider/core/usage";
import { inTurns } from "../in-turns";
import type { Found } from "./connection-reader";
import { keyOf, type Managed } from "./states";

type ReadsOne = NonNullable<UsageReader["one"]>;

/** Reads the usage of the accounts that were found at one connection. Whatever is missing is a problem. */
export class FiguresReader {
  /** Accounts whose usage was read. */
  readonly #told = new Set<string>();
  readonly #found: Found;
  readonly #reader: UsageReader;

  constructor(found: Found, reader: UsageReader) {
    this.#found = found;
    this.#reader = reader;
  }

  /** Reads what all accounts used, in a window where the vendor counts by windows. @throws SubaccountsError */
  async readUsage(window: UsageWindow): Promise<void> {
    const { connection, accounts, notes, problems, where } = this.#found;
    const pages = this.#reader.pages(window);
    if (pages === undefined) return;
    const { one } = this.#reader;
    try {
      while (!pages.isDone) {
        connection.calls++;
        for (const { id, figures } of await pages.next()) this.#put(id, figures);
      }
    } catch (error) {
      if (one === undefined || !hasStatus(error, 404, 405)) throw error;
      notes.push(
        `${where}: it does not know the call that reads the usage of all accounts, so they were read one by one`,
      );
      await this.#readEach([...accounts.keys()], one, window);
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
      if (usage !== undefined) this.#put(id, usage.figures);
    });
  }

  /** The active accounts that the list of usage leaves out, which is no figure of 0. */
  async #readUntold(window: UsageWindow): Promise<void> {
    const { accounts, notes, problems, where } = this.#found;
    const untold = () =>
      [...accounts.values()].flatMap(({ id, presence }) =>
        presence === "active" && !this.#told.has(id) ? [id] : [],
      );
    const before = untold();
    const { one } = this.#reader;
    if (before.length > 0 && one !== undefined) {
      notes.push(
        `${where}: the list of usage leaves out ${before.length} accounts, so they were read one by one`,
      );
      await this.#readEach(before, one, window);
    }
    const rest = untold();
    if (rest.length > 0)
      problems.push(
        `${where}: the vendor says no usage of ${rest.length} accounts, such as ${printable(rest[0] ?? "")}. Run this again`,
      );
  }

  async #readEach(ids: readonly string[], one: ReadsOne, window: UsageWindow): Promise<void> {
    await inTurns(ids, async (id) => {
      this.#found.connection.calls++;
      const usage = await one(id, window);
      if (usage !== undefined) this.#put(id, usage.figures);
    });
  }

  #put(id: string, figures: Readonly<Record<string, Figure>>): void {
    const seen = this.#found.accounts.get(id);
    this.#told.add(id);
    if (seen !== undefined) seen.figures = { ...seen.figures, ...figures };
  }
}
