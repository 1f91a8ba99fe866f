import { hasStatus, SubaccountsError } from "../base/errors";
import { parseTime } from "../base/time";
import type { Context, Values } from "../contract/resource";
import type { Listed, Listing, Shown } from "./listing";
import type { NestedApi } from "./nested";
import { placeOf } from "./parent";

/** How far the two listings lie apart that must agree that an object is gone, in milliseconds. */
export const APART_MS = 5_000;

/**
 * Reads an object of the state as the vendor lists it, also one that is over (a revoked key).
 *
 * @param state its `createdAt` counts.
 * @param endsMs when the object ends by itself, by the vendor's clock.
 * @returns undefined only if the object is proven to be gone: its time has passed, its account is gone, or two complete
 * listings some seconds apart do not show it although its account is shown.
 * @throws SubaccountsError if that cannot be told.
 */
export async function readNested<Item extends Listed>(
  context: Context<unknown>,
  api: NestedApi<Item>,
  accountId: string,
  id: string,
  state: Values,
  endsMs = Number.POSITIVE_INFINITY,
): Promise<Shown<Item> | undefined> {
  const { run } = context;
  const found = await api.find?.(accountId, id);
  if (found) return found;
  let refusal: unknown;
  const listing = await api.list(accountId).catch((error: unknown) => {
    // A vendor may refuse to list the keys of an account that is archived.
    if (!hasStatus(error, 403, 404, 409)) throw error;
    refusal = error;
    return undefined;
  });
  const shown = shownIn(listing, id);
  if (shown) return shown;
  // An end that lies ahead by the vendor's clock has not come.
  if (listing && endsMs <= listing.atMs) return undefined;
  const account = await api.account(accountId, placeOf(state));
  if (account === "gone") return undefined;
  if (refusal !== undefined) throw refusal;
  if (account === "unknown") throw cannotTell(api, accountId, id, "its sub-account is not shown either");
  // A time that cannot be read or lies ahead is no proof of age.
  const ageMs = run.world.now() - (parseTime(state["createdAt"]) ?? Number.NEGATIVE_INFINITY);
  if (ageMs < -run.lagMs) throw cannotTell(api, accountId, id, "its createdAt lies in the future");
  if (ageMs < run.lagMs) await run.sleep(run.lagMs - Math.max(0, ageMs));
  let proof = listing;
  if (proof && proof.flaw === undefined) {
    await run.sleep(APART_MS);
    proof = await api.list(accountId);
    const late = shownIn(proof, id);
    if (late) return late;
  }
  const doubt = proof === undefined ? "the vendor denies a sub-account that it shows" : proof.flaw;
  if (doubt !== undefined) throw cannotTell(api, accountId, id, doubt);
  return undefined;
}

function shownIn<Item extends Listed>(
  listing: Listing<Item> | undefined,
  id: string,
): Shown<Item> | undefined {
  const item = listing?.items.find((each) => each.id === id);
  return item && listing && { item, listed: listing.items };
}

function cannotTell<Item extends Listed>(
  { title, words: { noun } }: NestedApi<Item>,
  accountId: string,
  id: string,
  doubt: string,
): SubaccountsError {
  return new SubaccountsError(
    `${title}: whether the ${noun} ${id} of the sub-account ${accountId} is gone could not be told: it is not listed, and ` +
      `${doubt}. The state keeps it. Check parent key and base URL, and refresh again; if the account was removed, take the ` +
      `${noun} out with \`pulumi state delete\``,
  );
}
