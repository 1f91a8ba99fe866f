import { type ExecuteSql, makeTable } from "./sql";

/** A list is read again once it is older, in milliseconds. */
const MAX_AGE_MS = 5 * 60_000;
/** And once it is so many times older than reading it takes. */
const MAX_AGE_TIMES = 10;
/** A process that reads the list, and is not heard of for so long, has ended, in milliseconds. */
const LEASE_MS = 90_000;
/** How soon to ask again while another process reads the list, in milliseconds. */
const AGAIN_MS = 500;

const NOW = "extract(epoch from clock_timestamp())::float8 * 1000";

/** A process looks for an account before it creates it. */
export interface Look {
  readonly process: string;
  /** Hashes of what the account would be found by. */
  readonly wanted: readonly string[];
  /** Hashes of all that it will be found by once it is there. */
  readonly all: readonly string[];
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
  readonly #listings: string;
  readonly #keys: string;
  /** A list that was begun before does not count, in ms since the epoch by the database's clock. */
  #sinceMs = Number.POSITIVE_INFINITY;

  private constructor(sql: ExecuteSql, schema: string) {
    this.#sql = sql;
    this.#listings = `${schema}.fleet_listing`;
    this.#keys = `${schema}.fleet_account`;
  }

  static async open(sql: ExecuteSql, schema: string): Promise<AccountsTable> {
    const table = new AccountsTable(sql, schema);
    const columns =
      "place text primary key, started float8, took float8, accounts integer, lister text, lease float8";
    await makeTable(sql, table.#listings, columns);
    await makeTable(sql, table.#keys, "place text, hash bigint, primary key (place, hash)");
    await table.renew();
    return table;
  }

  /** Has lists count from now on alone. */
  async renew(): Promise<void> {
    const { rows } = await this.#sql(`select ${NOW} as now`);
    const [row] = rows as { now: number }[];
    this.#sinceMs = row?.now ?? Number.POSITIVE_INFINITY;
  }

  /** In one order, so that two that add the same hashes do not wait for each other. */
  get #adding(): string {
    return `insert into ${this.#keys} select $1, hash from unnest($2::bigint[]) hash order by hash on conflict do nothing`;
  }

  async look(place: string, { process, wanted, all }: Look): Promise<Seen> {
    const { rows } = await this.#sql(
      `select accounts from ${this.#listings}
        where place = $1 and started >= $2 and started > ${NOW} - greatest($3, $4 * took)`,
      [place, this.#sinceMs, MAX_AGE_MS, MAX_AGE_TIMES],
    );
    const [listing] = rows as { accounts: number }[];
    if (listing === undefined) {
      const isLister = await this.#lease(place, process);
      return { answer: isLister ? "list" : "wait", waitMs: isLister ? 0 : AGAIN_MS, accounts: 0 };
    }
    const isAbsent = await this.#claim(place, wanted, all);
    return { answer: isAbsent ? "absent" : "present", waitMs: 0, accounts: listing.accounts };
  }

  async listed(place: string, { process, hashes, complete, hasFailed }: Listed): Promise<void> {
    await this.#add(place, hashes);
    if (complete) {
      await this.#sql(
        `insert into ${this.#listings} as listing (place, started, took, accounts) values ($1, ${NOW} - $2, $2, $3)
          on conflict (place) do update set lister = null, lease = null, took = excluded.took, accounts = excluded.accounts,
          started = greatest(excluded.started, listing.started)`,
        [place, complete.ageMs, complete.accounts],
      );
    } else if (hasFailed) {
      await this.#sql(
        `update ${this.#listings} set lister = null, lease = null where place = $1 and lister = $2`,
        [place, process],
      );
    } else {
      await this.#sql(`update ${this.#listings} set lease = ${NOW} + $3 where place = $1 and lister = $2`, [
        place,
        process,
        LEASE_MS,
      ]);
    }
  }

  /** Has a process read the list, unless another one does. */
  async #lease(place: string, process: string): Promise<boolean> {
    const { rows } = await this.#sql(
      `insert into ${this.#listings} as listing (place, lister, lease) values ($1, $2, ${NOW} + $3)
        on conflict (place) do update set lister = excluded.lister, lease = excluded.lease
        where listing.lease is null or listing.lease < ${NOW} or listing.lister = excluded.lister
        returning place`,
      [place, process, LEASE_MS],
    );
    return rows.length > 0;
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
