import { createHash } from "node:crypto";
import type { Account, AccountFields, Fields } from "./account";
import type { JsonObject } from "./json";
import type { KeyApi } from "./keys";
import type { Context, Ownership, Resource, Values, WriteContext } from "./resource";
import type { Run } from "./run";
import type { Stamp } from "./stamp";

/** The account endpoints of a vendor, in plain values. One per connection and run. */
export interface AccountApi {
  /**
   * @param fields the declared ones that are not `null` and can be set at creation.
   * @param args all arguments, for what is no field (Bolna's database).
   */
  create(fields: Fields, metadata: JsonObject | undefined, args: Values, nonce: string): Promise<Account>;
  /** The account, or undefined when the vendor has none with this id; `fresh`: from a call begun after now. */
  retrieve(id: string, fresh: boolean): Promise<Account | undefined>;
  /** For refresh: as cheap as the vendor allows for many accounts at once. */
  retrieveOneOfMany(id: string): Promise<Account | undefined>;
  /** Sends only what is given. The account after it, or undefined where the reply does not show it. */
  update(id: string, fields: Fields, metadata: JsonObject | undefined): Promise<Account | undefined>;
  /** The vendor's gentlest real delete. */
  remove(id: string): Promise<void>;
  /** Accounts with the same identity, or with this owner and URN in their stamp; `fresh` as above. */
  lookup(args: Values, ownership: Ownership, fresh: boolean): Promise<Account[]>;
  /** Accounts with this owner and URN in their stamp, among those seen so far; without a call. */
  seen(ownership: Ownership): Account[];
}

/** What core has to know of a vendor's sub-accounts. */
interface AccountFacts extends AccountFields {
  /** The vendor's name as people write it. */
  readonly title: string;
  /** Fields that are numbers; a message may show them. */
  readonly limits: readonly string[];
  /** Fields that a create call cannot set. */
  readonly notAtCreation: readonly string[];
  /** Arguments that the vendor can never change. */
  readonly immutable: readonly string[];
  /** The argument that tells two accounts apart at the vendor. */
  readonly identity: "externalId" | "name";
  /** Whether the arguments ask for an account that works; absent where there is no other kind. */
  readonly wantsLive?: (args: Values) => boolean;
  /** Whether accounts have metadata, and so a stamp. */
  readonly stamped: boolean;
}

/** What a vendor's sub-account handler says of itself; the rest is the same for every vendor. */
export interface AccountKind<Client, Args extends Values>
  extends AccountFacts,
    Pick<Resource<Client, Args>, "vendor" | "args" | "secrets" | "rules"> {
  readonly api: (context: Context<Client>) => AccountApi;
  /** Where keys are objects of their own and shown only once. */
  readonly keys?: (client: Client) => KeyApi;
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

/** The tags of the resources for which this run created, took over or adopted an account. */
export function createdIn(run: Run): Set<string> {
  return run.shared("created accounts", () => new Set<string>());
}

/** Stands for a URN in a nonce: delete is told of the state alone, and must know whose it was. */
export function tagOf(urn: string): string {
  return createHash("sha256").update(urn).digest("base64url").slice(0, 8);
}
