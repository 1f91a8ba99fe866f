import type { AccountsOfNested } from "../account/for-nested";
import type { Values } from "../contract/resource";
import type { Page } from "../vendor-io/page-reader";
import type { Listed, Listing, Shown } from "./listing";

/** How messages speak of a kind of object. */
export interface Words {
  /** `key`, `webhook`. */
  readonly noun: string;
  /** To end it at the vendor, and having done so: `revoke`, `revoked`. */
  readonly remove: string;
  readonly removed: string;
  /** What one that is not ended still does: `works`, `exists`. */
  readonly still: string;
}

/** Everything that reading and removing an object of an account needs of its vendor. */
export interface NestedApi<Item extends Listed> extends AccountsOfNested {
  /** The vendor's name as people write it. */
  readonly title: string;
  readonly words: Words;
  /** All objects of an account; undefined where the vendor itself answers that it has no such account. */
  list(accountId: string): Promise<Listing<Item> | undefined>;
  /** For refresh: an object from a listing of many accounts, where the vendor has one; undefined proves nothing. */
  find?(accountId: string, id: string): Promise<Shown<Item> | undefined>;
  remove(accountId: string, id: string): Promise<void>;
  /** Whether a listed object is over already: a revoked key. Absent where a vendor lists none that is. */
  isOver?(item: Item): boolean;
}

/** An object of an account as a vendor has it, in the words of our arguments. */
export interface NestedObject extends Listed {
  /** By the names of the arguments; null or absent where it is not set. */
  readonly fields: Values;
  /** When it was made, by the vendor's clock; absent where the vendor does not say it. */
  readonly createdAtMs?: number | undefined;
  /** Outputs beside the arguments. */
  readonly outputs?: Values;
}

/**
 * The endpoints of a vendor for the objects of one kind, each a call, with fields by the names of the arguments. For an
 * account or object that the vendor does not have they throw an error for which `isNotFound` holds.
 */
export interface NestedEndpoints {
  page(accountId: string, cursor: string | undefined): Promise<Page<NestedObject>>;
  create(accountId: string, fields: Values, requestId: string): Promise<NestedObject>;
  /** Sends what is given and nothing else; null unsets a field. */
  update(accountId: string, id: string, fields: Values): Promise<NestedObject>;
  remove(accountId: string, id: string): Promise<unknown>;
}
