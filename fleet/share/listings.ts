import { type ExecuteSql, makeTable } from "./sql";

/** A list is read again once it is older, in milliseconds. */
const MAX_AGE_MS = 5 * 60_000;
/** And once it is so many times older than reading it takes. */
const MAX_AGE_TIMES = 10;
/** A process that reads a list, and is not heard of for so long, has ended, in milliseconds. */
const LEASE_MS = 15_000;
/** Accounts that a run looks at once more after it has made them, and whose limit it has set. */
const SECOND_LOOKS = 10;
/** Items of a page of a list, and how many a list has where no list of the fleet is known. */
const [PAGE, USUAL_ITEMS] = [100, 10_000];

/** How long it is known when a run began, in milliseconds: longer than one goes on. */
const RUN_KEPT_MS = 30 * 86_400_000;

/** The time of the database, in ms since the epoch: the clocks of machines differ. */
export const NOW = "extract(epoch from clock_timestamp())::float8 * 1000";

/** A complete list. Times are in ms since the epoch by the database's clock. */
export interface Listing {
  readonly startedMs: number;
  /** How many items it has. */
  readonly items: number;
}

/** When the lists of a fleet were read, and which process reads one now: one at a time for each place. */
export class Listings {
  readonly #sql: ExecuteSql;
  readonly #listings: string;
  readonly #runs: string;
  readonly #looks: string;
  readonly #organizations: string;
  /** A list that was begun before does not count. */
  #sinceMs = Number.POSITIVE_INFINITY;

  private constructor(sql: ExecuteSql, schema: string) {
    this.#sql = sql;
    this.#listings = `${schema}.fleet_listing`;
    this.#runs = `${schema}.fleet_run_begun`;
    this.#looks = `${schema}.fleet_look`;
    this.#organizations = `${schema}.fleet_organization`;
  }

  static async open(sql: ExecuteSql, schema: string): Promise<Listings> {
    const made = new Listings(sql, schema);
    const columns =
      "place text primary key, started float8, took float8, accounts integer, lister text, lease float8";
    await makeTable(sql, made.#listings, columns);
    await makeTable(sql, made.#runs, "run text primary key, at float8 not null");
    await makeTable(
      sql,
      made.#looks,
      "place text primary key, since float8 not null, looks integer not null",
    );
    await makeTable(
      sql,
      made.#organizations,
      "place text primary key, since float8 not null, organization text not null",
    );
    made.#sinceMs = await made.nowMs();
    return made;
  }

  /** Has lists count from the beginning of this run on, on whichever machine that was. */
  async begin(run: string): Promise<void> {
    await this.#sql(`delete from ${this.#runs} where at < ${NOW} - $1`, [RUN_KEPT_MS]);
    await this.#sql(`insert into ${this.#runs} values ($1, ${NOW}) on conflict do nothing`, [run]);
    const { rows } = await this.#sql(`select at from ${this.#runs} where run = $1`, [run]);
    const [row] = rows as { at: number }[];
    this.#sinceMs = Math.max(this.#sinceMs, row?.at ?? Number.POSITIVE_INFINITY);
  }

  async nowMs(): Promise<number> {
    const { rows } = await this.#sql(`select ${NOW} as now`);
    const [row] = rows as { now: number }[];
    return row?.now ?? Number.POSITIVE_INFINITY;
  }

  /** The newest list of a place, if it counts. @param maxAgeMs how old it may be, where it takes no longer to read */
  async newest(place: string, maxAgeMs = MAX_AGE_MS): Promise<Listing | undefined> {
    const { rows } = await this.#sql(
      `select started as "startedMs", accounts as items from ${this.#listings}
        where place = $1 and started >= $2 and started > ${NOW} - greatest($3, $4 * took)`,
      [place, this.#sinceMs, maxAgeMs, MAX_AGE_TIMES],
    );
    const [listing] = rows as Listing[];
    return listing;
  }

  /** Has a process read the list, unless another one does. @returns whether it is to */
  async lease(place: string, process: string): Promise<boolean> {
    const { rows } = await this.#sql(
      `insert into ${this.#listings} as listing (place, lister, lease) values ($1, $2, ${NOW} + $3)
        on conflict (place) do update set lister = excluded.lister, lease = excluded.lease
        where listing.lease is null or listing.lease < ${NOW} or listing.lister = excluded.lister
        returning place`,
      [place, process, LEASE_MS],
    );
    return rows.length > 0;
  }

  /** Notes that a process still reads the list. */
  async beat(place: string, process: string): Promise<void> {
    await this.#sql(`update ${this.#listings} set lease = ${NOW} + $3 where place = $1 and lister = $2`, [
      place,
      process,
      LEASE_MS,
    ]);
  }

  /** Notes that a process could not read the list. */
  async failed(place: string, process: string): Promise<void> {
    await this.#sql(
      `update ${this.#listings} set lister = null, lease = null where place = $1 and lister = $2`,
      [place, process],
    );
  }

  /** Notes a complete list; how long it took is told by how long ago it was begun. */
  async complete(place: string, { startedMs, items }: Listing): Promise<void> {
    await this.#sql(
      `insert into ${this.#listings} as listing (place, started, took, accounts) values ($1, $2, ${NOW} - $2, $3)
        on conflict (place) do update set lister = null, lease = null, took = excluded.took, accounts = excluded.accounts,
        started = greatest(excluded.started, listing.started)`,
      [place, startedMs, items],
    );
  }

  /** Counts a look that only makes sure. @returns whether it is one of the first of its run */
  async isFirstLook(place: string): Promise<boolean> {
    return (await this.#countLook(place)) <= SECOND_LOOKS;
  }

  /** Counts an item that is read by itself. @returns whether its run has read as many so as the list may have pages */
  async areMany(place: string): Promise<boolean> {
    const { rows } = await this.#sql(
      `select coalesce(max(accounts) filter (where place = $1), max(accounts)) as accounts from ${this.#listings}`,
      [place],
    );
    const [row] = rows as { accounts: number | null }[];
    return (await this.#countLook(place)) > (row?.accounts ?? USUAL_ITEMS) / PAGE;
  }

  /** The organization in which the first process of a run has created accounts, by a connection's name: this one, if none has. */
  async organization(place: string, organization: string): Promise<string> {
    const { rows } = await this.#sql(
      `insert into ${this.#organizations} as known values ($1, $2, $3)
        on conflict (place) do update set since = greatest(known.since, excluded.since),
        organization = case when known.since >= excluded.since then known.organization else excluded.organization end
        returning organization`,
      [place, this.#sinceMs, organization],
    );
    const [row] = rows as { organization: string }[];
    return row?.organization ?? organization;
  }

  async #countLook(place: string): Promise<number> {
    const { rows } = await this.#sql(
      `insert into ${this.#looks} as look values ($1, $2, 1)
        on conflict (place) do update set looks = case when look.since >= excluded.since then look.looks + 1 else 1 end,
        since = greatest(look.since, excluded.since) returning looks`,
      [place, this.#sinceMs],
    );
    const [row] = rows as { looks: number }[];
    return row?.looks ?? Number.POSITIVE_INFINITY;
  }
}
