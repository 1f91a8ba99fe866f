import { Accounts } from "../account/accounts";
import { type AccountsOfNested, accountsOfNested } from "../account/for-nested";
import { type AccountApi, ownSecrets, type WorkingKeys } from "../account/kind";
import type { LookFacts } from "../account/step";
import { printable } from "../base/printable";
import { parseTime } from "../base/time";
import type { Context } from "../contract/resource";
import type { Listing, Shown } from "../nested/listing";
import type { NestedApi } from "../nested/nested";

/** The reserved name of a key that replaces an account's own, whose reply was lost or that the vendor revoked. */
export const KEY_NAME = "pulumi-subaccounts";

/** A key as a vendor lists it: never with its secret. */
export interface ListedKey {
  readonly id: string;
  readonly name: string | undefined;
  /** The first characters of the key; empty where the vendor does not show them. */
  readonly prefix: string;
  /** By the vendor's clock; undefined where the vendor does not say it. */
  readonly createdAtMs: number | undefined;
  /** A vendor that does not show the last use leaves it unknown, which is not "never". */
  readonly use: "used" | "never" | "unknown";
  /** By the vendor's clock; undefined where it was never used, or the vendor does not say when. */
  readonly lastUsedAtMs: number | undefined;
  readonly revoked: boolean;
}

/** The keys of an account, as a vendor lists them. */
export type KeyListing = Listing<ListedKey>;

/** A key at the only moment its secret is shown. */
export interface IssuedKey {
  readonly id: string;
  readonly secret: string;
  /** Shown beside it by some replies. */
  readonly prefix?: string | undefined;
  readonly createdAtMs?: number | undefined;
}

/** Arguments of a new key; a name where the vendor asks for one or the code declares it. */
export type KeyArgs = { readonly name?: string | undefined } & Readonly<Record<string, unknown>>;

/** The key endpoints of a vendor, in plain values. */
export interface KeyApi extends AccountsOfNested {
  /** The vendor's name as people write it. */
  readonly title: string;
  /** All keys of an account; undefined where the vendor itself answers that it has no such account. */
  list(accountId: string): Promise<KeyListing | undefined>;
  /** For refresh: a key from a listing of many accounts, where the vendor has one; undefined proves nothing. */
  find?(accountId: string, keyId: string): Promise<Shown<ListedKey> | undefined>;
  /** @param requestId the same for every repeat of one request; an idempotency key where the vendor has one. */
  issue(accountId: string, args: KeyArgs, requestId: string): Promise<IssuedKey>;
  revoke(accountId: string, keyId: string): Promise<void>;
}

/** Answers what keys ask about their accounts. */
export function accountsOfKeys(
  facts: LookFacts,
  context: Context<unknown>,
  api: AccountApi,
): AccountsOfNested & Pick<KeyApi, "title"> {
  const accounts = new Accounts(facts, context, api);
  return { ...accountsOfNested({ facts, context, accounts }), title: facts.title };
}

/** Whether and when a key was used, by what a vendor lists as its last use: `null` is never, absent is not told. */
export function lastUseOf(lastUsedAt: unknown): Pick<ListedKey, "use" | "lastUsedAtMs"> {
  const use = lastUsedAt === undefined ? "unknown" : lastUsedAt === null ? "never" : "used";
  return { use, lastUsedAtMs: parseTime(lastUsedAt) };
}

/** Keys as objects of an account that can be read and removed. */
export function nestedKeys(keys: KeyApi): NestedApi<ListedKey> {
  return { ...keys, words: KEY_WORDS, remove: keys.revoke, isOver: ({ revoked }) => revoked };
}

/** The keys of an account that work, as far as the vendor lists them. */
export async function workingKeys(
  { title, list }: KeyApi,
  context: Context<unknown>,
  accountId: string,
): Promise<WorkingKeys> {
  const listing = await list(accountId);
  if (listing === undefined) return { keys: [], flaw: `${title} lists none for it` };
  const own = [...ownSecrets(context, accountId)].flatMap((secret) => {
    const matches = keysOfSecret(listing.items, secret);
    return matches.length === 1 ? matches : [];
  });
  const keys = listing.items.filter(({ revoked }) => !revoked);
  return { keys: keys.map((key) => ({ ...key, isOwn: own.includes(key) })), flaw: listing.flaw };
}

/** How messages speak of keys. */
export const KEY_WORDS = { noun: "key", remove: "revoke", removed: "revoked", still: "works" };

/** The listed keys that have the beginning of this secret; vendors may shorten what they show. */
export function keysOfSecret(listed: readonly ListedKey[], secret: string): ListedKey[] {
  return listed.filter(({ prefix }) => {
    // Vendors shorten what they show: "zv_live_ab12...".
    const shown = prefix.replace(/[.…*]+$/, "");
    return shown !== "" && secret.startsWith(shown);
  });
}

/**
 * The listed keys that may be the account's own: the one of its secret where exactly one has its prefix, else every key,
 * since a vendor need not show prefixes.
 */
export function ownKeys(
  context: Context<unknown>,
  accountId: string,
  listed: readonly ListedKey[],
): ReadonlySet<ListedKey> {
  const own = [...ownSecrets(context, accountId)].flatMap((secret) => {
    const matches = keysOfSecret(listed, secret);
    return matches.length === 1 ? matches : listed;
  });
  return new Set(own);
}

/** Whether a resource of this run has the key. */
export function isHeld({ run, connection }: Context<unknown>, keyId: string): boolean {
  return run.holders(holdOfKey(connection, keyId)).size > 0;
}

/** The key of an in-run claim on an API key. */
export function holdOfKey(connection: string, keyId: string): string {
  return `${connection} key ${keyId}`;
}

/** The ids of the keys that ApiKeys of an account have in this run. */
export function apiKeysOf({ run, connection }: Context<unknown>, accountId: string): Set<string> {
  return run.shared(`${connection} ApiKeys of ${accountId}`, () => new Set<string>());
}

/** The ids of the keys that this run has made: no state has them before the run ends. */
export function madeInRun({ run, connection }: Context<unknown>): Set<string> {
  return run.shared(`${connection} keys of this run`, () => new Set<string>());
}

/** A key in words: `"backend" (ak_1)`. */
export function nameOfKey({ id, name }: ListedKey): string {
  return name === undefined ? `without a name (${id})` : `"${printable(name)}" (${id})`;
}
