import { createHash } from "node:crypto";
import { FleetError } from "../fleet-error";
import { BossEngine } from "./boss";
import type { Engine } from "./engine";
import { reasonOf } from "./outage";
import { peer } from "./peer";

/** A worker that is not heard of for so long has lost its claims, in seconds; the least that pg-boss takes. */
const HEARTBEAT_S = 10;
/** A worker gives up a claim by itself before another can have it: three seconds for the ends of its processes. */
const HOLDS_MS = 7000;
const RENEWED_MS = 2000;
/** A statement without an answer has failed, in ms: its connection may be dead. */
const ANSWER_MS = 5000;
/** Seconds between two searches for claims without a heartbeat. */
const SUPERVISED_S = 2;

/** How an engine is opened. */
export interface PostgresOptions {
  readonly url: string;
  /** Names the schema with everything of this fleet. */
  readonly schema: string;
  /** The fleet's id: a schema has one fleet. */
  readonly fleet: string;
  /** Whether this process works on jobs, and so is one of {@link Engine.workers}. */
  readonly isWorker: boolean;
}

/** An engine on PostgreSQL, for many machines. The database may be lost: what is done stands in the stacks. @throws FleetError */
export async function postgres({ url, schema, fleet, isWorker }: PostgresOptions): Promise<Engine> {
  const { PgBoss } = await peer(import("pg-boss"));
  const connection = { connectionString: url, query_timeout: ANSWER_MS, keepAlive: true };
  const boss = new PgBoss({
    ...connection,
    schema,
    max: 10,
    connectionTimeoutMillis: ANSWER_MS,
    application_name: "subaccounts fleet",
    supervise: isWorker,
    schedule: isWorker,
    registerInstance: isWorker,
    superviseIntervalSeconds: SUPERVISED_S,
    monitorIntervalSeconds: SUPERVISED_S,
    instanceHeartbeatSeconds: HEARTBEAT_S,
  });
  let engine: BossEngine;
  try {
    engine = await BossEngine.start(boss, schema, {
      pollMs: 1000,
      heartbeatSeconds: HEARTBEAT_S,
      lease: { holdsMs: HOLDS_MS, everyMs: RENEWED_MS },
    });
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw new FleetError(
      `the engine's database cannot be used (${reasonOf(error)}): check engine.url of fleet.yaml, that the server runs, and that its user may create the schema ${schema}`,
    );
  }
  await refuseAnother(engine, schema, fleet);
  return engine;
}

async function refuseAnother(engine: BossEngine, schema: string, id: string): Promise<void> {
  const own = { id };
  if (await engine.replace("fleet", "", undefined, own)) return;
  const other = await engine.record<typeof own>("fleet", "");
  if (other?.id === id) return;
  await engine.close();
  throw new FleetError(
    `the schema ${schema} of the engine's database is that of another fleet: give each fleet a name or a stack of its own, or another database`,
  );
}

/** The schema of a fleet: `fleet_<name>_<stack>`, with a hash where that is too long for PostgreSQL. */
export function schemaOf({ name, stack }: { readonly name: string; readonly stack: string }): string {
  const plain = `fleet_${name}_${stack}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
  if (plain.length <= 40) return plain;
  return `${plain.slice(0, 31)}_${createHash("sha256").update(plain).digest("hex").slice(0, 8)}`;
}
