import type { Run } from "../../provider/core/base/run";
import type { VendorName } from "../../tenant/description";
import type { Target } from "../connections";
import { ConnectionReader, type LookWishes, type ReadConnection } from "./connection-reader";
import type { Seen } from "./seen";
import { keyOf } from "./states";

/** The accounts that vendors show. */
export interface Look {
  /** By vendor and id, `zavu sub_1`. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly connections: readonly ReadConnection[];
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** Reads the accounts of these connections, and what they have used. It writes nothing. */
export async function look(run: Run, targets: readonly Target[], wishes: LookWishes): Promise<Look> {
  const seen = new Map<string, Seen>();
  const notes: string[] = [];
  const problems: string[] = [];
  const connections = targets.map(
    ({ vendor, connection }): ReadConnection => ({
      vendor: vendor.name as VendorName,
      title: vendor.title,
      connection,
      isWhole: false,
      accounts: 0,
      calls: 0,
    }),
  );
  // In this order, whichever answers first.
  const read = targets.map((target, index) => {
    const reader = new ConnectionReader(run, target, wishes, connections[index] as ReadConnection);
    return reader.read().then(() => reader);
  });
  for (const { accounts, notes: said, problems: failed } of await Promise.all(read)) {
    for (const each of accounts.values()) {
      const key = keyOf(each.vendor, each.id);
      if (!seen.has(key) || wishes.managed.get(key)?.connection === each.connection) seen.set(key, each);
    }
    notes.push(...said);
    problems.push(...failed);
  }
  return { seen, connections, notes, problems: [...new Set(problems)] };
}
