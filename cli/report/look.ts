import type { Account } from "../../provider/core/account/fields";
import { markerIn } from "../../provider/core/account/marker";
import { hasStatus, SubaccountsError } from "../../provider/core/base/errors";
import { printable } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import { type Fields, valueAt } from "../../provider/core/contract/fields";
import type { Figure, UsageReader, UsageWindow, VendorUsage } from "../../provider/core/usage";
import { usages } from "../../provider/usage";
import type { AccountSurvey } from "../../provider/vendors";
import { accountOf, type VendorName } from "../../tenant/description";
import type { Target } from "../connections";
import { inTurns } from "../in-turns";
import { keyOf, type Managed } from "./states";

/** An account that a vendor shows, without anything of it that a report does not need. */
export interface Seen {
  readonly vendor: VendorName;
  readonly connection: string | undefined;
  readonly id: string;
  readonly name: string | undefined;
  readonly externalId: string | undefined;
  readonly presence: Account["presence"];
  /** The vendor's own word. */
  readonly status: string;
  readonly createdAt: string | undefined;
  /** Its limits, by metric. */
  readonly limits: Readonly<Record<string, number | null>>;
  /** The fields that suspend an account have the values that do. */
  readonly isStopped: boolean;
  readonly marker:
    | { readonly owner: string; readonly urn: string; readonly isSuspended: boolean }
    | undefined;
  /** What a call that reads more of it takes. */
  readonly outputs: Account["outputs"];
  figures: Readonly<Record<string, Figure>>;
}

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

/** What the vendors show. */
export interface Look {
  /** By vendor and id, `zavu sub_1`. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly connections: readonly ReadConnection[];
  readonly notes: readonly string[];
  readonly problems: readonly string[];
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

/** Reads the accounts of these connections, and what they have used. It writes nothing. */
export async function look(run: Run, targets: readonly Target[], wishes: LookWishes): Promise<Look> {
  const seen = new Map<string, Seen>();
  const notes: string[] = [];
  const problems: string[] = [];
  const connections = targets.map(
    ({ vendor, connection }): ReadConnection => ({
      vendor: vendor.name as VendorName,
      title: vendor.title,
      connection,
      isWhole: false,
      accounts: 0,
      calls: 0,
    }),
  );
  // In this order, whichever answers first.
  const read = targets.map((target, index) => {
    const reader = new ConnectionReader(run, target, wishes, connections[index] as ReadConnection);
    return reader.read().then(() => reader);
  });
  for (const { found, notes: said, problems: failed } of await Promise.all(read)) {
    for (const each of found.values()) {
      const key = keyOf(each.vendor, each.id);
      if (!seen.has(key) || wishes.managed.get(key)?.connection === each.connection) seen.set(key, each);
    }
    notes.push(...said);
    problems.push(...failed);
  }
  return { seen, connections, notes, problems: [...new Set(problems)] };
}

/** Reads one connection. Whatever fails is a problem, and what was read before stays. */
class ConnectionReader {
  readonly found = new Map<string, Seen>();
  readonly notes: string[] = [];
  readonly problems: string[] = [];
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
    await this.#trying(() => this.#readMissing(survey));
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
      await inTurns([...this.found.keys()], async (id) => {
        this.#connection.calls++;
        const usage = await one(id, window);
        if (usage !== undefined) this.#put(id, usage.figures);
      });
      return;
    }
    const { flaw } = pages;
    if (flaw !== undefined)
      this.problems.push(
        `${this.#where}: the list of usage ${flaw}, so figures may be missing. Run this again`,
      );
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
    if (seen !== undefined) seen.figures = { ...seen.figures, ...figures };
  }
}

function seenOf(
  vendor: VendorName,
  connection: string | undefined,
  usage: VendorUsage | undefined,
  { id, fields, presence, status, outputs, metadata, used = {} }: Account,
): Seen {
  const marker = markerIn(metadata);
  const limits = Object.keys(usage?.metrics ?? {}).flatMap((metric) => {
    const { [metric]: value } = fields;
    return typeof value === "number" || value === null ? [[metric, value] as const] : [];
  });
  const createdAt = textOf(outputs["createdAt"]);
  return {
    vendor,
    connection,
    id,
    name: textOf(fields["name"]),
    externalId: textOf(fields["externalId"]),
    presence,
    status,
    createdAt,
    outputs,
    limits: Object.fromEntries(limits),
    isStopped: isStopped(vendor, fields),
    marker: marker && { owner: marker.owner, urn: marker.urn, isSuspended: marker.suspended === true },
    figures: Object.fromEntries(
      Object.entries(used).map(([metric, amount]) => [metric, { used: amount, from: createdAt }]),
    ),
  };
}

/** Whether an account has the values by which its vendor suspends one. */
function isStopped(vendor: VendorName, fields: Fields): boolean {
  const stop = Object.entries(accountOf(vendor).description.stop?.values ?? {});
  return stop.length > 0 && stop.every(([path, value]) => fields[path] === value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
