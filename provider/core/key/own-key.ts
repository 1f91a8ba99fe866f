import type { Account } from "../account/fields";
import type { Kept, OwnKey } from "../account/kind";
import { parseTime } from "../base/time";
import type { Context, WriteContext } from "../contract/resource";
import { APART_MS } from "../nested/absence";
import { issueKey } from "./issue";
import {
  apiKeysOf,
  type IssuedKey,
  KEY_NAME,
  type KeyApi,
  type KeyListing,
  keysOfSecret,
  type ListedKey,
  madeInRun,
  nameOfKey,
} from "./keys";
import { revokeKey } from "./revoke";
import { tellUnknownKeys } from "./unknown-keys";

// How far the times of an account and of the key it is born with may lie apart, in milliseconds.
const SAME_CALL_MS = 5_000;

/** Everything that an account's resource does about its own key, over a vendor's key endpoints. */
export function ownKey(keys: KeyApi): OwnKey {
  return {
    replace: (context, account, lostInRun) => replaceOwnKey(context, keys, account, lostInRun),
    keep: (context, accountId, secret) => keepOwnKey(context, keys, accountId, secret),
    check: (context, accountId, secret) => checkOwnKey(context, keys, accountId, secret),
    hasWorking: async (accountId) =>
      ((await keys.list(accountId))?.items ?? []).some(({ revoked }) => !revoked),
    isUnused: async (accountId) => {
      const listing = await keys.list(accountId);
      return listing?.flaw === undefined && (listing?.items ?? []).every(({ use }) => use === "never");
    },
  };
}

/**
 * Makes a working key for an account whose key reply was lost in this run, or that was taken over. The key it was born
 * with is revoked only where this run made the account and lost that key; keys that no state has are told in a line.
 */
export async function replaceOwnKey(
  context: WriteContext<unknown>,
  keys: KeyApi,
  account: Pick<Account, "id" | "outputs">,
  lostInRun: boolean,
): Promise<Kept> {
  let issued: IssuedKey;
  try {
    issued = await issueKey(context, keys, account.id, { name: KEY_NAME });
  } catch (cause) {
    return { secret: null, cause };
  }
  const { secret } = issued;
  try {
    const listing = await keys.list(account.id);
    const others = (listing?.items ?? []).filter(({ id, revoked }) => id !== issued.id && !revoked);
    const born = lostInRun && listing ? lostAtBirth(listing, others, account) : undefined;
    if (born) {
      const why = "the account was born with it in this run, and its reply was lost, so nobody has it";
      await revokeKey(context, keys, account.id, born.id, why);
    } else {
      tellUnknownKeys(context, keys, account.id, others, () => true);
    }
  } catch (error) {
    // The key that works must reach the state whatever became of the others.
    context.run.warn(
      `${keys.title}: the sub-account ${account.id} has a new key, and which others it has could not be told: ` +
        `${error instanceof Error ? error.message : String(error)}. See \`subaccounts keys --unknown\``,
    );
  }
  return { secret };
}

/** The key that an account of this run was born with, if the listing proves it. */
function lostAtBirth(
  { flaw }: KeyListing,
  [key, ...others]: readonly ListedKey[],
  { outputs }: Pick<Account, "outputs">,
): ListedKey | undefined {
  const bornMs = parseTime(outputs["createdAt"]);
  if (key?.createdAtMs === undefined || bornMs === undefined || others.length > 0 || flaw) return undefined;
  const isBorn = key.use === "never" && Math.abs(key.createdAtMs - bornMs) < SAME_CALL_MS;
  return isBorn ? key : undefined;
}

/**
 * The key of the state if the vendor lists it as working, else a new one (re-activation, revoked outside, an earlier
 * failure). Revokes nothing: where the listing does not tell which key it is, the one before may still work.
 *
 * @throws SubaccountsError where the keys cannot be listed: the state keeps the key, and the next `up` looks again.
 */
export async function keepOwnKey(
  context: WriteContext<unknown>,
  keys: KeyApi,
  accountId: string,
  secret: string | null,
): Promise<Kept> {
  const { run } = context;
  if (secret !== null && (await mayWork(context, keys, accountId, secret))) return { secret };
  const kept = await replaceOwnKey(context, keys, { id: accountId, outputs: {} }, false);
  if (kept.secret !== null) {
    const why =
      secret === null ? "had no key in the state that works" : "had a key that is not known to work";
    run.warn(`${keys.title}: the sub-account ${accountId} ${why}; apiKey is a new one`);
  }
  return kept;
}

/** Whether the key of the state is listed as working; also where the listing does not tell, which is said. */
async function mayWork(
  context: WriteContext<unknown>,
  keys: KeyApi,
  accountId: string,
  secret: string,
): Promise<boolean> {
  const { run } = context;
  const listing = await settledListing(context, keys, accountId, secret);
  if (listing === undefined || listing.flaw !== undefined) {
    run.warn(
      `${keys.title}: whether apiKey of the sub-account ${accountId} still works could not be told: its key listing is ` +
        `${listing === undefined ? "missing" : "incomplete"}. It was left as it is; try it`,
    );
    return true;
  }
  const may = mayHave(listing.items, secret);
  const working = may.filter(({ revoked }) => !revoked);
  if (working.length === may.length || working.length === 0) return working.length > 0;
  run.warn(
    `${keys.title}: which key of the sub-account ${accountId} is apiKey could not be told, and some are revoked, so a new one is made. If the ` +
      `one before still works, it is one of ${working.map(nameOfKey).join(", ")}; nothing was revoked`,
  );
  return false;
}

/**
 * Looks at the own key for a refresh: null if the listing shows it revoked, or if two complete listings do not show it
 * that lie further apart than reads may lag behind writes; else the secret as it is. Keys of the reserved name that no state has are told in a line.
 */
export async function checkOwnKey(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  secret: string,
): Promise<string | null> {
  const listing = await settledListing(context, keys, accountId, secret);
  const standing = standingOf(listing, secret);
  const own = keysOfSecret(listing?.items ?? [], secret);
  if (listing && standing !== "unknown") {
    const isOther = (key: ListedKey) => key.name === KEY_NAME && !own.includes(key);
    tellUnknownKeys(context, keys, accountId, listing.items, isOther);
  }
  return standing === "absent" || standing === "revoked" ? null : secret;
}

/**
 * The keys of an account. Where they do not show the one with this secret by its prefix, and no other that works and may be
 * it, it may have been made a moment ago: they are listed once more when every write must show.
 */
async function settledListing(
  { run }: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  secret: string,
): Promise<KeyListing | undefined> {
  const listing = await keys.list(accountId);
  const isShown = keysOfSecret(listing?.items ?? [], secret).length > 0;
  if (isShown || !["absent", "revoked"].includes(standingOf(listing, secret))) return listing;
  await run.sleep(Math.max(run.lagMs, APART_MS));
  return keys.list(accountId);
}

/**
 * Ends the key that an account was born with, once an ApiKey of the account is in the state of this run and shown
 * working.
 *
 * @returns whether it is ended; false leaves the state as it is.
 */
export async function endOwnKey(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  secret: string,
): Promise<boolean> {
  const made = madeInRun(context);
  const saved = [...apiKeysOf(context, accountId)].filter((keyId) => !made.has(keyId));
  if (saved.length === 0) return false;
  const listing = await keys.list(accountId);
  const standing = standingOf(listing, secret);
  if (standing === "revoked") return true;
  const [own] = keysOfSecret(listing?.items ?? [], secret);
  const successor = listing?.items.find(({ id, revoked }) => saved.includes(id) && !revoked);
  if (standing !== "working" || own === undefined || successor === undefined || own.id === successor.id) {
    context.run.warn(
      `${keys.title}: the own key of the sub-account ${accountId} was not revoked: its key listing does not tell it from the ` +
        "others, or shows no working key of an ApiKey",
    );
    return false;
  }
  const why = `ownKey is "revoke", and the ApiKey has the key ${nameOfKey(successor)}`;
  await revokeKey(context, keys, accountId, own.id, why);
  return true;
}

/**
 * Finds the key with this secret in a listing. Only one match by prefix is a match, and where a key may have it whose
 * prefix is not shown, nothing can be told, unless all that may be it are revoked.
 */
function standingOf(
  listing: KeyListing | undefined,
  secret: string,
): "working" | "revoked" | "absent" | "unknown" {
  if (listing === undefined) return "unknown";
  const matches = keysOfSecret(listing.items, secret);
  const mayBe = mayHave(listing.items, secret);
  const [only] = mayBe;
  if (mayBe.length === 1 && matches.length === 1 && only) return only.revoked ? "revoked" : "working";
  if (listing.flaw !== undefined) return "unknown";
  if (mayBe.length === 0) return "absent";
  return mayBe.every(({ revoked }) => revoked) ? "revoked" : "unknown";
}

/** The listed keys that may have this secret: those of its prefix, and those whose prefix is not shown. */
function mayHave(listed: readonly ListedKey[], secret: string): ListedKey[] {
  return [...keysOfSecret(listed, secret), ...listed.filter(({ prefix }) => prefix === "")];
}
