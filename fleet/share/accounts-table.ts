import type { Listings } from "./listings";
import { type ExecuteSql, makeTable } from "./sql";

/** How soon to ask again while another process reads a list, in milliseconds. */
export const AGAIN_MS = 500;

/** A process looks for an account before it creates it. */
export interface Look {
  readonly process: string;
  /** Hashes of what the account would be found by. */
  readonly wanted: readonly string[];
  /** Hashes of all that it will be found by once it is there. */
  readonly all: readonly string[];
  /** How old the list may be, in milliseconds. */
  readonly maxAgeMs?: number | undefined;
}

/** The answer to a {@link Look}. */
export interface Seen {
  /**
   * `absent`: the list has no such account, and no process of the fleet has looked for it before; `present`: one of the two
   * may be so; `list`: the process is to read the list for all; `wait`: another process reads it.
   */
  readonly answer: "absent" | "present" | "list" | "wait";
  readonly waitMs: number;
  /** How many accounts the list has. */
  readonly accounts: number;
}

/** A part of the list of a connection, or the end of it. */
export interface Listed {
  readonly process: string;
  readonly hashes: readonly string[];
  /** All of a complete list is there: how long ago it was begun, in milliseconds, and how many accounts it has. */
  readonly complete?: { readonly ageMs: number; readonly accounts: number } | undefined;
  /** It could not be read. */
  readonly hasFailed?: boolean | undefined;
}

/**
 * The accounts at each connection of a fleet, as hashes of what they are found by: no name, no id and no key of an account
 * is kept. A hash stays when its account has gone; then a process that looks for it reads the list itself.
 */
export class AccountsTable {
  readonly #sql: ExecuteSql;
  readonly #listings: Listings;
  readonly #keys: string;

  private constructor(sql: ExecuteSql, schema: string, listings: Listings) {
    this.#sql = sql;
    this.#listings = listings;
    this.#keys = `${schema}.fleet_account`;
  }

  static async open(sql: ExecuteSql, schema: string, listings: Listings): Promise<AccountsTable> {
    const table = new AccountsTable(sql, schema, listings);
    await makeTable(sql, table.#keys, "place text, hash bigint, primary key (place, hash)");
    return table;
  }

  /** In one order, so that two that add the same hashes do not wait for each other. */
  get #adding(): string {
    return `insert into ${this.#keys} select $1, hash from unnest($2::bigint[]) hash order by hash on conflict do nothing`;
  }

  async look(place: string, { process, wanted, all, maxAgeMs }: Look): Promise<Seen> {
    const listing = await this.#listings.newest(place, maxAgeMs);
    if (listing === undefined) {
      const isLister = await this.#listings.lease(place, process);
      return { answer: isLister ? "list" : "wait", waitMs: isLister ? 0 : AGAIN_MS, accounts: 0 };
    }
    const isAbsent = await this.#claim(place, wanted, all);
    return { answer: isAbsent ? "absent" : "present", waitMs: 0, accounts: listing.items };
  }

  async listed(place: string, { process, hashes, complete, hasFailed }: Listed): Promise<void> {
    await this.#add(place, hashes);
    if (complete) {
      const startedMs = (await this.#listings.nowMs()) - complete.ageMs;
      await this.#listings.complete(place, { startedMs, items: complete.accounts });
    } else if (hasFailed) await this.#listings.failed(place, process);
    else await this.#listings.beat(place, process);
  }

  /** Adds `all` in one statement, so that of two that look for an account at once one finds it absent. @returns whether none of `wanted` was there */
  async #claim(place: string, wanted: readonly string[], all: readonly string[]): Promise<boolean> {
    const { rows } = await this.#sql(
      `with added as (${this.#adding} returning hash) select hash::text as hash, true as "isNew" from added
        union all select hash::text, false from ${this.#keys} where place = $1 and hash = any($3::bigint[])`,
      [place, all, wanted],
    );
    const found = rows as { hash: string; isNew: boolean }[];
    const added = new Set(found.filter(({ isNew }) => isNew).map(({ hash }) => hash));
    const isAdded = wanted.filter((hash) => all.includes(hash)).every((hash) => added.has(hash));
    return isAdded && found.every(({ isNew }) => isNew);
  }

  async #add(place: string, hashes: readonly string[]): Promise<void> {
    if (hashes.length > 0) await this.#sql(this.#adding, [place, hashes]);
  }
}
