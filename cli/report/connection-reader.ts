import type { Account } from "../../provider/core/account/fields";
import { hasStatus, SubaccountsError } from "../../provider/core/base/errors";
import { printable } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import { valueAt } from "../../provider/core/contract/fields";
import type { Figure, UsageReader, UsageWindow, VendorUsage } from "../../provider/core/usage";
import { usages } from "../../provider/usage";
import type { AccountSurvey } from "../../provider/vendors";
import type { VendorName } from "../../tenant/description";
import type { Target } from "../connections";
import { inTurns } from "../in-turns";
import { type Seen, seenOf } from "./seen";
import { keyOf, type Managed } from "./states";

/** A connection that was read, as far as it could be. */
export interface ReadConnection {
  readonly vendor: VendorName;
  readonly title: string;
  readonly connection: string | undefined;
  /** Every account is known: what is not among them is not there. */
  isWhole: boolean;
  accounts: number;
  calls: number;
}

/** How the vendors are looked at. */
export interface LookWishes {
  /** Accounts of states, which the vendors are asked for where no list shows them. */
  readonly managed: ReadonlyMap<string, Managed>;
  /** The time of figures that are of a window; undefined: no use is read. */
  readonly window: UsageWindow | undefined;
  /** Told the vendor's title and how many accounts are read. */
  readonly progress: (title: string, accounts: number) => void;
}

/** Reads one connection. Whatever fails is a problem, and what was read before stays. */
export class ConnectionReader {
  readonly found = new Map<string, Seen>();
  readonly notes: string[] = [];
  readonly problems: string[] = [];
  /** Accounts whose usage was read. */
  readonly #told = new Set<string>();
  readonly #run: Run;
  readonly #target: Target;
  readonly #wishes: LookWishes;
  readonly #connection: ReadConnection;
  readonly #name: VendorName;
  readonly #usage: VendorUsage | undefined;
  readonly #where: string;

  constructor(run: Run, target: Target, wishes: LookWishes, connection: ReadConnection) {
    this.#run = run;
    this.#target = target;
    this.#wishes = wishes;
    this.#connection = connection;
    this.#name = connection.vendor;
    this.#usage = usages[this.#name];
    const { title } = target.vendor;
    this.#where =
      target.connection === undefined ? title : `${title}, connection "${printable(target.connection)}"`;
  }

  async read(): Promise<void> {
    const { vendor, settings } = this.#target;
    this.#run.redactor.add(settings.apiKey);
    const survey = vendor.accountsWith(settings, this.#run);
    const isListed = await this.#trying(() => this.#list(survey));
    if (!isListed) return;
    if (await this.#isOfAnotherOrganization()) return;
    if (!(await this.#trying(() => this.#readMissing(survey)))) this.#connection.isWhole = false;
    if (this.#wishes.window === undefined) return;
    const reader = this.#usage?.readerWith(settings, this.#run);
    if (reader === undefined) return;
    await this.#trying(() => this.#readUsage(reader, this.#wishes.window as UsageWindow));
    await this.#trying(() => this.#readFurther(reader));
  }

  async #trying(body: () => Promise<void>): Promise<boolean> {
    try {
      await body();
      return true;
    } catch (error) {
      if (!(error instanceof SubaccountsError)) throw error;
      this.problems.push(error.message);
      return false;
    }
  }

  async #list({ pages, withMetadata }: AccountSurvey): Promise<void> {
    const { vendor } = this.#target;
    const unmarked: Account[] = [];
    while (!pages.isDone) {
      const page = await pages.next();
      this.#connection.calls++;
      for (const { apiKey, ...account } of page) {
        // A secret of a known shape is known by it; ten thousand of them would be a load.
        if (vendor.keyShape === undefined || apiKey?.match(vendor.keyShape) === null)
          this.#run.redactor.add(apiKey);
        this.#keep(account);
        const isOurs = this.#wishes.managed.has(keyOf(this.#name, account.id));
        if (vendor.isMarked && account.metadata === undefined && !isOurs && account.presence === "active")
          unmarked.push(account);
      }
      this.#connection.accounts = this.found.size;
      this.#wishes.progress(vendor.title, this.found.size);
    }
    const { flaw } = pages;
    this.#connection.isWhole = flaw === undefined;
    if (flaw !== undefined)
      this.problems.push(
        `${this.#where}: the list of accounts ${flaw}, so some may be missing. Run this again`,
      );
    // A listing need not show who manages an account.
    await inTurns(unmarked, async (account) => {
      this.#connection.calls++;
      const whole = await withMetadata(account);
      if (whole !== undefined) this.#keep(whole);
    });
  }

  #keep(account: Account): void {
    this.found.set(account.id, seenOf(this.#name, this.#target.connection, this.#usage, account));
  }

  /** The accounts of the states that belong to this connection and are not in its list. */
  #missing(): Managed[] {
    const { connection, vendor } = this.#target;
    return [...this.#wishes.managed.values()].filter(
      (each) => each.vendor === vendor.name && each.connection === connection && !this.found.has(each.id),
    );
  }

  /** A key of another organization shows none of the accounts, which are not missing for that. */
  async #isOfAnotherOrganization(): Promise<boolean> {
    const missing = this.#missing();
    const [first] = missing.flatMap(({ place }) => place ?? []);
    const has = [...this.#wishes.managed.values()].some(
      ({ vendor, id }) => vendor === this.#name && this.found.has(id),
    );
    if (first === undefined || has) return false;
    const { vendor, settings } = this.#target;
    let isOther = false;
    await this.#trying(async () => {
      this.#connection.calls++;
      const here = await vendor.organizationWith(settings, this.#run);
      const placed = first.slice(first.indexOf(":") + 1);
      isOther = here !== undefined && here !== placed;
      if (isOther) {
        this.problems.push(
          `${this.#where}: the key is of the organization ${here}, and the accounts of the state are in ${placed}. Export the key of that one`,
        );
      }
    });
    if (isOther) this.#connection.isWhole = false;
    return isOther;
  }

  /** A list need not show each account that there is. */
  async #readMissing({ withMetadata }: AccountSurvey): Promise<void> {
    if (!this.#target.vendor.isMarked) return;
    await inTurns(this.#missing(), async ({ id }) => {
      this.#connection.calls++;
      const account = await withMetadata({ id, presence: "active", status: "", fields: {}, outputs: {} });
      if (account !== undefined) this.#keep(account);
    });
  }

  async #readUsage(reader: UsageReader, window: UsageWindow): Promise<void> {
    const pages = reader.pages(window);
    if (pages === undefined) return;
    try {
      while (!pages.isDone) {
        this.#connection.calls++;
        for (const { id, figures } of await pages.next()) this.#put(id, figures);
      }
    } catch (error) {
      if (reader.one === undefined || !hasStatus(error, 404, 405)) throw error;
      const { one } = reader;
      this.notes.push(
        `${this.#where}: it does not know the call that reads the usage of all accounts, so they were read one by one`,
      );
      await this.#readEach([...this.found.keys()], one, window);
      return;
    }
    const { flaw } = pages;
    if (flaw !== undefined)
      this.problems.push(
        `${this.#where}: the list of usage ${flaw}, so figures may be missing. Run this again`,
      );
    else await this.#readUntold(reader, window);
  }

  /** The active accounts that the list of usage leaves out, which is no figure of 0. */
  async #readUntold({ one }: UsageReader, window: UsageWindow): Promise<void> {
    const untold = () =>
      [...this.found.values()].flatMap(({ id, presence }) =>
        presence === "active" && !this.#told.has(id) ? [id] : [],
      );
    const before = untold();
    if (before.length > 0 && one !== undefined) {
      this.notes.push(
        `${this.#where}: the list of usage leaves out ${before.length} accounts, so they were read one by one`,
      );
      await this.#readEach(before, one, window);
    }
    const rest = untold();
    if (rest.length > 0)
      this.problems.push(
        `${this.#where}: the vendor says no usage of ${rest.length} accounts, such as ${printable(rest[0] ?? "")}. Run this again`,
      );
  }

  async #readEach(
    ids: readonly string[],
    one: NonNullable<UsageReader["one"]>,
    window: UsageWindow,
  ): Promise<void> {
    await inTurns(ids, async (id) => {
      this.#connection.calls++;
      const usage = await one(id, window);
      if (usage !== undefined) this.#put(id, usage.figures);
    });
  }

  /** Figures that take a call for each account, where a state declares them. */
  async #readFurther({ further }: UsageReader): Promise<void> {
    if (further === undefined) return;
    const declaring = [...this.found.values()].flatMap((seen) => {
      const declared = this.#wishes.managed.get(keyOf(this.#name, seen.id))?.declared ?? {};
      return further.fields.some((field) => valueAt(declared, field) !== undefined) ? [seen] : [];
    });
    if (declaring.length === 0) return;
    this.notes.push(
      `${this.#where}: ${further.fields.join(", ")} of ${declaring.length} accounts read one by one, as the vendor lists them nowhere`,
    );
    await inTurns(declaring, async (seen) => {
      this.#connection.calls++;
      const usage = await further.read(seen.id, seen.outputs);
      if (usage !== undefined) this.#put(seen.id, usage.figures);
    });
  }

  #put(id: string, figures: Readonly<Record<string, Figure>>): void {
    const seen = this.found.get(id);
    this.#told.add(id);
    if (seen !== undefined) seen.figures = { ...seen.figures, ...figures };
  }
}
