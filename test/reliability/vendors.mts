import type { Emulator } from "pulumi-subaccounts/emulator";
import {
  type AccountAtVendor as Actual,
  handleOf,
  isActive,
  keysOf,
  pathOf,
  subjectOf,
  VENDORS,
  type VendorName,
} from "../vendors/index.mts";

/** An account in use as the vendor really has it. */
export interface AccountAtVendor {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** None where keys are no objects of their own. */
  readonly keys: readonly { readonly id: string; readonly prefix: string; readonly live: boolean }[];
}

/** Every account that is not deactivated, archived or deleted. */
export function accountsInUse(emulator: Emulator, vendor: VendorName): AccountAtVendor[] {
  const accounts: readonly Actual[] = handleOf(emulator, vendor).accounts();
  return accounts
    .filter(isActive)
    .map((account) => ({ id: account.id, fields: { ...account }, keys: keysOf(vendor, account) }));
}

const words = new Set(
  VENDORS.flatMap((vendor) => {
    const { calls, paths, keys } = subjectOf(vendor);
    const ofKeys = keys === undefined ? [] : [pathOf(keys.create), pathOf(keys.revoke), keys.list];
    return [...Object.values(calls).map(pathOf), ...Object.values(paths), ...ofKeys];
  }).flatMap((path) => path.split("/")),
);
// Of calls that are one vendor's alone.
for (const word of ["v2", "limits"]) words.add(word);

/** A request in a few words, without ids: `PATCH /v1/sub-accounts/{id}`. */
export function callOf({ method, path }: { method: string; path: string }): string {
  const segments = path.split("/").map((segment) => (words.has(segment) ? segment : "{id}"));
  return `${method} ${segments.join("/")}`;
}
