import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../engine/program-folder.mts";
import type { Engine as Jobs } from "../../fleet/engine/engine.ts";
import type { Context } from "../../fleet/run/context.ts";
import type { Fleet } from "../../fleet/shards/file.ts";
import { postgresPrograms, startPostgres } from "../support/postgres.mts";
import { idOf, writeTenants } from "./fleet-folder.mts";

/**
 * A fleet's own work, without Pulumi and without a vendor: files, map and hashes, the policies over all tenants, the queue
 * with its records and reports, and the shared list of accounts.
 */

const PER_SHARD = 100;
/** Accounts of a page of the list, and looks at a time. */
const [PAGE, AT_A_TIME] = [100, 16];

const require = createRequire(import.meta.url);
const built = (name: string) => require(join(repository, "dist/fleet", `${name}.js`));
const { contextOf } = built("run/context");
const { planFleet } = built("run/plan");
const { upFleet } = built("run/up");
const { readFleet } = built("shards/file");
const { firstShards } = built("shards/map");
const { embedded } = built("engine/embedded");
const { postgres } = built("engine/postgres");
const { AccountsTable } = built("share/accounts-table");
const { Listings } = built("share/listings");

/** One step over all tenants. */
export interface Step {
  readonly tenants: number;
  readonly what: string;
  readonly database: string;
  readonly seconds: number;
}

/** Stacks in memory, of which each `up` ends at once. */
class NoStacks {
  readonly #kept = new Map<string, object>();
  kept = async (stack: string) => this.#kept.get(stack);
  init = async (stack: string) => void this.#kept.set(stack, { state: "none" });
  keep = async (stack: string, kept: object) => void this.#kept.set(stack, kept);
  resources = async () => [];
  up = async () => ({ code: 0, lines: [], stdout: "" });
  preview = this.up;
  within = () => this;
}

/** Measures the steps for so many tenants, in shards of a hundred. @param env has a Pulumi CLI on PATH */
export async function measureScale(
  tenants: number,
  env: NodeJS.ProcessEnv,
  note: (line: string) => void,
): Promise<Step[]> {
  const folder = mkdtempSync(join(tmpdir(), "fleet-scale-"));
  const steps: Step[] = [];
  const step = async <Result,>(what: string, database: string, body: () => Promise<Result>) => {
    const start = performance.now();
    const result = await body();
    const seconds = (performance.now() - start) / 1000;
    note(`${tenants} tenants, ${what}${database && `, ${database}`}: ${seconds.toFixed(1)} s`);
    steps.push({ tenants, what, database, seconds });
    return result;
  };
  const programs = postgresPrograms();
  const server = programs === undefined ? undefined : await startPostgres(programs);
  try {
    const fleet = makeFleet(folder, tenants);
    const context: Context = await step("files, map and hashes of all tenants", "", () =>
      contextOf(fleet, { env: { ...env, PULUMI_BACKEND_URL: `file://${join(folder, "backend")}` } }),
    );
    const engines: [string, () => Promise<Jobs>][] = [
      ["PGlite", () => embedded(join(folder, ".fleet"))],
      ...(server
        ? ([
            [
              "PostgreSQL",
              () => postgres({ url: server.url, schema: "fleet_scale", fleet: fleet.id, isWorker: true }),
            ],
          ] as [string, () => Promise<Jobs>][])
        : []),
    ];
    for (const [database, open] of engines) {
      const engine = await open();
      try {
        const own = { ...context, stacks: new NoStacks() } as unknown as Context;
        const stop = new AbortController().signal;
        await step("`plan`: the policies over all", database, () => planFleet(own, engine));
        await step("`up` of all shards: queue, claims, records", database, () =>
          upFleet(own, engine, {}, stop),
        );
        await step("`up` with nothing to do", database, () => upFleet(own, engine, {}, stop));
        const sql = engine.executeSql.bind(engine);
        const listings = await Listings.open(sql, engine.schema);
        const table = await AccountsTable.open(sql, engine.schema, listings);
        await step("list of all accounts", database, () => fill(table, tenants));
        await step("a look before each create", database, () => look(table, tenants));
      } finally {
        await engine.close();
      }
    }
    return steps;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFleet(folder: string, tenants: number): Fleet {
  const example = (name: string) => readFileSync(join(repository, "examples/fleet", name), "utf8");
  for (const name of ["index.ts", "package.json", "Pulumi.yaml", "tiers.yaml"])
    writeFileSync(join(folder, name), example(name));
  mkdirSync(join(folder, ".git"));
  mkdirSync(join(folder, "backend"));
  writeTenants(folder, tenants);
  const shards = firstShards(tenants, PER_SHARD).map((name: string) => `"${name}"`);
  writeFileSync(join(folder, "shards.yaml"), `shards: [${shards.join(", ")}]\n`);
  const settings = example("fleet.yaml").replace(/waves:\n( {2}.*\n)+/, "waves: [{ name: all }]\n");
  writeFileSync(join(folder, "fleet.yaml"), settings);
  const id = /^id: (\S+)/m.exec(settings)?.[1];
  writeFileSync(join(folder, "Pulumi.prod.yaml"), `config:\n  subaccounts:fleet: ${id}\n`);
  return readFleet(join(folder, "fleet.yaml"));
}

const hashOf = (text: string): string =>
  (createHash("sha256").update(text).digest().readBigUInt64BE() >> 1n).toString();
const hashesOf = (number: number): string[] => [hashOf(idOf(number)), hashOf(`Customer ${number}`)];

/** The list has every other account, as of a fleet that grows. */
async function fill(table: InstanceType<typeof AccountsTable>, tenants: number): Promise<void> {
  await table.look("place", { process: "one", wanted: ["1"], all: ["1"] });
  for (let first = 1; first <= tenants; first += 2 * PAGE) {
    const numbers = Array.from({ length: PAGE }, (_, index) => first + 2 * index);
    await table.listed("place", { process: "one", hashes: numbers.flatMap(hashesOf) });
  }
  await table.listed("place", {
    process: "one",
    hashes: [],
    complete: { ageMs: 0, accounts: Math.ceil(tenants / 2) },
  });
}

async function look(table: InstanceType<typeof AccountsTable>, tenants: number): Promise<void> {
  let number = 0;
  const work = async () => {
    while (number < tenants) {
      const hashes = hashesOf(++number);
      const isListed = number % 2 === 1;
      const { answer } = await table.look("place", { process: "two", wanted: hashes, all: hashes });
      if (answer !== (isListed ? "present" : "absent")) throw new Error(`${idOf(number)} is ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
