import { createHash } from "node:crypto";
import { z } from "zod";
import { FleetError } from "../fleet-error";
import { readYaml } from "./read-yaml";

/** One shard of the map: a part of the hash space, or a name that tenants are pinned to. */
interface Entry {
  readonly name: string;
  /** Hexadecimal digits of its prefix: of two entries with a tenant's hash, that with more has the tenant. */
  readonly digits: number;
  /** Its part of the hash space, `from` included and `to` not. */
  readonly from: bigint;
  readonly to: bigint;
}

/** Which shard each tenant belongs to. */
export interface ShardMap {
  /** Every shard, those of the hash first. */
  readonly names: readonly string[];
  /** Shards with a part of the hash space: those of equally long prefixes in the order of their hashes, the longest first. */
  readonly levels: readonly (readonly Entry[])[];
}

const BITS = 64n;
const END = 1n << BITS;
/** A prefix, or a range of prefixes. */
export const RANGE = /^([0-9a-f]{1,8})(?:-([0-9a-f]{1,8}))?$/;
/** With a letter that is no hexadecimal digit, so that it is never taken for a prefix. */
export const PINNED = /^(?=.*[g-z])[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The content of `shards.yaml`. */
const shardsFile = z.strictObject({
  shards: z
    .array(
      z
        .string()
        .regex(
          RANGE,
          "must be a prefix of the hash, such as 3 or f0, or a range of them, such as 0-3 or 80-bf",
        ),
    )
    .min(1, "is empty: give prefixes of the hash that cover all of it, such as [0-7, 8-f]")
    .describe("parts of the hash space: prefixes in hexadecimal, or ranges of prefixes of one length"),
  pinned: z
    .array(
      z
        .string()
        .regex(
          PINNED,
          "must be lower-case letters, digits and dashes with a letter after f in it, such as canary or eu-1",
        ),
    )
    .describe("shards that only tenants with `shard: <name>` belong to")
    .optional(),
});

/** Reads a shard map. @throws FleetError with everything that is wrong with it */
export function readShardMap(file: string): ShardMap {
  const content = readYaml(file, "subaccounts fleet init writes the first one", true);
  const { data, error } = shardsFile.safeParse(content);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new FleetError(`the shard map ${file} is wrong: ${issue?.path.join(".")} ${issue?.message}`);
  }
  return shardMap(data.shards, data.pinned, file);
}

/**
 * Makes a shard map of prefixes and ranges, such as `0`, `f0` and `4-7`.
 * @throws FleetError where two of them claim the same part of the hash space, or a part of it has no shard
 */
export function shardMap(
  shards: readonly string[],
  pinned: readonly string[] = [],
  file = "of this fleet",
): ShardMap {
  const entries = shards.map((name) => entryOf(name, file)).sort(byFrom);
  const levels = levelsOf(entries);
  const problem = problemOf(entries, levels) ?? twiceIn([...shards, ...pinned]);
  if (problem !== undefined) throw new FleetError(`the shard map ${file} is wrong: ${problem}`);
  return { names: [...shards, ...pinned], levels };
}

/**
 * The shard of a tenant: the longest prefix in the map that the first 64 bits of sha256(externalId) start with.
 *
 * @param pin the shard that the tenant's file names
 * @throws FleetError where the map has no such shard to be pinned to
 */
export function shardOf(externalId: string, map: ShardMap, pin?: string): string {
  if (pin !== undefined) {
    if (map.names.includes(pin)) return pin;
    throw new FleetError(
      `tenant ${externalId} is pinned to the shard ${pin}, which the shard map does not have: add it to pinned in the map, or correct the tenant's line`,
    );
  }
  const hash = hashOf(externalId);
  for (const level of map.levels) {
    const entry = entryWith(hash, level);
    if (entry) return entry.name;
  }
  throw new FleetError(`the shard map has no shard for tenant ${externalId}`);
}

/** Finds the entry with a hash, by halves: a fleet has many shards, and more tenants. */
function entryWith(hash: bigint, level: readonly Entry[]): Entry | undefined {
  let [low, high] = [0, level.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = level[middle] as Entry;
    if (hash < entry.from) high = middle;
    else if (hash >= entry.to) low = middle + 1;
    else return entry;
  }
  return undefined;
}

/** The first 64 bits of sha256. */
function hashOf(externalId: string): bigint {
  return createHash("sha256").update(externalId).digest().readBigUInt64BE();
}

function entryOf(name: string, file: string): Entry {
  const [, first = "", last = first] = RANGE.exec(name) ?? [];
  const digits = first.length;
  if (digits === 0 || last.length !== digits || last < first) {
    throw new FleetError(
      `the shard map ${file} is wrong: ${name} is no range: both ends need the same number of digits, the smaller one first, such as 0-3`,
    );
  }
  const shift = BITS - BigInt(digits * 4);
  return {
    name,
    digits,
    from: BigInt(`0x${first}`) << shift,
    to: (BigInt(`0x${last}`) + 1n) << shift,
  };
}

const byFrom = (one: Entry, other: Entry): number =>
  one.from < other.from ? -1 : one.from > other.from ? 1 : 0;

function levelsOf(sorted: readonly Entry[]): Entry[][] {
  const lengths = [...new Set(sorted.map(({ digits }) => digits))].sort((one, other) => other - one);
  return lengths.map((length) => sorted.filter(({ digits }) => digits === length));
}

function problemOf(sorted: readonly Entry[], levels: readonly (readonly Entry[])[]): string | undefined {
  let end = 0n;
  for (const { from, to } of sorted) {
    if (from > end) break;
    if (to > end) end = to;
  }
  if (end < END) {
    const prefix = end.toString(16).padStart(16, "0").replace(/0+$/, "") || "0";
    return `no shard has the hashes that start with ${prefix}. Add it, since their tenants would be in no stack`;
  }
  for (const level of levels) {
    const index = level.findIndex(({ to }, at) => (level[at + 1]?.from ?? END) < to);
    const [entry, other] = level.slice(index, index + 2);
    if (index >= 0)
      return `${entry?.name} and ${other?.name} have hashes in common. Give each prefix to one of them`;
  }
  return undefined;
}

function twiceIn(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  return twice === undefined ? undefined : `${twice} stands in it twice. Take one of the two out`;
}

/** A first map for so many tenants: 1, 2, 4, 8 or 16 parts of one digit, or 32, 64, … of two. */
export function firstShards(tenants: number, size: number): string[] {
  let count = 1;
  while (count * size < tenants && count < 65_536) count *= 2;
  const digits = Math.max(1, Math.ceil(Math.log2(count) / 4));
  const width = 16 ** digits / count;
  const hex = (value: number) => value.toString(16).padStart(digits, "0");
  return Array.from({ length: count }, (_, index) => {
    const [first, last] = [index * width, (index + 1) * width - 1];
    return first === last ? hex(first) : `${hex(first)}-${hex(last)}`;
  });
}
