import { type Ask, answer, type Grant, type RateState, UNUSED } from "./rate";
import { type ExecuteSql, makeTable } from "./sql";

/** Asks that meet are settled one after the other; so many in a row would be a fault of the database. */
const MOST_TRIES = 100;

/** The rate of each credential, one row each, which all machines of a fleet share. */
export class RateTable {
  readonly #sql: ExecuteSql;
  readonly #turns = new Map<string, Promise<unknown>>();

  readonly #table: string;

  private constructor(sql: ExecuteSql, schema: string) {
    this.#sql = sql;
    this.#table = `${schema}.fleet_rate`;
  }

  static async open(sql: ExecuteSql, schema: string): Promise<RateTable> {
    const table = new RateTable(sql, schema);
    await makeTable(sql, table.#table, "key text primary key, version bigint not null, state jsonb not null");
    return table;
  }

  /** Answers an ask about the credential with this hash. Those of this process are answered in turn. */
  async ask(key: string, ask: Ask): Promise<Grant> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#answer(key, ask));
    this.#turns.set(key, turn);
    return await turn;
  }

  async #answer(key: string, ask: Ask): Promise<Grant> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { state, version, nowMs } = await this.#read(key);
      const next = answer(state, ask, nowMs);
      if (await this.#write(key, version, next.state)) return next.grant;
    }
    throw new Error(`the row of a rate changed ${MOST_TRIES} times while it was asked for`);
  }

  /** The time is the database's: the clocks of machines differ. */
  async #read(key: string): Promise<{ state: RateState; version: number; nowMs: number }> {
    const { rows } = await this.#sql(
      `select state, version::float8 as version, extract(epoch from clock_timestamp())::float8 * 1000 as now
        from (select 1) one left join ${this.#table} on key = $1`,
      [key],
    );
    const [row] = rows as { state: RateState | null; version: number | null; now: number }[];
    if (row === undefined) throw new Error("the database does not tell the time");
    return { state: row.state ?? UNUSED, version: row.version ?? 0, nowMs: row.now };
  }

  /** @returns false where another process has written the row meanwhile */
  async #write(key: string, version: number, state: RateState): Promise<boolean> {
    const { rows } = await this.#sql(
      `insert into ${this.#table} as rate values ($1, $2 + 1, $3::jsonb)
        on conflict (key) do update set version = excluded.version, state = excluded.state where rate.version = $2
        returning key`,
      [key, version, JSON.stringify(state)],
    );
    return rows.length > 0;
  }
}
