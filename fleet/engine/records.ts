import { type Kind, LostError } from "./engine";
import { ask, reasonOf } from "./outage";

type Sql = (text: string, values?: unknown[]) => Promise<{ readonly rows: object[] }>;

/** An attempt at a job, as pg-boss has it. */
interface Attempt {
  readonly queue: string;
  readonly id: string;
  readonly retryCount: number;
}

/** Records in a table beside pg-boss's. */
export class Records {
  readonly schema: string;
  readonly #table: string;
  readonly #run: Sql;

  constructor(schema: string, run: Sql) {
    this.schema = schema;
    this.#table = `${schema}.fleet_record`;
    this.#run = run;
  }

  async save(kind: Kind, key: string, record: object): Promise<void> {
    await this.#sql(
      `insert into ${this.#table} values ($1, $2, $3::jsonb) on conflict (kind, key) do update set record = excluded.record`,
      [kind, key, JSON.stringify(record)],
    );
  }

  async replace(kind: Kind, key: string, before: object | undefined, record: object): Promise<boolean> {
    const text =
      before === undefined
        ? `insert into ${this.#table} values ($1, $2, $3::jsonb) on conflict (kind, key) do nothing returning key`
        : `update ${this.#table} set record = $3::jsonb where kind = $1 and key = $2 and record = $4::jsonb returning key`;
    const values = [kind, key, JSON.stringify(record), ...(before ? [JSON.stringify(before)] : [])];
    return (await this.#sql(text, values)).length > 0;
  }

  async record<T>(kind: Kind, key: string): Promise<T | undefined> {
    const text = `select record from ${this.#table} where kind = $1 and key = $2`;
    return (await this.#sql<T>(text, [kind, key]))[0]?.record;
  }

  async records<T>(kind: Kind, prefix = "", like: Partial<T> = {}): Promise<T[]> {
    const text = `select record from ${this.#table} where kind = $1 and starts_with(key, $2) and record @> $3::jsonb order by key`;
    const rows = await this.#sql<T>(text, [kind, prefix, JSON.stringify(like)]);
    return rows.map(({ record }) => record);
  }

  async keys(kind: Kind, prefix: string, like: object = {}): Promise<string[]> {
    const text = `select key from ${this.#table} where kind = $1 and starts_with(key, $2) and record @> $3::jsonb order by key`;
    const { rows } = await ask(() => this.#run(text, [kind, prefix, JSON.stringify(like)]));
    return (rows as { readonly key: string }[]).map(({ key }) => key);
  }

  async last<T>(kind: Kind): Promise<T | undefined> {
    const text = `select record from ${this.#table} where kind = $1 order by key desc limit 1`;
    return (await this.#sql<T>(text, [kind]))[0]?.record;
  }

  async forget(kind: Kind, prefix: string): Promise<void> {
    await this.#sql(`delete from ${this.#table} where kind = $1 and starts_with(key, $2)`, [kind, prefix]);
  }

  /** Saves a record while an attempt has its claim; the statement takes part in the order of those that change the claim. */
  protected async saveAs(
    { queue, id, retryCount }: Attempt,
    kind: Kind,
    key: string,
    record: object,
  ): Promise<void> {
    const held = `select from ${this.schema}.job where name = $4 and id = $5 and retry_count = $6 and state = 'active' for share`;
    const rows = await this.#sql(
      `with held as (${held}) insert into ${this.#table} select $1, $2, $3::jsonb from held
       on conflict (kind, key) do update set record = excluded.record returning key`,
      [kind, key, JSON.stringify(record), queue, id, retryCount],
    );
    if (rows.length === 0) throw new LostError();
  }

  /** The jobs of a queue in some states; pg-boss's own search takes a thousand at most, with those that have ended. */
  protected async jobsIn(
    queue: string,
    states: readonly string[],
    like: object = {},
  ): Promise<{ readonly id: string; readonly run: string }[]> {
    const text = `select jsonb_build_object('id', id, 'run', data->>'run') as record from ${this.schema}.job
       where name = $1 and state::text = any($2) and data @> $3::jsonb`;
    const rows = await this.#sql<{ id: string; run: string }>(text, [queue, states, JSON.stringify(like)]);
    return rows.map(({ record }) => record);
  }

  /**
   * Two workers that start at the same time both may make it. By the order of bytes the primary key finds the keys that begin
   * with a text, among those of all earlier runs.
   */
  protected async makeTable(): Promise<void> {
    const columns = 'kind text, key text collate "C", record jsonb not null, primary key (kind, key)';
    try {
      await this.#sql(`create table if not exists ${this.#table} (${columns})`);
    } catch (error) {
      if (reasonOf(error) !== "23505") throw error;
    }
  }

  async #sql<T = unknown>(text: string, values?: unknown[]): Promise<{ readonly record: T }[]> {
    return (await ask(() => this.#run(text, values))).rows as { readonly record: T }[];
  }
}
