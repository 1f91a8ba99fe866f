import { ApiError, isNotFound, isRateLimited, mayHaveHappened, SubaccountsError } from "../base/errors";
import { along, readBackMs } from "../base/read-lag";
import type { Context } from "../contract/resource";
import { mutate } from "../vendor-io/mutate";
import type { Listed } from "./listing";
import type { NestedApi } from "./nested";

/**
 * Removes an object and says so in a line. One that the vendor has no more counts as removed if its account is shown and
 * the listing agrees.
 *
 * @param why as it follows the colon of the line.
 */
export async function removeNested<Item extends Listed>(
  context: Context<unknown>,
  api: NestedApi<Item>,
  accountId: string,
  id: string,
  why: string,
): Promise<void> {
  const { noun, removed, still } = api.words;
  const send = async (): Promise<true> => {
    await api.remove(accountId, id);
    return true;
  };
  // An object that is not shown may only be late: then the vendor's answer to the next attempt tells.
  const readBack = async (): Promise<true | undefined> => {
    if (api.isOver === undefined) return undefined;
    const item = (await api.list(accountId))?.items.find((each) => each.id === id);
    return (item && api.isOver(item)) || undefined;
  };
  try {
    await mutate(context, { send, readBack, repeat: "repeatable" });
  } catch (error) {
    // A refusal may be because it is removed already; one of the key that asks says nothing of that.
    if (!(error instanceof ApiError) || error.status === 401) throw error;
    if (mayHaveHappened(error) || isRateLimited(error)) throw error;
    // A vendor that denies an object which it lists has removed it, and its reads lag behind.
    const schedule = isNotFound(error) ? readBackMs(context.run.lagMs) : [0];
    for await (const _ of along(context.run, schedule)) {
      if (await hasEnded(api, accountId, id).catch(() => false)) return;
    }
    const { fact } = error;
    if (!isNotFound(error)) throw error;
    throw new SubaccountsError(
      `${fact}, and whether the ${noun} ${id} of the sub-account ${accountId} still ${still} could not be told. The state keeps ` +
        `it. Check parent key and base URL, and try again; if the account was removed, take the ${noun} out with \`pulumi state delete\``,
    );
  }
  context.run.inform(`${api.title}: ${removed} the ${noun} ${id} of the sub-account ${accountId}: ${why}`);
}

/** Whether an object that could not be removed is proven to be over. */
async function hasEnded<Item extends Listed>(
  api: NestedApi<Item>,
  accountId: string,
  id: string,
): Promise<boolean> {
  const account = await api.account(accountId, undefined);
  if (account === "gone" || account === "unknown") return account === "gone";
  const listing = await api.list(accountId);
  const item = listing?.items.find((each) => each.id === id);
  return item ? api.isOver?.(item) === true : listing !== undefined && listing.flaw === undefined;
}
