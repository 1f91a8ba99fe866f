import type { Store } from "../core/store";
import { newAccount, withFields } from "./account";
import { type BctrlKey, newKey, prefixOf } from "./api-key";
import { accountsIn, type BctrlRecord, keysIn } from "./records";
import type { BctrlSeed, BctrlSeedKey } from "./seed";

/** All records as a seed file has them: each account with its keys. */
export function seedOf(store: Store<BctrlRecord>): BctrlSeed {
  const keysOf = (id: string | null): BctrlSeedKey[] =>
    keysIn(store).flatMap(({ subaccountId, ...key }) => (subaccountId === id ? [structuredClone(key)] : []));
  const accounts = structuredClone(accountsIn(store)).map((account) => ({
    ...account,
    keys: keysOf(account.id),
  }));
  return { accounts, keys: keysOf(null) };
}

/** The records of a seed, each with what it lacks as in a new one: accounts, then keys in order of creation. */
export function recordsOf(seed: BctrlSeed, random: () => number, now: Date): BctrlRecord[] {
  const keyOf = (subaccountId: string | null, seeded: BctrlSeedKey): BctrlKey => {
    const fresh = newKey(random, now, subaccountId, {});
    return { ...fresh, keyPrefix: prefixOf(seeded.secret ?? fresh.secret), ...seeded, subaccountId };
  };
  const keys = (seed.keys ?? []).map((key) => keyOf(null, key));
  const accounts = (seed.accounts ?? []).map(({ id, keys: seeded = [], limits, v2Limits, ...fields }) => {
    const fresh = newAccount(random, now, {});
    const account = withFields({ ...fresh, ...(id !== undefined && { id }) }, fields);
    keys.push(...seeded.map((key) => keyOf(account.id, key)));
    return withFields(account, { ...(limits && { limits }), ...(v2Limits && { v2Limits }) });
  });
  return [...accounts, ...keys.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))];
}
