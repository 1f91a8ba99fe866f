/**
 * The capabilities of a vendor for one field of an account. The checks work by it, and the tables of the
 * documentation are made of it. A key of a keyed argument is a field of its own: `limits.maxSpaces`.
 */
export interface FieldFacts {
  /** The vendor shows it: drift is seen, and every write is verified. */
  readonly readable: boolean;
  /** The vendor can change it in place. */
  readonly updatable: boolean;
  /** Taking it out of the code clears it at the vendor. */
  readonly clearable: boolean;
  /** The call that creates an account can set it. */
  readonly atCreation: boolean;
  /** The unit of a number that limits something. */
  readonly unit?: string;
  /** How what is used counts against the limit: "in total", "per billing cycle". Absent where nothing adds up. */
  readonly period?: string;
  /** The name of the set that it belongs to: an account declares fields of exactly one of the sets of its vendor. */
  readonly set?: string;
  /** The least of what the account is to have, not the most: 0 stops nothing. */
  readonly isFloor?: true;
  /** It limits the account only while another field has this value: a cap of one space, where there is one space. */
  readonly onlyWith?: { readonly field: string; readonly value: number };
  /** The API versions that have it; absent for all. */
  readonly versions?: readonly string[];
  /** Meaning of a field that is not declared. */
  readonly absent: string;
  /** Meaning of an explicit `null`, where it is allowed. */
  readonly null?: string;
  /** Meaning of 0, for a number. */
  readonly zero?: string;
}

/** The capabilities of a vendor for accounts, beside their fields; for the documentation. */
export interface AccountManifest {
  /** How an account is found before one is created. */
  readonly foundBy: string;
  /** The effect of each `deletionPolicy`, the default first. */
  readonly deletion: Readonly<Record<string, string>>;
  /** The replacement of a lost key. */
  readonly lostKey: string;
  /** The handling of an account that was deleted, archived or deactivated outside. */
  readonly removedOutside: string;
}

/** The handling of keys that are resources of their own; for the documentation. */
export interface KeyManifest {
  /** When the vendor shows the key itself. */
  readonly shown: string;
  /** When and how one key follows the other. */
  readonly rotation?: string;
  /** The effect of deleting the resource. */
  readonly deletion: string;
  /** The effect of a lost reply to the key's creation. */
  readonly lostKey: string;
  /** The handling of a key that was revoked outside, or whose account is gone. */
  readonly removedOutside: string;
}

/** The handling of objects within an account that hold no secret; for the documentation. */
export interface NestedManifest {
  /** What keeps one from being made twice. */
  readonly createdOnce: string;
  /** The effect of deleting the resource. */
  readonly deletion: string;
  /** The handling of one that was deleted outside, or whose account is gone. */
  readonly removedOutside: string;
}

/** A field that the vendor keeps, shows, changes and clears; for fields that differ in little. */
export const ORDINARY = { readable: true, updatable: true, clearable: true, atCreation: true } as const;

/** A field that is kept in the stack's state alone, because the vendor has no such thing. */
export const STATE_ONLY = {
  readable: false,
  updatable: false,
  clearable: false,
  atCreation: false,
} as const;

/** A field that only the call that creates an account can set, and that the vendor does not show. */
export const FIXED = { readable: false, updatable: false, clearable: false, atCreation: true } as const;
