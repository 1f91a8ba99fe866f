import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Redactor } from "../../provider/core/base/redact";
import type { Engine } from "../engine/engine";
import { commonInputs, inputsOf } from "../inputs";
import { identify, type ProcessId } from "../process";
import { checkConfigFile } from "../pulumi/config-file";
import { Stacks } from "../pulumi/stacks";
import { mapOf, readShards, type Shard } from "../shards";
import { type Fleet, stackOf } from "../shards/file";
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
  readonly redactor: Redactor;
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
  const shards = readShards(fleet);
  const byStack = new Map(shards.map((shard) => [stackOf(fleet, shard.name), shard]));
  const stacks = new Stacks(fleet, env, (stack) => {
    const shard = byStack.get(stack);
    return shard ? listFiles(fleet, join(workFolder(fleet), "shards"), shard) : {};
  });
  const common = commonInputs(fleet, { package: ownVersion(), engine: await stacks.version() });
  const targets = shards.map((shard) => ({
    ...shard,
    stack: stackOf(fleet, shard.name),
    inputs: inputsOf(shard, common, now()),
  }));
  // A wave of a shard that there is not is told before anything runs.
  wavesOf(fleet, mapOf(fleet), []);
  return { fleet, env, stacks, targets, redactor: redactorOf(env), now, log };
}

/** The folder with the embedded engine and what this machine notes; it may be deleted while nothing runs. */
export function workFolder({ folder }: Fleet): string {
  return join(folder, ".fleet");
}

/** Notes the process group of a shard's command for the case that this process is killed. */
export function noteGroup(fleet: Fleet, stack: string, group: number): void {
  const folder = join(workFolder(fleet), "running");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${stack}.json`), JSON.stringify(identify(group)));
}

/** The process group that a runner which was killed has left; undefined where there is no note of one. */
export function notedGroup(fleet: Fleet, stack: string): ProcessId | undefined {
  try {
    return JSON.parse(readFileSync(join(workFolder(fleet), "running", `${stack}.json`), "utf8"));
  } catch {
    return undefined;
  }
}

export function forgetGroup(fleet: Fleet, stack: string): void {
  rmSync(join(workFolder(fleet), "running", `${stack}.json`), { force: true });
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
