import type { Account } from "../../provider/core/account/fields";
import { SubaccountsError } from "../../provider/core/base/errors";
import { printable } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import type { UsageWindow, VendorUsage } from "../../provider/core/usage";
import { usages } from "../../provider/usage";
import type { AccountSurvey } from "../../provider/vendors";
import type { VendorName } from "../../tenant/description";
import type { Target } from "../connections";
import { inTurns } from "../in-turns";
import { FiguresReader } from "./figures-reader";
import { type Seen, seenOf, unshownLimits } from "./seen";
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

/** The result of reading one connection, as far as it was read. */
export interface Found {
  readonly connection: ReadConnection;
  /** The vendor, and the connection if it has a name, for people. */
  readonly where: string;
  /** By id. */
  readonly accounts: Map<string, Seen>;
  readonly notes: string[];
  readonly problems: string[];
}

/** Reads one connection. Whatever fails is a problem, and what was read before stays. */
export class ConnectionReader implements Found {
  readonly accounts = new Map<string, Seen>();
  readonly notes: string[] = [];
  readonly problems: string[] = [];
  readonly connection: ReadConnection;
  readonly where: string;
  readonly #run: Run;
  readonly #target: Target;
  readonly #wishes: LookWishes;
  readonly #name: VendorName;
  readonly #usage: VendorUsage | undefined;

  constructor(run: Run, target: Target, wishes: LookWishes, connection: ReadConnection) {
    this.#run = run;
    this.#target = target;
    this.#wishes = wishes;
    this.connection = connection;
    this.#name = connection.vendor;
    this.#usage = usages[this.#name];
    const { title } = target.vendor;
    this.where =
      target.connection === undefined ? title : `${title}, connection "${printable(target.connection)}"`;
  }

  async read(): Promise<void> {
    const { vendor, settings } = this.#target;
    const { window, managed } = this.#wishes;
    this.#run.redactor.add(settings.apiKey);
    const survey = vendor.accountsWith(settings, this.#run);
    const isListed = await this.#trying(() => this.#list(survey));
    if (!isListed) return;
    if (await this.#isOfAnotherOrganization()) return;
    const reader = this.#usage?.readerWith(settings, this.#run);
    if (!(await this.#trying(() => this.#readMissing(survey)))) this.connection.isWhole = false;
    await this.#trying(() => this.#readUnshown(survey, reader?.further?.fields ?? []));
    if (window === undefined || reader === undefined) return;
    const figures = new FiguresReader(this, reader);
    await this.#trying(() => figures.readUsage(window));
    await this.#trying(() => figures.readFurther(managed));
    figures.tellMissing();
    figures.tellUnlisted(this.#usage?.metrics ?? {});
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
      this.connection.calls++;
      for (const { apiKey, ...account } of page) {
        // A secret of a known shape is known by it; ten thousand of them would be a load.
        if (vendor.keyShape === undefined || apiKey?.match(vendor.keyShape) === null)
          this.#run.redactor.add(apiKey);
        this.#keep(account);
        const isOurs = this.#wishes.managed.has(keyOf(this.#name, account.id));
        if (vendor.isMarked && account.metadata === undefined && !isOurs && account.presence === "active")
          unmarked.push(account);
      }
      this.connection.accounts = this.accounts.size;
      this.#wishes.progress(vendor.title, this.accounts.size);
    }
    const { flaw } = pages;
    this.connection.isWhole = flaw === undefined;
    if (flaw !== undefined)
      this.problems.push(
        `${this.where}: the list of accounts ${flaw}, so some may be missing. Run this again`,
      );
    // A listing need not show who manages an account.
    await inTurns(unmarked, async (account) => {
      this.connection.calls++;
      const whole = await withMetadata(account);
      if (whole !== undefined) this.#keep(whole);
    });
  }

  #keep(account: Account): void {
    this.accounts.set(account.id, seenOf(this.#name, this.#target.connection, this.#usage, account));
  }

  /** The accounts of the states that belong to this connection, in its list or not. */
  #managed(isListed: boolean): Managed[] {
    const { connection, vendor } = this.#target;
    return [...this.#wishes.managed.values()].filter(
      (each) =>
        each.vendor === vendor.name &&
        each.connection === connection &&
        this.accounts.has(each.id) === isListed,
    );
  }

  /**
   * Tells whether the key is of another organization, which shows none of the accounts: they are not missing for that. Where
   * it shows some, and others are elsewhere, that is told, and the reading goes on.
   */
  async #isOfAnotherOrganization(): Promise<boolean> {
    const placesOf = (accounts: Managed[]) =>
      accounts.flatMap(({ place }) => place?.slice(place.indexOf(":") + 1) ?? []);
    const missing = placesOf(this.#managed(false));
    if (missing.length === 0) return false;
    const listed = this.#managed(true);
    let [here] = placesOf(listed);
    if (listed.length === 0)
      await this.#trying(async () => {
        this.connection.calls++;
        here = await this.#target.vendor.organizationWith(this.#target.settings, this.#run);
      });
    const elsewhere = here === undefined ? undefined : missing.find((place) => place !== here);
    if (elsewhere === undefined) return false;
    this.problems.push(
      `${this.where}: the key is of the organization ${here}, and the accounts of the state are in ${elsewhere}. Use a key of that one`,
    );
    this.connection.isWhole = false;
    return listed.length === 0;
  }

  /** A list need not show each account that there is. */
  async #readMissing({ withMetadata }: AccountSurvey): Promise<void> {
    if (!this.#target.vendor.isMarked) return;
    await inTurns(this.#managed(false), async ({ id }) => {
      this.connection.calls++;
      const account = await withMetadata(byItself(id));
      if (account !== undefined) this.#keep(account);
    });
  }

  /** Reads accounts of states by themselves where the list leaves out a limit that is declared, but for `elsewhere`. */
  async #readUnshown({ withMetadata }: AccountSurvey, elsewhere: readonly string[]): Promise<void> {
    const unshown = () =>
      [...this.accounts.values()].flatMap((seen) => {
        const { declared } = this.#wishes.managed.get(keyOf(this.#name, seen.id)) ?? {};
        const limits =
          declared === undefined || seen.presence !== "active" ? [] : unshownLimits(seen, declared);
        const names = limits.filter((name) => !elsewhere.includes(name));
        return names.length === 0 ? [] : [{ id: seen.id, names }];
      });
    if (this.#target.vendor.isMarked)
      await inTurns(unshown(), async ({ id }) => {
        this.connection.calls++;
        const account = await withMetadata(byItself(id));
        if (account !== undefined) this.#keep(account);
      });
    const [first, ...others] = unshown();
    if (first === undefined) return;
    const more = others.length === 0 ? "" : `, nor limits of ${others.length} more`;
    this.problems.push(
      `${this.where}: the vendor does not show ${first.names.join(", ")} of ${printable(first.id)}${more}, so drift could not be told. Look at it at the vendor`,
    );
  }
}

/** An account to be read by its id. */
const byItself = (id: string): Account => ({ id, presence: "active", status: "", fields: {}, outputs: {} });
