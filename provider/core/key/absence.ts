import { hasStatus, SubaccountsError } from "../base/errors";
import { parseTime } from "../base/time";
import type { Context, Values } from "../contract/resource";
import type { KeyApi, KeyListing, ShownKey } from "./keys";

/** How far the two listings lie apart that must agree that a key is gone, in milliseconds. */
export const APART_MS = 5_000;

/**
 * Reads a key of the state as the vendor lists it, revoked ones included.
 *
 * @param state its `expiresAt` and `createdAt` count.
 * @returns undefined only if the key is proven to be gone: its time has passed, its account is gone, or two complete
 * listings some seconds apart do not show it although its account is shown.
 * @throws SubaccountsError if that cannot be told.
 */
export async function readKey(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  keyId: string,
  { expiresAt, createdAt, __place: place }: Values,
): Promise<ShownKey | undefined> {
  const { run } = context;
  const found = await keys.find?.(accountId, keyId);
  if (found) return found;
  let refusal: unknown;
  const listing = await keys.list(accountId).catch((error: unknown) => {
    // A vendor may refuse to list the keys of an account that is archived.
    if (!hasStatus(error, 403, 404, 409)) throw error;
    refusal = error;
    return undefined;
  });
  const shown = shownIn(listing, keyId);
  if (shown) return shown;
  // An end that lies ahead by the vendor's clock has not come.
  if (listing && (parseTime(expiresAt) ?? Number.POSITIVE_INFINITY) <= listing.atMs) return undefined;
  const account = await keys.account(accountId, typeof place === "string" ? place : undefined);
  if (account === "gone") return undefined;
  if (refusal !== undefined) throw refusal;
  if (account === "unknown") throw cannotTell(keys, accountId, keyId, "its sub-account is not shown either");
  // A time that cannot be read or lies ahead is no proof of age.
  const ageMs = run.world.now() - (parseTime(createdAt) ?? Number.NEGATIVE_INFINITY);
  if (ageMs < -run.lagMs) throw cannotTell(keys, accountId, keyId, "its createdAt lies in the future");
  if (ageMs < run.lagMs) await run.sleep(run.lagMs - Math.max(0, ageMs));
  let proof = listing;
  if (proof && proof.flaw === undefined) {
    await run.sleep(APART_MS);
    proof = await keys.list(accountId);
    const late = shownIn(proof, keyId);
    if (late) return late;
  }
  const doubt = proof === undefined ? "the vendor denies a sub-account that it shows" : proof.flaw;
  if (doubt !== undefined) throw cannotTell(keys, accountId, keyId, doubt);
  return undefined;
}

function shownIn(listing: KeyListing | undefined, keyId: string): ShownKey | undefined {
  const key = listing?.keys.find(({ id }) => id === keyId);
  return key && listing && { key, listed: listing.keys };
}

function cannotTell({ title }: KeyApi, accountId: string, keyId: string, doubt: string): SubaccountsError {
  return new SubaccountsError(
    `${title}: whether the key ${keyId} of the sub-account ${accountId} is gone could not be told: it is not listed, and ` +
      `${doubt}. The state keeps it. Check parent key and base URL, and refresh again; if the account was removed, take the ` +
      "key out with `pulumi state delete`",
  );
}
