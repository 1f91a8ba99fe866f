import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { z } from "zod";

/** The variable with the path of a {@link ShardList}. */
export const SHARD_LIST = "SUBACCOUNTS_SHARD_LIST";

const shardList = z.object({
  /** The shard's name in the map. */
  shard: z.string(),
  /** The patterns of all tenants' files; absolute. */
  patterns: z.array(z.string()),
  /** The files that have a tenant of the shard; absolute. */
  files: z.array(z.string()),
  /** External ids of its tenants, sorted. */
  tenants: z.array(z.string()),
});

/**
 * The files with the tenants of one shard, as a command of the fleet has read them all: so that the program of each shard
 * reads its own alone. A program whose files hold other tenants than the list reads all.
 */
export type ShardList = z.infer<typeof shardList>;

/** Reads a list; undefined where it cannot be read, or is of another shard or of other patterns. */
export function listedFiles(
  file: string,
  shard: string,
  patterns: readonly string[],
): Pick<ShardList, "files" | "tenants"> | undefined {
  try {
    const list = shardList.parse(JSON.parse(readFileSync(file, "utf8")));
    const isOfThese = list.patterns.join("\n") === patterns.map((pattern) => resolve(pattern)).join("\n");
    if (!isOfThese || list.shard !== shard) return undefined;
    return { files: list.files.map((each) => relative("", each)), tenants: list.tenants };
  } catch {
    return undefined;
  }
}
