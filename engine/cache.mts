import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./lock.mts";

/** The folder with the pinned Go modules: one per version of the CLI, named after it, and the language host's. */
export const goModules: string = join(import.meta.dirname, "go");

/** The one folder outside the repository that is written to: `PULUMI_SUBACCOUNTS_CACHE`, or one in the user's cache. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const own = env["PULUMI_SUBACCOUNTS_CACHE"];
  if (own) return own;
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pulumi-subaccounts");
}

/** The engine's folder in the cache. Its name changes with everything it is made from, so a stale one is never used. */
export function cacheEntry(cache: string, version: string): string {
  const hash = createHash("sha256");
  for (const module of [version, "language-host"])
    hash.update(readFileSync(join(goModules, module, "go.sum")));
  const digest = hash.digest("hex").slice(0, 12);
  return join(cache, `pulumi-${version}-${process.platform}-${process.arch}-${digest}`);
}

/** Makes a folder to work in beside `entry`, and removes those of runs that were killed. */
export function workFolder(entry: string): string {
  const prefix = `${basename(entry)}.work-`;
  for (const name of readdirSync(dirname(entry))) {
    if (!name.startsWith(prefix)) continue;
    if (!isAlive(Number.parseInt(name.slice(prefix.length), 10))) remove(join(dirname(entry), name));
  }
  const folder = join(dirname(entry), `${prefix}${process.pid}-${Date.now()}`);
  mkdirSync(folder);
  return folder;
}

/** Moves a finished folder to its place in one step, so that nobody ever sees half of it. */
export function publish(finished: string, entry: string, work: string): void {
  // Only an entry that was found unusable is still there.
  if (existsSync(entry)) renameSync(entry, join(work, "replaced"));
  renameSync(finished, entry);
}

/** Removes a folder and all that is in it. */
export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
