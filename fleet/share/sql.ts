/** Runs one statement in the engine's database. */
export type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;

/** Makes a table where there is none. */
export async function makeTable(sql: ExecuteSql, name: string, columns: string): Promise<void> {
  const text = `create table if not exists ${name} (${columns})`;
  // Of two machines that make it at the same time, PostgreSQL refuses one.
  await sql(text).catch(() => sql(text));
}
