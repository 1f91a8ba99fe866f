import { bearerKey } from "./input";
import { Refusal } from "./refusal";
import type { Store } from "./store";
import type { Making } from "./vendor";

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

/** The part of a handle for keys that lie in a list of their account. */
export interface KeyHandle<Fields> {
  /** Throws if there is no such account or key. */
  revokeKey(accountId: string, keyId: string): void;
  /** Throws if there is no such account. */
  addKey(accountId: string, fields?: Fields): { id: string; key: string };
  /** Marks a key as used now. */
  useKey(key: string): void;
}

/** Facts of the keys of a vendor's accounts. */
interface KeyFacts<Account extends Holder<Time>, Time, Fields> {
  /** The sub-objects that the keys are. */
  readonly kind: { whole(given: Fields, making: Making<object>): Account["keys"][number] };
  /** Whether the keys of an account work. */
  isActive(account: Account): boolean;
  /** A time in the form that keys have. */
  time(at: Date): Time;
}

/** The part of a world that a keyring works with. */
interface Around<Account> extends Making<object> {
  readonly store: Pick<Store<Account>, "list" | "put">;
  readonly apiKey: string;
  must(id: string): Account;
}

/** Keys that lie in a list of their account: shown once, and revoked by a time stamp. */
export class Keyring<Account extends Holder<Time>, Time, Fields extends object> {
  readonly #world: Around<Account>;
  readonly #facts: KeyFacts<Account, Time, Fields>;

  constructor(world: Around<Account>, facts: KeyFacts<Account, Time, Fields>) {
    this.#world = world;
    this.#facts = facts;
  }

  /** The account that holds a key which works, and the key. */
  find(secret: string): Required<Caller<Account>> | undefined {
    for (const account of this.#world.store.list().filter(this.#facts.isActive)) {
      const key = account.keys.find((each) => each.secret === secret && each.revokedAt === null);
      if (key) return { account, key };
    }
    return undefined;
  }

  /** Whose key this is. Throws 401 for a missing, unknown or revoked one. Counts an account's key as used. */
  callerOf(authorization: string | undefined): Caller<Account> {
    const secret = bearerKey(authorization);
    if (secret === undefined) throw new Refusal(401, "Missing API key: send Authorization: Bearer <key>");
    if (secret === this.#world.apiKey) return {};
    const caller = this.find(secret);
    if (!caller) throw new Refusal(401, "Invalid API key");
    this.handle.useKey(secret);
    return caller;
  }

  /** The account with a new key, and the key. */
  issue(account: Account, fields: Fields): Required<Caller<Account>> {
    const key = this.#facts.kind.whole(fields, this.#world);
    return { account: { ...account, keys: [...account.keys, key] }, key };
  }

  /** The account with one key revoked, or with all of them; the time of one that was revoked before stays. */
  revoked(account: Account, keyId?: string): Account {
    const keys = account.keys.map((key) =>
      keyId === undefined || key.id === keyId ? { ...key, revokedAt: key.revokedAt ?? this.#now() } : key,
    );
    return { ...account, keys };
  }

  /** For the handle of the stand-in. */
  readonly handle: KeyHandle<Fields> = {
    revokeKey: (accountId, keyId) => {
      const account = this.#world.must(accountId);
      if (!account.keys.some(({ id }) => id === keyId)) throw new Error(`emulator: no key ${keyId}`);
      this.#world.store.put(accountId, this.revoked(account, keyId));
    },
    addKey: (accountId, fields) => {
      const named = { name: "Added", ...fields } as Fields & object;
      const { account, key } = this.issue(this.#world.must(accountId), named);
      this.#world.store.put(accountId, account);
      return { id: key.id, key: key.secret };
    },
    useKey: (secret) => {
      const account = this.#world.store.list().find(({ keys }) => keys.some((key) => key.secret === secret));
      if (!account) return;
      const used = (key: Account["keys"][number]) =>
        key.secret === secret ? { ...key, lastUsedAt: this.#now() } : key;
      this.#world.store.put(account.id, { ...account, keys: account.keys.map(used) });
    },
  };

  #now(): Time {
    return this.#facts.time(this.#world.now());
  }
}
