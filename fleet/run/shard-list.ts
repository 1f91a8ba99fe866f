import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SHARD_LIST, type ShardList } from "../../tenant/shard-list";
import type { Shard } from "../shards";
import { type Fleet, stackOf } from "../shards/file";

/** Writes the list of a shard's files for its program. @returns the environment that names it */
export function listFiles(fleet: Fleet, folder: string, { name, tenants }: Shard): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  const path = (each: string) => resolve(fleet.folder, each);
  const list: ShardList = {
    shard: name,
    patterns: fleet.tenants.map(path),
    files: [...new Set(tenants.flatMap(({ file }) => (file === undefined ? [] : [path(file)])))].sort(),
    tenants: tenants.map(({ externalId }) => externalId),
  };
  const file = join(folder, `${stackOf(fleet, name)}.json`);
  writeFileSync(file, JSON.stringify(list));
  return { [SHARD_LIST]: file };
}
