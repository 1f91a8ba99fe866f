import { AGAIN_MS } from "./accounts-table";
import { type Listings, NOW } from "./listings";
import { type ExecuteSql, makeTable } from "./sql";

/** The most rows of an answer. */
const MOST_ROWS = 100;

/** An item of a list, which only a process with the connection's parent key can read. */
export interface SealedRow {
  /** A hash of its id. */
  readonly id: string;
  /** Hashes of what else it is found by. */
  readonly keys: readonly string[];
  readonly sealed: string;
}

/** A process looks for an item, and for others that are found by the same. */
export interface Find {
  readonly process: string;
  readonly id: string;
  readonly keys: readonly string[];
  /** Whether the process can read the item by itself, which costs a call. */
  readonly isReadable: boolean;
}

/** The answer to a {@link Find}. */
export interface Found {
  /**
   * `rows`: what the list has; `list`: the process is to read the list for all; `wait`: another process reads it; `item`: too
   * few items are looked for to read a list, so the process is to read the item.
   */
  readonly answer: "rows" | "list" | "wait" | "item";
  /** The item, which a list that is not older than its last write has, and the others. */
  readonly rows: readonly Pick<SealedRow, "id" | "sealed">[];
  readonly waitMs: number;
  /** For `list`: when it begins, in ms since the epoch by the database's clock. */
  readonly startedMs: number;
}

/** A part of a list, or the end of it. */
export interface ListedRows {
  readonly process: string;
  readonly startedMs: number;
  readonly rows: readonly SealedRow[];
  /** How many items the list has: all of them are there. */
  readonly complete?: number | undefined;
  /** It could not be read. */
  readonly hasFailed?: boolean | undefined;
}

/** The items of each list of a fleet, sealed, as the newest complete list has them. */
export class RowsTable {
  readonly #sql: ExecuteSql;
  readonly #listings: Listings;
  readonly #table: string;

  private constructor(sql: ExecuteSql, schema: string, listings: Listings) {
    this.#sql = sql;
    this.#listings = listings;
    this.#table = `${schema}.fleet_row`;
  }

  static async open(sql: ExecuteSql, schema: string, listings: Listings): Promise<RowsTable> {
    const table = new RowsTable(sql, schema, listings);
    // `outdated`: a list that was begun before does not tell of the item.
    const columns =
      "place text, id bigint, keys bigint[], started float8, sealed text, outdated float8, primary key (place, id)";
    await makeTable(sql, table.#table, columns);
    const index = `create index if not exists fleet_row_keys on ${table.#table} using gin (keys)`;
    await sql(index).catch(() => sql(index));
    return table;
  }

  async find(place: string, { process, id, keys, isReadable }: Find): Promise<Found> {
    const listing = await this.#listings.newest(`rows ${place}`);
    const none = { rows: [], waitMs: 0, startedMs: 0 };
    if (listing === undefined) {
      if (isReadable && !(await this.#listings.areMany(`rows ${place}`))) return { ...none, answer: "item" };
      const startedMs = await this.#listings.nowMs();
      const isLister = await this.#listings.lease(`rows ${place}`, process);
      return isLister
        ? { ...none, answer: "list", startedMs }
        : { ...none, answer: "wait", waitMs: AGAIN_MS };
    }
    const { rows } = await this.#sql(
      `select id::text as id, sealed from ${this.#table}
        where place = $1 and started = $2 and (outdated is null or outdated < started) and (id = $3 or keys && $4::bigint[])
        order by id = $3 desc limit ${MOST_ROWS}`,
      [place, listing.startedMs, id, keys],
    );
    return { ...none, answer: "rows", rows: rows as Found["rows"] };
  }

  async listed(place: string, { process, startedMs, rows, complete, hasFailed }: ListedRows): Promise<void> {
    await this.#put(place, startedMs, rows);
    if (hasFailed) await this.#listings.failed(`rows ${place}`, process);
    else if (complete === undefined) await this.#listings.beat(`rows ${place}`, process);
    else {
      await this.#listings.complete(`rows ${place}`, { startedMs, items: complete });
      await this.#sql(
        `delete from ${this.#table} where place = $1 and coalesce(started, 0) < $2 and coalesce(outdated, 0) < $2`,
        [place, startedMs],
      );
    }
  }

  /** Has no list tell of an item that is begun before `lagMs` from now. */
  async outdate(place: string, id: string, lagMs: number): Promise<void> {
    await this.#sql(
      `insert into ${this.#table} as row (place, id, outdated) values ($1, $2, ${NOW} + $3)
        on conflict (place, id) do update set outdated = greatest(excluded.outdated, row.outdated)`,
      [place, id, lagMs],
    );
  }

  /** In one order, so that two that write the same rows do not wait for each other. */
  async #put(place: string, startedMs: number, rows: readonly SealedRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#sql(
      `insert into ${this.#table} as row (place, id, keys, started, sealed)
        select distinct on (id) $1, id, keys, $2::float8, sealed
        from jsonb_to_recordset($3::jsonb) as item(id bigint, keys bigint[], sealed text) order by id
        on conflict (place, id) do update set keys = excluded.keys, started = excluded.started, sealed = excluded.sealed
        where row.started is null or row.started <= excluded.started`,
      [place, startedMs, JSON.stringify(rows)],
    );
  }
}
