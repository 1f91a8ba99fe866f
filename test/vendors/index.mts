import type { Declared } from "../../emulator/core/switches.ts";
import type { Emulator, VendorName } from "../../emulator/index.ts";
import { standIns } from "../../emulator/vendors.ts";
import { bctrl } from "./bctrl.mts";
import { bolna } from "./bolna.mts";
import type { KeyAtVendor, Values, VendorSubject } from "./subject.mts";
import { zavu } from "./zavu.mts";

export type { VendorName } from "../../emulator/index.ts";
export {
  type Choices,
  type DocumentedCalls,
  isNotEmpty,
  type KeySubject,
  METADATA,
  STRANGE_STATUS,
  type Values,
  type VendorSubject,
} from "./subject.mts";

/** The registry of what the suites know of vendors: one line per vendor. */
export const subjects: { readonly [Name in VendorName]: VendorSubject<Name> } = { zavu, bctrl, bolna };

/** Vendors whose accounts have metadata and an `externalId`, and so an ownership marker. */
export type MarkingVendor = {
  [Name in VendorName]: ReturnType<Emulator[Name]["accounts"]>[number] extends { metadata: unknown }
    ? Name
    : never;
}[VendorName];

/** Vendors whose keys are objects of their own. */
export type KeyVendor = {
  [Name in VendorName]: Emulator[Name] extends {
    addKey(account: string, fields: { name: string }): { id: string; key: string };
  }
    ? Name
    : never;
}[VendorName];

/** Every vendor, for tables of tests. */
export const VENDORS = Object.keys(subjects) as readonly VendorName[];
export const MARKING = VENDORS.filter((vendor): vendor is MarkingVendor => subjects[vendor].isMarked);
export const KEYED = VENDORS.filter((vendor): vendor is KeyVendor => subjects[vendor].keys !== undefined);

/** The subject of a vendor that a test learns as it runs. */
export function subjectOf(vendor: VendorName): VendorSubject {
  return subjects[vendor] as VendorSubject;
}

/** An account as its vendor really has it. */
export interface AccountAtVendor {
  readonly id: string;
  readonly name: string;
  readonly status?: string;
  readonly externalId?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  readonly keys?: readonly { id: string; name: string | null; keyPrefix: string; revokedAt: unknown }[];
}

/** What the stand-ins of all vendors have alike. */
interface Handle {
  readonly switches: object;
  accounts(): readonly AccountAtVendor[];
  seed(fields?: object): { readonly id: string };
  change(id: string, fields: object): void;
  addKey?(account: string, fields: { name: string }): { id: string; key: string };
  useKey?(key: string): void;
}

/**
 * The stand-in of a vendor, by what all have alike: an account's `status` is `active` or another word, whatever the vendor
 * calls it.
 */
export function handleOf(emulator: Pick<Emulator, VendorName>, vendor: VendorName): Handle {
  const handle = emulator[vendor] as Handle;
  const { status } = subjectOf(vendor);
  if (status === undefined) return handle;
  const { member, active } = status;
  const worded = ({ status: word, ...fields }: { status?: unknown } = {}) => {
    return { ...fields, ...(word !== undefined && { [member]: word === "active" ? active : word }) };
  };
  const shown = (account: AccountAtVendor): AccountAtVendor => {
    const word = String(Reflect.get(account, member));
    return { ...account, status: word === active ? "active" : word };
  };
  return Object.create(handle, {
    accounts: { value: () => handle.accounts().map(shown) },
    seed: { value: (fields?: object) => handle.seed(worded(fields)) },
    change: { value: (id: string, fields: object) => handle.change(id, worded(fields)) },
  });
}

/** Whether an account is as its vendor has it in use: of a status that is not documented, it is not. */
export function isActive({ status = "active" }: { readonly status?: string }): boolean {
  return status === "active";
}

/** The keys of an account that are objects of their own. */
export function keysOf(vendor: VendorName, account: AccountAtVendor): KeyAtVendor[] {
  const { keys } = subjectOf(vendor);
  if (keys === undefined) return [];
  if (keys.of) return keys.of(account as never);
  return (account.keys ?? []).map(({ id, name, keyPrefix, revokedAt }) => {
    return { id, name, prefix: keyPrefix, live: revokedAt === null };
  });
}

/** Makes an account with a key that was used, behind the program's back. */
export function seedInUse(
  emulator: Pick<Emulator, VendorName>,
  vendor: VendorName,
  fields: object,
): { id: string; key: string } {
  const handle = handleOf(emulator, vendor);
  const made = handle.seed(fields);
  const { apiKey, api_key = apiKey } = made as { apiKey?: string; api_key?: string };
  const key = api_key ?? handle.addKey?.(made.id, { name: "of somebody" }).key ?? "";
  handle.useKey?.(key);
  return { id: made.id, key };
}

/** Arguments in the vendor's words. */
export function inWords(vendor: VendorName, args: Values): Values {
  const { deletionPolicy: _, ...fields } = args;
  return subjectOf(vendor).inWords?.(args) ?? fields;
}

/** Arguments with others over them; members of an object are replaced one by one, `undefined` takes out. */
export function merged(args: Values, change: Values): Values {
  const entries = Object.entries(change).map(([name, value]) => {
    const had = args[name];
    return [name, isObject(had) && isObject(value) ? { ...had, ...value } : value];
  });
  return { ...args, ...Object.fromEntries(entries) };
}

/** Whether it is a plain object. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path of the limit that `limit` of a subject declares: `limits.monthlyCreditLimit`. */
export function limitPath(vendor: VendorName): string {
  const walk = (values: object): string[] =>
    Object.entries(values).flatMap(([name, value]) => [name, ...(isObject(value) ? walk(value) : [])]);
  return walk(subjectOf(vendor).limit(1)).join(".");
}

/** The path of a call: `/v1/sub-accounts/{id}` of `PATCH /v1/sub-accounts/{id}`. */
export function pathOf(call: string): string {
  return methodAndPath(call).path;
}

/** A call as faults take it. */
export function methodAndPath(call: string): { readonly method: string; readonly path: string } {
  const [method = "", path = ""] = call.split(" ");
  return { method, path };
}

/** The largest page of a vendor's listing; Bolna has no pages unless a switch says so. */
export function pageOf(vendor: VendorName): number {
  if (subjectOf(vendor).pagesOf) return Number.POSITIVE_INFINITY;
  const switches: Declared = standIns[vendor].switches;
  return Number(switches["pageSize"]?.default);
}
