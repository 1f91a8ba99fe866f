import type { Values } from "../contract/resource";
import { KEY_NAME, keysOfSecret, type ListedKey } from "./keys";
import { retiringKeys } from "./rotation";

/** The keys of one account that a state has; absent is none. */
export interface HeldKeys {
  /** Ids of the keys of its `ApiKey` resources, those that a rotation replaced included. */
  readonly ids?: ReadonlySet<string>;
  /** Names of its `ApiKey` resources. */
  readonly names?: ReadonlySet<string>;
  /** Names of those that have no key yet, because the account was suspended when they were declared. */
  readonly waiting?: ReadonlySet<string>;
  /** The account's own keys: a secret each, or `null` where the state holds it encrypted. */
  readonly own?: readonly (string | null)[];
  /** The keys of its tenant have ended by their date: whatever else works is unknown. */
  readonly haveEnded?: boolean;
}

/** A key at the vendor that has a name of ours and that the state does not have. */
export interface UnknownKey {
  readonly key: ListedKey;
  /**
   * Why it may be the account's own key all the same (the state is encrypted, or the prefixes do not tell), or that a
   * suspended customer has no other one yet.
   */
  readonly doubt: "encrypted" | "prefix" | "waiting" | undefined;
}

/** The ids of all keys that the state of an `ApiKey` has: today's (else the resource's first) and the replaced ones. */
export function keyIdsInState(id: string, state: Values): string[] {
  const { keyId } = state;
  return [typeof keyId === "string" ? keyId : id, ...retiringKeys(state).map((key) => key.keyId)];
}

/**
 * Finds, among the keys of an account, the working ones with a name of ours that the state does not have. Names of ours
 * are those of the account's `ApiKey` resources, and the reserved one; of a tenant whose keys have ended, all are.
 */
export function unknownKeys(
  listed: readonly ListedKey[],
  { ids, names, waiting, own = [], haveEnded = false }: HeldKeys,
): UnknownKey[] {
  const owns = own.map((secret) => ownKeys(listed, secret));
  return listed.flatMap((key) => {
    const isOurs = haveEnded || (key.name !== undefined && (key.name === KEY_NAME || names?.has(key.name)));
    if (!isOurs || key.revoked || ids?.has(key.id)) return [];
    const found = owns.filter(({ candidates }) => candidates.includes(key));
    if (found.some(({ doubt }) => doubt === undefined)) return [];
    const isWaiting = key.name !== undefined && waiting?.has(key.name);
    return [{ key, doubt: isWaiting ? "waiting" : found[0]?.doubt }];
  });
}

/** The keys that an own key of the account may be; one match by prefix leaves no doubt. */
function ownKeys(
  listed: readonly ListedKey[],
  secret: string | null,
): { readonly candidates: readonly ListedKey[]; readonly doubt?: UnknownKey["doubt"] } {
  if (secret === null) return { candidates: listed, doubt: "encrypted" };
  const matches = keysOfSecret(listed, secret);
  if (matches.length === 1) return { candidates: matches };
  return { candidates: [...matches, ...listed.filter(({ prefix }) => prefix === "")], doubt: "prefix" };
}
