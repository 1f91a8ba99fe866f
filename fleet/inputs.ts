import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isObject } from "../provider/core/base/json";
import { overBy } from "../tenant/suspension";
import { FleetError } from "./fleet-error";
import type { FleetTenant, Shard } from "./shards";
import type { Fleet } from "./shards/file";

/** Files that decide what a program does, beside those that `inputs` of fleet.yaml names. */
const SOURCES = "**/*.{ts,mts,cts,js,mjs,cjs}";
const MANIFESTS = ["package.json", "tsconfig.json", "Pulumi.yaml"];
const LOCKFILES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/** Inputs of all shards: the program, its packages and configuration, the policies and the engine. */
export function commonInputs(
  fleet: Fleet,
  versions: { readonly package: string; readonly engine: string },
): string {
  const hashes = commonFiles(fleet).map((file) => [relative(fleet.folder, file), hashOfFile(file)]);
  return hashOf({ hashes, versions });
}

/** The files of {@link commonInputs}, sorted. */
export function commonFiles(fleet: Fleet): string[] {
  const program = resolve(fleet.folder, fleet.program);
  const files = new Set([
    ...sourcesIn(program),
    ...MANIFESTS.map((name) => join(program, name)).filter((file) => existsSync(file)),
    ...lockfilesOf(program),
    ...[configFileOf(fleet)].filter((file) => existsSync(file)),
    ...filesOf(fleet, fleet.inputs),
    ...(fleet.policies.pack ? sourcesIn(resolve(fleet.folder, fleet.policies.pack)) : []),
    ...(fleet.policies.config ? [resolve(fleet.folder, fleet.policies.config)] : []),
  ]);
  return [...files].sort();
}

/**
 * The hash of all that decides what an `up` of a shard does: its tenants with their tiers, which of their days are over,
 * and what is common. Keys that rotate or end by time are not in it: their time is kept beside the hash.
 */
export function inputsOf({ tenants }: Pick<Shard, "tenants">, common: string, nowMs: number): string {
  return hashOf({
    common,
    tenants: tenants.map(({ values }) => declarationOf(values, nowMs)),
  });
}

/** The file with the configuration that all stacks of a fleet share. */
export function configFileOf(fleet: Fleet): string {
  return resolve(fleet.folder, fleet.program, `Pulumi.${fleet.stack}.yaml`);
}

/** A tenant with its own tier alone, and with what is over of it. */
function declarationOf({ tiers, ...own }: FleetTenant["values"], nowMs: number): object {
  const tier = typeof own["tier"] === "string" && isObject(tiers) ? tiers[own["tier"]] : undefined;
  return { own, tier: tier ?? null, over: overBy(own, nowMs) };
}

function sourcesIn(folder: string): string[] {
  const exclude = (name: string) => /(^|\/)(node_modules|\.[^/]+)$/.test(name);
  return globSync(SOURCES, { cwd: folder, exclude }).map((file) => join(folder, file));
}

/** The lockfiles of a folder, or of the nearest one above it that has any: that of a workspace. */
function lockfilesOf(folder: string): string[] {
  const found = LOCKFILES.map((name) => join(folder, name)).filter((file) => existsSync(file));
  const isTop = dirname(folder) === folder || existsSync(join(folder, ".git"));
  return found.length > 0 || isTop ? found : lockfilesOf(dirname(folder));
}

function filesOf({ folder }: Fleet, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: folder });
    if (files.length > 0) return files.map((file) => join(folder, file));
    throw new FleetError(
      `inputs has ${pattern}, which matches no file in ${folder}: correct the pattern, or take it out`,
    );
  });
}

function hashOfFile(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** The hash of plain data, whatever the order of its keys. */
export function hashOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_, each: unknown) =>
    isObject(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
  return createHash("sha256").update(sorted).digest("hex").slice(0, 32);
}
