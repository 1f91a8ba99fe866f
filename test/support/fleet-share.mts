import { createRequire } from "node:module";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { repository } from "../../engine/program-folder.mts";
import type * as Service from "../../fleet/share/service.ts";

/** The service of a fleet for its provider processes, of the built package, over a database in memory. */
export async function startShareForTests(parallel = 1) {
  const { startShare }: typeof Service = createRequire(import.meta.url)(
    join(repository, "dist/fleet/share/service"),
  );
  const database = await PGlite.create();
  const sql = async (text: string, values?: unknown[]) => ({
    rows: (await database.query(text, values)).rows,
  });
  const share = await startShare(sql, parallel, "public");
  const close = async () => {
    await share.close();
    await database.close();
  };
  return { ...share, sql, close };
}

interface Database {
  query(text: string): Promise<{ readonly rows: unknown[] }>;
}

/** The text of all rows of a database's tables. */
export async function textOfTables(database: Database): Promise<string> {
  const tables = await database.query("select tablename as text from pg_tables where schemaname = 'public'");
  const rows = await Promise.all(
    textsOf(tables).map((name) => database.query(`select t::text as text from ${name} t`)),
  );
  return rows.flatMap(textsOf).join("\n");
}

const textsOf = ({ rows }: { readonly rows: unknown[] }): string[] =>
  (rows as { readonly text: string }[]).map(({ text }) => text);
