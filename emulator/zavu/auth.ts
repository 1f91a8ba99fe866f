import { bearerKey } from "../core/input";
import { Refusal } from "../core/refusal";
import type { Store } from "../core/store";
import type { ZavuAccount } from "./account";

/** Whose key a request carries. */
export type Caller = { kind: "parent" } | { kind: "sub-account"; account: ZavuAccount; keyId: string };

/** The account that holds this key, if the key works: not revoked, and of an active account. */
export function holderOf(
  accounts: Store<ZavuAccount>,
  secret: string,
): { account: ZavuAccount; keyId: string } | undefined {
  for (const account of accounts.list()) {
    if (account.status !== "active") continue;
    const key = account.keys.find((key) => key.secret === secret && key.revokedAt === null);
    if (key) return { account, keyId: key.id };
  }
  return undefined;
}

/** Records that a key was used; unknown keys are ignored. */
export function markUsed(accounts: Store<ZavuAccount>, secret: string, now: Date): void {
  const account = accounts.list().find(({ keys }) => keys.some((key) => key.secret === secret));
  if (!account) return;
  const used = (key: ZavuAccount["keys"][number]) =>
    key.secret === secret ? { ...key, lastUsedAt: now.getTime() } : key;
  accounts.put(account.id, { ...account, keys: account.keys.map(used) });
}

/**
 * Whose key this is. Throws 401 for a missing, unknown or revoked one. Counts a sub-account's key as used.
 * @see https://docs.zavu.dev/authentication
 */
export function authenticate(
  accounts: Store<ZavuAccount>,
  parentKey: string,
  authorization: string | undefined,
  now: Date,
): Caller {
  const secret = bearerKey(authorization);
  if (secret === undefined) throw new Refusal(401, "Missing API key: send Authorization: Bearer <key>");
  if (secret === parentKey) return { kind: "parent" };
  const holder = holderOf(accounts, secret);
  if (!holder) throw new Refusal(401, "Invalid API key");
  markUsed(accounts, secret, now);
  return { kind: "sub-account", ...holder };
}
