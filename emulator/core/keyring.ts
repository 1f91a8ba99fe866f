import { bearerKey } from "./input";
import { Refusal } from "./refusal";
import type { Store } from "./store";

/** A key as its account has it. Times are in the vendor's form. */
interface HeldKey<Time> {
  readonly id: string;
  readonly secret: string;
  readonly lastUsedAt: Time | null;
  readonly revokedAt: Time | null;
}

/** An account with a list of keys. */
interface Holder<Time> {
  readonly id: string;
  readonly keys: readonly HeldKey<Time>[];
}

/** Whose key a request carries: an account's, or the parent's. */
export interface Caller<Account extends Holder<unknown>> {
  readonly account?: Account;
  readonly key?: Account["keys"][number];
}

/** What a handle has of keys that lie in a list of their account. */
export interface KeyHandle<Fields> {
  /** Throws if there is no such account or key. */
  revokeKey(accountId: string, keyId: string): void;
  /** Throws if there is no such account. */
  addKey(accountId: string, fields?: Fields): { id: string; key: string };
  /** Marks a key as used now. */
  useKey(key: string): void;
}

/** What a keyring works with: accounts, the parent's key, when it is, and which accounts' keys work. */
interface Keyed<Account extends Holder<Time>, Time, Fields> {
  readonly store: Pick<Store<Account>, "list" | "put">;
  readonly apiKey: string;
  /** Throws if there is no such account. */
  must(id: string): Account;
  isActive(account: Account): boolean;
  /** The vendor's time, in the form of its keys. */
  now(): Time;
  make(fields: Fields): Account["keys"][number];
}

/** An account with one key revoked, or with all of them; the time of one that was revoked before stays. */
export function revoked<Account extends Holder<Time>, Time>(
  account: Account,
  at: NoInfer<Time>,
  keyId?: string,
): Account {
  const keys = account.keys.map((key) =>
    keyId === undefined || key.id === keyId ? { ...key, revokedAt: key.revokedAt ?? at } : key,
  );
  return { ...account, keys };
}

/** Keys that lie in a list of their account: shown once, and revoked by a time stamp. */
export class Keyring<Account extends Holder<Time>, Time, Fields extends object> {
  readonly #of: Keyed<Account, Time, Fields>;

  constructor(of: Keyed<Account, Time, Fields>) {
    this.#of = of;
  }

  /** The account that holds a key which works, and the key. */
  find(secret: string): Required<Caller<Account>> | undefined {
    const { store, isActive } = this.#of;
    for (const account of store.list().filter(isActive)) {
      const key = account.keys.find((each) => each.secret === secret && each.revokedAt === null);
      if (key) return { account, key };
    }
    return undefined;
  }

  /** Whose key this is. Throws 401 for a missing, unknown or revoked one. Counts an account's key as used. */
  callerOf(authorization: string | undefined): Caller<Account> {
    const secret = bearerKey(authorization);
    if (secret === undefined) throw new Refusal(401, "Missing API key: send Authorization: Bearer <key>");
    if (secret === this.#of.apiKey) return {};
    const caller = this.find(secret);
    if (!caller) throw new Refusal(401, "Invalid API key");
    this.handle.useKey(secret);
    return caller;
  }

  /** The account with a new key, and the key. */
  issue(account: Account, fields: Fields): Required<Caller<Account>> {
    const key = this.#of.make(fields);
    return { account: { ...account, keys: [...account.keys, key] }, key };
  }

  /** For the handle of the stand-in. */
  readonly handle: KeyHandle<Fields> = {
    revokeKey: (accountId, keyId) => {
      const { store, must, now } = this.#of;
      const account = must(accountId);
      if (!account.keys.some(({ id }) => id === keyId)) throw new Error(`emulator: no key ${keyId}`);
      store.put(accountId, revoked<Account, Time>(account, now(), keyId));
    },
    addKey: (accountId, fields) => {
      const { store, must } = this.#of;
      const { account, key } = this.issue(must(accountId), { name: "Added", ...fields } as Fields & object);
      store.put(accountId, account);
      return { id: key.id, key: key.secret };
    },
    useKey: (secret) => {
      const { store, now } = this.#of;
      const account = store.list().find(({ keys }) => keys.some((key) => key.secret === secret));
      if (!account) return;
      const keys = account.keys.map((key) => (key.secret === secret ? { ...key, lastUsedAt: now() } : key));
      store.put(account.id, { ...account, keys });
    },
  };
}
