import { ApiError, isNotFound, isRateLimited, mayHaveHappened, SubaccountsError } from "../base/errors";
import { along, readBackMs } from "../base/read-lag";
import type { Context } from "../contract/resource";
import { mutate } from "../vendor-io/mutate";
import type { KeyApi } from "./keys";

/**
 * Revokes a key and says so in a line. A key that the vendor has no more counts as revoked if its account is shown and the
 * key listing agrees.
 *
 * @param why as it follows the colon of the line.
 */
export async function revokeKey(
  context: Context<unknown>,
  keys: KeyApi,
  accountId: string,
  keyId: string,
  why: string,
): Promise<void> {
  const send = async (): Promise<true> => {
    await keys.revoke(accountId, keyId);
    return true;
  };
  // A key that is not shown may only be late: then the vendor's answer to the next attempt tells.
  const readBack = async (): Promise<true | undefined> => {
    const key = (await keys.list(accountId))?.keys.find(({ id }) => id === keyId);
    return key?.revoked || undefined;
  };
  try {
    await mutate(context, { send, readBack, repeat: "repeatable" });
  } catch (error) {
    // A refusal may be because it is revoked already; one of the key that asks says nothing of that.
    if (!(error instanceof ApiError) || error.status === 401) throw error;
    if (mayHaveHappened(error) || isRateLimited(error)) throw error;
    // A vendor that denies a key which it lists has revoked it, and its reads lag behind.
    const schedule = isNotFound(error) ? readBackMs(context.run.lagMs) : [0];
    for await (const _ of along(context.run, schedule)) {
      if (await hasEnded(keys, accountId, keyId).catch(() => false)) return;
    }
    const { fact } = error;
    if (!isNotFound(error)) throw error;
    throw new SubaccountsError(
      `${fact}, and whether the key ${keyId} of the sub-account ${accountId} still works could not be told. The state keeps ` +
        "it. Check parent key and base URL, and try again; if the account was removed, take the key out with `pulumi state delete`",
    );
  }
  context.run.inform(`${keys.title}: revoked the key ${keyId} of the sub-account ${accountId}: ${why}`);
}

/** Whether a key that could not be revoked is proven to work no more. */
async function hasEnded(keys: KeyApi, accountId: string, keyId: string): Promise<boolean> {
  const account = await keys.account(accountId, undefined);
  if (account === "gone" || account === "unknown") return account === "gone";
  const listing = await keys.list(accountId);
  const key = listing?.keys.find(({ id }) => id === keyId);
  return key ? key.revoked : listing !== undefined && listing.flaw === undefined;
}
