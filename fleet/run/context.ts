import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Redactor } from "../../provider/core/base/redact";
import type { Engine } from "../engine/engine";
import { fingerprintOf } from "../fingerprint";
import { commonInputs, inputsOf } from "../inputs";
import { checkConfigFile } from "../pulumi/config-file";
import { Stacks } from "../pulumi/stacks";
import { mapOf, readShards, type Shard } from "../shards";
import { type Fleet, rereadFleet, stackOf } from "../shards/file";
import { redactorOf } from "./attempt";
import { listFiles } from "./shard-list";
import { wavesOf } from "./waves";

/** A shard with its stack and the hash of its inputs. */
export interface Target extends Shard {
  readonly stack: string;
  readonly inputs: string;
}

/** A fleet as its files are now, and what works on it. */
export interface Context {
  readonly fleet: Fleet;
  readonly env: NodeJS.ProcessEnv;
  readonly stacks: Stacks;
  readonly targets: readonly Target[];
  /** Another one when the files may have changed. */
  readonly fingerprint: string;
  /** When the hashes of the targets were made, in ms since the epoch. */
  readonly readMs: number;
  /** The hash of a shard's inputs as it was at another time: of these files, with the days that were over then. */
  readonly inputsAt: (shard: Shard, ms: number) => string;
  readonly redactor: Redactor;
  /** Told of a run before the first of its shards; absent where shards share nothing. */
  readonly beginRun?: (run: string) => Promise<void>;
  readonly now: () => number;
  /** Gets a line for each thing that happens. */
  readonly log: (line: string) => void;
}

/** Options of a caller. */
export interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly now?: () => number;
  readonly log?: (line: string) => void;
}

/** Reads a fleet's files. @throws FleetError with what is wrong with them */
export async function contextOf(
  fleet: Fleet,
  { env = process.env, now = Date.now, log = () => {} }: Surroundings = {},
): Promise<Context> {
  checkConfigFile(fleet);
  const fingerprint = fingerprintOf(fleet);
  const shards = readShards(fleet);
  const byStack = new Map(shards.map((shard) => [stackOf(fleet, shard.name), shard]));
  const stacks = new Stacks(fleet, env, (stack) => {
    const shard = byStack.get(stack);
    return shard ? listFiles(fleet, join(workFolder(fleet), "shards"), shard) : {};
  });
  const common = commonInputs(fleet, { package: ownVersion(), engine: await stacks.version() });
  const readMs = now();
  const inputsAt = (shard: Shard, ms: number) => inputsOf(shard, common, ms);
  const targets = shards.map((shard) => ({
    ...shard,
    stack: stackOf(fleet, shard.name),
    inputs: inputsAt(shard, readMs),
  }));
  // A wave of a shard that there is not is told before anything runs.
  wavesOf(fleet, mapOf(fleet), []);
  return { fleet, env, stacks, targets, fingerprint, readMs, inputsAt, redactor: redactorOf(env), now, log };
}

/** A fleet as its files are now, read again if they have changed. @throws FleetError */
export async function reread(context: Context): Promise<Context> {
  if (fingerprintOf(context.fleet) === context.fingerprint) return context;
  const { beginRun } = context;
  return { ...(await contextOf(rereadFleet(context.fleet), context)), ...(beginRun && { beginRun }) };
}

/** The folder with the embedded engine and what this machine notes; it may be deleted while nothing runs. */
export function workFolder({ folder }: Fleet): string {
  return join(folder, ".fleet");
}

/** The version of this package: the built file lies one folder deeper than its source. */
function ownVersion(folder = __dirname): string {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return ownVersion(dirname(folder));
  const manifest: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return manifest.version;
}

/** The shard record of each stack that the engine knows. */
export async function recordsOf<T extends { readonly stack: string }>(
  engine: Engine,
): Promise<Map<string, T>> {
  return new Map((await engine.records<T>("shard")).map((record) => [record.stack, record]));
}
