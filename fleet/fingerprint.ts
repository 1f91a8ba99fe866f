import { globSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { commonFiles, hashOf } from "./inputs";
import type { Fleet } from "./shards/file";

/**
 * A hash that is another one when a file that decides what a fleet's shards are may have changed: by the names, sizes and
 * times of the files, so that ten thousand of them take a moment.
 */
export function fingerprintOf(fleet: Fleet): string {
  const { folder, file, tenants, tiers, shards } = fleet;
  const files = new Set([
    ...tenants.flatMap((pattern) => globSync(pattern, { cwd: folder }).map((file) => join(folder, file))),
    ...[file, tiers, shards.map].filter((each) => each !== undefined).map((each) => resolve(folder, each)),
    ...commonFiles(fleet),
  ]);
  const stats = [...files].sort().map((file) => {
    const { size, mtimeMs, ctimeMs, ino } = statSync(file, { throwIfNoEntry: false }) ?? {};
    return [file, size, mtimeMs, ctimeMs, ino];
  });
  return hashOf(stats);
}
