import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FleetError } from "../fleet-error";
import { BossEngine } from "./boss";
import type { Engine } from "./engine";
import { lockFolder } from "./folder-lock";
import { peer } from "./peer";

const SCHEMA = "pgboss";
/** How often a worker looks for jobs, in ms. */
const POLL_MS = 500;

/**
 * An engine in this process, on PGlite in a folder: for one machine, without a server. The folder may be deleted.
 * @throws FleetError where another process has the folder, or a package is missing
 */
export async function embedded(folder: string): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const lock = lockFolder(lockFile(folder));
  if ("holder" in lock) {
    const { host, pid } = lock.holder;
    throw new FleetError(
      `process ${pid} on ${host} works on this fleet: subaccounts fleet status shows how far it is. Wait for it, or end it`,
    );
  }
  try {
    const { PgBoss, fromPglite } = await peer(import("pg-boss"));
    const { PGlite } = await peer(import("@electric-sql/pglite"));
    const database = await PGlite.create(join(folder, "database"));
    const boss = new PgBoss({ db: fromPglite(database), backend: "pglite", schedule: false });
    const engine = await BossEngine.start(boss, SCHEMA, { pollMs: POLL_MS }, async () => {
      await database.close();
      lock.release();
    });
    // This process has the folder alone, so nobody works on what is claimed.
    await engine.release();
    return engine;
  } catch (error) {
    lock.release();
    if (error instanceof FleetError) throw error;
    throw new FleetError(
      `the engine's database in ${folder} cannot be opened (${(error as Error).message}): delete the folder and run this again, what is done stands in the stacks`,
    );
  }
}

function lockFile(folder: string): string {
  return join(folder, "lock");
}
