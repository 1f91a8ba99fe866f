import type { Session } from "../core/store";
import type { BctrlAccount } from "./account";
import { type BctrlKey, isLive } from "./api-key";
import type { BctrlSwitches } from "./switches";

/** Accounts and keys lie in one store, so that a lagging reply lags for both. */
export type BctrlRecord = BctrlAccount | BctrlKey;

/** The store, or what one request sees of it. */
type Records = Pick<Session<BctrlRecord>, "get" | "list">;

const isKey = (record: BctrlRecord): record is BctrlKey => "secret" in record;

/** Every account in order of creation. */
export function accountsIn(records: Records): BctrlAccount[] {
  return records.list().filter((record): record is BctrlAccount => !isKey(record));
}

/** Every key in order of creation, revoked ones too; the organization's constant key is not among them. */
export function keysIn(records: Records): BctrlKey[] {
  return records.list().filter(isKey);
}

export function accountIn(records: Records, id: string): BctrlAccount | undefined {
  const record = records.get(id);
  return record === undefined || isKey(record) ? undefined : record;
}

export function keyIn(records: Records, id: string): BctrlKey | undefined {
  const record = records.get(id);
  return record !== undefined && isKey(record) ? record : undefined;
}

/** The key with this secret if it works: not revoked, not expired, and of an account that may use its keys. */
export function workingKey(
  records: Records,
  secret: string,
  switches: BctrlSwitches,
  now: Date,
): BctrlKey | undefined {
  const key = keysIn(records).find((key) => key.secret === secret && isLive(key, now));
  if (key?.subaccountId == null) return key;
  const account = accountIn(records, key.subaccountId);
  return account?.status === "active" || (account && switches.archivedKeysWork) ? key : undefined;
}

/** The same key after one more use. */
export function used(key: BctrlKey, now: Date): BctrlKey {
  return { ...key, lastUsedAt: now.toISOString(), usageCount: key.usageCount + 1 };
}
