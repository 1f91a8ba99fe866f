import type { Context, Resource, Values } from "../contract/resource";
import { checkOwnKey } from "../key/own-key";
import { type Account, stateOf } from "./fields";
import type { AccountFacts, AccountKind } from "./kind";
import { isOfNonce, stampOf } from "./marker";

/**
 * The account as the vendor has it, as a state, or undefined when it is gone. What a run left that was killed is named
 * here, since a refresh is what follows it.
 */
export async function readAccount<Client, Args extends Values>(
  kind: AccountKind<Client, Args>,
  resource: AccountFacts & Pick<Resource<Client, Args>, "args" | "transient">,
  context: Context<Client>,
  id: string,
  before: Values,
): Promise<Values | undefined> {
  const { title } = resource;
  const api = kind.api(context, before);
  const account = await api.retrieveOneOfMany(id);
  if (account === undefined) return undefined;
  const keys = kind.keys?.(context);
  const stamp = stampOf(account.metadata);
  const twin = stamp && api.seen(stamp).find((other) => other.id !== id && other.live);
  if (stamp && !isOfNonce(stamp, before["__nonce"])) {
    context.run.warn(
      `${title}: the sub-account ${id} carries the stamp of ${stamp.urn}, which took it over; take it out of one of the two programs`,
    );
  } else if (twin) {
    context.run.warn(
      `${title}: beside the sub-account ${id} there is ${twin.id} with the stamp of the same resource: a request of an ` +
        "interrupted run arrived late. Check it, and deactivate it at the vendor if nobody uses it",
    );
  }
  const nonce = nonceNow(before, account);
  // Another run activated it again or took it over, perhaps one that was killed before it looked at the key.
  const isChanged = nonce !== before["__nonce"] || (account.live && !(kind.wantsLive?.(before) ?? true));
  const { apiKey: saved } = before;
  const apiKey =
    keys && isChanged && typeof saved === "string" ? await checkOwnKey(context, keys, id, saved) : saved;
  return stateOf(resource, account, before, before, { apiKey: account.apiKey ?? apiKey, __nonce: nonce });
}

/** The nonce of the state, or that of a later run of the same resource which was interrupted before it saved it. */
export function nonceNow(before: Values, account: Account | undefined): unknown {
  const stamp = stampOf(account?.metadata);
  return stamp && isOfNonce(stamp, before["__nonce"]) ? stamp.nonce : before["__nonce"];
}
