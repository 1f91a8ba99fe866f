import type { PolicyResource } from "@pulumi/policy";
import { keyOf as kindOf, titleOf, VENDOR_NAMES, type VendorName } from "../../tenant/description";
import { type Subject, typesOf } from "./account";

/** An `ApiKey` resource whose removal revokes a key. */
export interface Key extends Subject {
  readonly vendor: VendorName;
}

// The one key that Bolna gives an account has no name: its resource makes and revokes nothing.
const VENDOR_OF_TYPE = typesOf(
  "ApiKey",
  VENDOR_NAMES.filter((vendor) => "name" in kindOf(vendor).args.shape),
);

/** The key that a resource is; undefined if it is none. */
export function keyOf({ type, urn, name, props, opts }: PolicyResource | Subject): Key | undefined {
  const vendor = VENDOR_OF_TYPE.get(type);
  return vendor && { vendor, type, urn, name, props, opts };
}

/** How messages call a key. */
export function labelOfKey({ vendor, name }: Key): string {
  return `${titleOf(vendor)} key ${JSON.stringify(name)}`;
}

/** A key as the state before the run has it. */
export interface FormerKey {
  readonly key: Key;
  /** A resource that goes or is replaced leaves its key at the vendor, by `retainOnDelete`. */
  readonly isRetained: boolean;
  /** The engine replaces the resource in this run, or may do so beside another change. */
  readonly mayBeReplaced: boolean;
  /** An operation failed after it had saved the key, so that the engine updates it again. */
  readonly isUnfinished: boolean;
}
