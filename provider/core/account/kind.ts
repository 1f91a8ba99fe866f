import type { JsonObject } from "../base/json";
import type { Stop } from "../contract/description";
import type { AccountFields, Fields } from "../contract/fields";
import type { AccountManifest, FieldFacts } from "../contract/manifest";
import type { Context, Resource, Values, WriteContext } from "../contract/resource";
import type { Page } from "../vendor-io/page-reader";
import type { Account } from "./fields";
import type { Place } from "./place";

/** The account endpoints of a vendor, in the words of our arguments; each is a call. */
export interface AccountApi {
  /**
   * @param fields the declared ones that are not `null` and can be set at creation.
   * @param args all arguments, for what is no field (Bolna's database).
   * @param markerId the same for every repeat of one create; an idempotency key where the vendor has one.
   */
  create(fields: Fields, metadata: JsonObject | undefined, args: Values, markerId: string): Promise<Account>;
  /** The account; undefined: the vendor's own "not found". Absent where there is no such endpoint. */
  get?(id: string): Promise<Account | undefined>;
  /** A page of all accounts; with an `externalId`, of those that the vendor's filter finds. */
  page(cursor: string | undefined, externalId?: string): Promise<Page<Account>>;
  /**
   * Sends what is given and nothing else. The account after it, or undefined where the reply does not show it.
   *
   * @param note told of the account after each call, where it takes more than one.
   */
  update(
    id: string,
    fields: Fields,
    metadata: JsonObject | undefined,
    note: (account: Account) => void,
  ): Promise<Account | undefined>;
  /** The vendor's gentlest real delete. */
  remove(id: string): Promise<void>;
  /**
   * Adds declared fields that the account's own replies do not show: from the state (limits of bctrl v2), or by one more
   * call (bctrl's spending cap). Asked for before fields are compared or refreshed.
   *
   * @param declared the arguments and the state's.
   */
  withUnshown?(account: Account, declared: readonly Values[]): Promise<Account>;
  /** Others that act for the account and are not ours to end. */
  others?(id: string): Promise<Others>;
  /** The keys of an account that work; absent where the vendor has no key objects. */
  workingKeys?(id: string): Promise<WorkingKeys>;
  /** The organization that the key belongs to; undefined where the vendor does not say. */
  whoami?(): Promise<Place | undefined>;
}

/** Something that acts for an account and is not ours to end. */
export interface Others {
  /** As `agents' keys, "helper" (ak_1)`; undefined for nothing. */
  readonly what?: string | undefined;
  /** Why there may be more; undefined where there is none. */
  readonly flaw?: string | undefined;
}

/** Keys of an account that work. */
export interface WorkingKeys {
  readonly keys: readonly {
    readonly id: string;
    readonly name: string | undefined;
    /** By its beginning it is the account's own key, which the state has. */
    readonly isOwn: boolean;
  }[];
  /** Why there may be more; undefined where there are none. */
  readonly flaw: string | undefined;
}

/** A vendor's sub-accounts; what all vendors share is in this folder. */
export interface AccountKind<Client, Args extends Values>
  extends Pick<Resource<Client, Args>, "vendor" | "description" | "args" | "defaults" | "secrets" | "rules"> {
  /** Every argument that says what the account is to be, but for `metadata`. */
  readonly fields: Readonly<Record<string, FieldFacts>>;
  readonly manifest: AccountManifest;
  /** The argument that tells two accounts apart at the vendor; where it is not declared, the name does. */
  readonly identity: "externalId" | "name";
  /** An ended account can be activated again. */
  readonly isRevivable?: boolean;
  /** The fields that stop an account; the marker says that they do. */
  readonly stop?: Stop | undefined;
  /** Accounts have metadata, and so an ownership marker. */
  readonly isMarked: boolean;
  /** The listing can be filtered by `externalId`. */
  readonly canFilter?: boolean;
  /** Repeating a create with the same marker id is answered with the account that the first one made. */
  readonly isIdempotent?: (client: Client) => boolean;
  /** The organization that an account or a state names, where they do. */
  readonly placeOf?: (outputs: Values) => Place | undefined;
  /** Notes in the run a change that a diff has found and an update will make. Without a call. */
  readonly foresee?: (context: Context<Client>, id: string, state: Values, args: Values) => void;
  /** @param before the state, for what the vendor does not show. */
  readonly api: (context: Context<Client>, before: Values) => AccountApi;
  /** Keys are objects of their own, shown once, and an account is born with one. */
  readonly ownKey?: (context: Context<Client>) => OwnKey;
}

/** Keeps the key that an account was born with, or one in its place, working. */
export interface OwnKey {
  /**
   * Makes a key for an account whose key is lost.
   *
   * @param lostInRun the reply of this run's create was lost: the key it carried may be revoked.
   */
  replace(
    context: WriteContext<unknown>,
    account: Pick<Account, "id" | "outputs">,
    lostInRun: boolean,
  ): Promise<Kept>;
  /** The key of the state as long as it may work, else a new one. */
  keep(context: WriteContext<unknown>, accountId: string, secret: string | null): Promise<Kept>;
  /** The key of the state; `null` if the vendor has revoked it. */
  check(context: Context<unknown>, accountId: string, secret: string): Promise<string | null>;
  /** Whether any key of the account works, as far as the vendor lists them. */
  hasWorking(accountId: string): Promise<boolean>;
  /** Whether no key of the account was ever used, as far as the vendor shows it. */
  isUnused(accountId: string): Promise<boolean>;
}

/** A key that works; `null` with the reason where there is none. */
export interface Kept {
  readonly secret: string | null;
  readonly cause?: unknown;
}

/** The secrets that resources of this run have as an account's own key. */
export function ownSecrets({ run, connection }: Context<unknown>, accountId: string): Set<string> {
  return run.shared(`${connection} secrets of ${accountId}`, () => new Set<string>());
}

/** Own keys that are to end (`ownKey: "revoke"`), by account: an ApiKey of the account ends them. */
export function ownKeysToEnd({ run, connection }: Context<unknown>): Map<string, string> {
  return run.shared(`${connection} own keys to end`, () => new Map<string, string>());
}

/**
 * Accounts, by id, that the program stops in this run so that they can have no new key, and those that it makes active
 * again.
 */
export function suspensions({ run, connection }: Context<unknown>): Map<string, "stopped" | "resumed"> {
  return run.shared(`${connection} suspensions`, () => new Map<string, "stopped" | "resumed">());
}

/** The facts of a vendor's sub-accounts that core works with: of the kind, and of its fields. */
export interface AccountFacts
  extends AccountFields,
    Pick<Resource<never>, "args" | "transient">,
    Pick<
      AccountKind<never, never>,
      "identity" | "isRevivable" | "stop" | "isMarked" | "canFilter" | "placeOf"
    > {
  /** The vendor's name as people write it. */
  readonly title: string;
  /** The vendor's name in code. */
  readonly vendorName: string;
  /** Every field that can be changed, by its path: `limits.maxSpaces`. */
  readonly paths: readonly string[];
  /** Fields that are numbers; a message may show them. */
  readonly limits: readonly string[];
  /** The set of each field that belongs to one. */
  readonly sets: Readonly<Record<string, string>>;
  /** Fields that a create call cannot set. */
  readonly notAtCreation: readonly string[];
  /** Arguments that the vendor can never change. */
  readonly immutable: readonly string[];
  /** Arguments that live in the state only: a change of them alone sends nothing. */
  readonly stateOnly: readonly string[];
}

/** Reads off the fields what core works with. */
export function factsOf<Client, Args extends Values>(kind: AccountKind<Client, Args>): AccountFacts {
  const fields = Object.entries(kind.fields);
  const named = (test: (facts: FieldFacts) => boolean) =>
    fields.filter(([, facts]) => test(facts)).map(([name]) => name);
  const updatable = named((facts) => facts.updatable);
  const keyed = updatable.filter((name) => name.includes(".")).map((name) => name.replace(/\..*$/s, ""));
  return {
    ...kind,
    title: kind.vendor.title,
    vendorName: kind.vendor.name,
    // A key of a keyed argument is a field `argument.key`.
    names: [...new Set(updatable.map((name) => name.replace(/\..*$/s, "")))],
    keyed: [...new Set(keyed), "metadata"],
    transient: ["adopt", "unlimited"],
    paths: updatable,
    limits: named(({ unit }) => unit !== undefined),
    sets: Object.fromEntries(fields.flatMap(([name, { set }]) => (set === undefined ? [] : [[name, set]]))),
    notAtCreation: named((facts) => facts.updatable && !facts.atCreation),
    immutable: named((facts) => !facts.updatable && facts.atCreation),
    stateOnly: ["deletionPolicy", ...named((facts) => !facts.updatable && !facts.atCreation)],
  };
}
