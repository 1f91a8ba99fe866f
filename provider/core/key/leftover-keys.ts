import { holdOfAccount } from "../account/kind";
import { secretsOf } from "../account/own-key";
import type { WriteContext } from "../contract/resource";
import { holdOfKey, isHeld, type KeyApi, keysOfSecret, type ListedKey, revokeKey } from "./keys";

/**
 * Ends the keys of this name that an interrupted run left behind: never used, and nobody's in this run, where names
 * are unique on an account. Only a key of an account that this program manages, or one that is newer than the key it
 * was to replace, can be such a leftover; any other is named, because only a person can tell whose it is.
 */
export async function endLeftovers(
  context: WriteContext<unknown>,
  api: KeyApi,
  title: string,
  listed: readonly ListedKey[],
  { subAccountId, name }: { readonly subAccountId: string; readonly name?: string | undefined },
): Promise<void> {
  const { run, connection, ownership } = context;
  const own = [...secretsOf(context, subAccountId)].flatMap((secret) => keysOfSecret(listed, secret));
  const before = listed.filter(({ id }) => run.holders(holdOfKey(connection, id)).has(ownership.urn));
  const isManaged = run.holders(holdOfAccount(connection, subAccountId)).size > 0;
  for (const key of listed) {
    if (name === undefined || key.name !== name || key.used || key.revoked) continue;
    if (own.includes(key) || isHeld(context, key.id)) continue;
    if (isManaged || before.some((replaced) => isNewer(key, replaced))) {
      await revokeKey(context, api, subAccountId, key.id);
      continue;
    }
    run.warn(
      `${title}: the sub-account ${subAccountId} has another key named "${key.name}" (${key.id}), never used and not ` +
        "known to this run; it was left as it is. Revoke it at the vendor if nobody has it",
    );
  }
}

function isNewer(key: ListedKey, than: ListedKey): boolean {
  return Date.parse(key.createdAt ?? "") > Date.parse(than.createdAt ?? "");
}
