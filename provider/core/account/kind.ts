import type { JsonObject } from "../base/json";
import type { AccountFields, Fields } from "../contract/fields";
import type { AccountManifest, FieldFacts } from "../contract/manifest";
import type { Context, Ownership, Resource, Values, WriteContext } from "../contract/resource";
import type { KeyApi } from "../key/keys";
import type { Account } from "./fields";
import type { Stamp } from "./marker";

/** The account endpoints of a vendor, in plain values. One per connection and run. */
export interface AccountApi {
  /**
   * @param fields the declared ones that are not `null` and can be set at creation.
   * @param args all arguments, for what is no field (Bolna's database).
   */
  create(fields: Fields, metadata: JsonObject | undefined, args: Values, nonce: string): Promise<Account>;
  /** Whether the vendor answers a second create with the same nonce with the account of the first. */
  readonly replaysCreates?: boolean;
  /** The account, or undefined when the vendor has none with this id; `fresh`: from a call begun after now. */
  retrieve(id: string, fresh: boolean): Promise<Account | undefined>;
  /** For refresh: as cheap as the vendor allows for many accounts at once. */
  retrieveOneOfMany(id: string): Promise<Account | undefined>;
  /**
   * Sends only what is given. The account after it, or undefined where the reply does not show it.
   *
   * @param progress told of the account after each call, where it takes more than one.
   */
  update(
    id: string,
    fields: Fields,
    metadata: JsonObject | undefined,
    progress: (account: Account) => void,
  ): Promise<Account | undefined>;
  /** The vendor's gentlest real delete. */
  remove(id: string): Promise<void>;
  /** Accounts with the same identity, or with this owner and URN in their stamp; `fresh` as above. */
  lookup(args: Values, ownership: Ownership, fresh: boolean): Promise<Account[]>;
  /** Accounts with this owner and URN in their stamp, among those seen so far; without a call. */
  seen(ownership: Ownership): Account[];
}

/** What a vendor's sub-account handler says of itself; the rest is the same for every vendor. */
export interface AccountKind<Client, Args extends Values>
  extends Pick<Resource<Client, Args>, "vendor" | "args" | "defaults" | "secrets" | "rules"> {
  /** Every argument that says what the account is to be, but for `metadata`. */
  readonly fields: Readonly<Record<string, FieldFacts>>;
  readonly manifest: AccountManifest;
  /** The argument that tells two accounts apart at the vendor. */
  readonly identity: "externalId" | "name";
  /** Whether the arguments ask for an account that works; absent where one that does not work is gone for good. */
  readonly wantsLive?: (args: Values) => boolean;
  /** Whether accounts have metadata, and so a stamp. */
  readonly stamped: boolean;
  /** @param before the state, for what the vendor does not show. */
  readonly api: (context: Context<Client>, before: Values) => AccountApi;
  /** Where keys are objects of their own and shown only once, and an account is born with one. */
  readonly keys?: (context: Context<Client>) => KeyApi;
}

/** What core has to know of a vendor's sub-accounts: of the kind, and of its fields. */
export interface AccountFacts
  extends AccountFields,
    Pick<AccountKind<never, never>, "identity" | "wantsLive" | "stamped"> {
  /** The vendor's name as people write it. */
  readonly title: string;
  /** Fields that are numbers; a message may show them. */
  readonly limits: readonly string[];
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
    // A key of a keyed argument is a field `argument.key`.
    names: [...new Set(updatable.map((name) => name.replace(/\..*$/s, "")))],
    keyed: [...new Set(keyed)],
    limits: named(({ unit }) => unit !== undefined),
    notAtCreation: named((facts) => facts.updatable && !facts.atCreation),
    immutable: named((facts) => !facts.updatable && facts.atCreation),
    stateOnly: ["deletionPolicy", ...named((facts) => !facts.updatable && !facts.atCreation)],
  };
}

/** What a create or an update of an account works with. */
export interface Step {
  readonly facts: AccountFacts;
  readonly context: WriteContext<unknown>;
  readonly api: AccountApi;
  readonly args: Values;
  /** The state before; empty for a new resource. */
  readonly before: Values;
  /** The stamp that the account is to carry. */
  readonly stamp: Stamp;
}

/** What {@link Run.hold} calls an account. */
export function holdOfAccount(connection: string, id: string): string {
  return `${connection} account ${id}`;
}
