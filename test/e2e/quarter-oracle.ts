import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Emulator } from "../../emulator";
import type { Estate, Found } from "./quarter-estate";

const VENDORS = ["zavu", "bctrl", "bolna"] as const;
type Vendor = (typeof VENDORS)[number];
type Fields = Record<string, unknown>;

/** A tenant's file, as a person reads it. */
export interface TenantFile {
  readonly externalId: string;
  readonly name: string;
  readonly tier?: string;
  readonly vendors: Readonly<Partial<Record<Vendor, Fields>>>;
  readonly keys?: Readonly<Partial<Record<Vendor, unknown>>>;
  readonly suspended?: boolean | readonly Vendor[];
  readonly ended?: { readonly keysAt?: string; readonly deleteAfter?: string };
  readonly formerly?: string;
}

/** An account as a vendor has it, without times and keys. */
type Account = Fields & { readonly id: string };

const MARKER = "pulumi-subaccounts";
const IGNORED = ["keys", "createdAt", "updatedAt", "created_at", "updated_at", "archivedAt", "defaultSpaceId"];

/** Reads every file of the folder. */
export function filesIn(folder: string): TenantFile[] {
  return readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), "utf8")) as TenantFile);
}

/** All accounts of both organizations by `vendor id`, without our marker, and those that have one. */
export function accountsAt({ zavu, bctrl, bolna, other }: Emulator): {
  accounts: Map<string, Account>;
  marked: Set<string>;
} {
  const marked = new Set<string>();
  const accounts = new Map<string, Account>();
  const all = { zavu: [...zavu.accounts(), ...other.zavu.accounts()], bctrl: bctrl.accounts(), bolna: bolna.accounts() };
  for (const vendor of VENDORS) {
    for (const view of all[vendor]) {
      const account = Object.fromEntries(Object.entries(view).filter(([field]) => !IGNORED.includes(field)));
      const { [MARKER]: marker, ...metadata } = (account["metadata"] ?? {}) as Fields;
      if (marker !== undefined) marked.add(`${vendor} ${view.id}`);
      if ("metadata" in account) account["metadata"] = Object.keys(metadata).length > 0 ? metadata : null;
      accounts.set(`${vendor} ${view.id}`, account as Account);
    }
  }
  return { accounts, marked };
}

/** The day of a date in a file, against today in UTC: a day is over when the next has begun. */
const isOver = (day: string | undefined) =>
  day !== undefined && new Date().toISOString().slice(0, 10) > String(day);

/** Whether a file stops its account at a vendor. */
export function isStopped({ suspended, ended }: TenantFile, vendor: Vendor): boolean {
  if (Array.isArray(suspended)) return suspended.includes(vendor);
  return suspended === undefined ? ended !== undefined : suspended === true;
}

export const isWithoutKeys = ({ ended }: TenantFile): boolean => isOver(ended?.keysAt) || isDeleted({ ended });
export const isDeleted = ({ ended }: Pick<TenantFile, "ended">): boolean => isOver(ended?.deleteAfter);

/**
 * What the vendors are to have by the files, made of what they had before there was code. `ids` has the accounts of each
 * customer, by `externalId vendor`; an account that no file has stays as it was.
 */
export function expectedAccounts(
  files: readonly TenantFile[],
  tiers: Readonly<Record<string, Partial<Record<Vendor, Fields>>>>,
  before: ReadonlyMap<string, Account>,
  idOf: (externalId: string, vendor: Vendor) => string | undefined,
): Map<string, Account> {
  const expected = new Map(before);
  for (const file of files) {
    for (const vendor of VENDORS) {
      const own = file.vendors[vendor];
      if (own === undefined) continue;
      const key = `${vendor} ${idOf(file.externalId, vendor)}`;
      const account = before.get(key) ?? blank(vendor, key);
      const tier = (file.tier === undefined ? undefined : tiers[file.tier]?.[vendor]) ?? {};
      const deletionPolicy = own["deletionPolicy"] ?? tier["deletionPolicy"];
      if (isDeleted(file) && vendor === "bolna" && deletionPolicy === "delete") expected.delete(key);
      else expected.set(key, { ...account, ...declared(vendor, account, { file, tier, own }) });
    }
  }
  return expected;
}

function declared(
  vendor: Vendor,
  account: Account,
  { file, tier, own }: { file: TenantFile; tier: Fields; own: Fields },
): Fields {
  const stopped = isStopped(file, vendor);
  const policy = own["deletionPolicy"] ?? tier["deletionPolicy"];
  const isEnded = isDeleted(file) && policy !== "retain";
  const name = String(own["name"] ?? file.name);
  // What differs by blanks alone is not sent.
  const shown = String(account["name"]).trim() === name ? account["name"] : name;
  const all = { ...tier, ...own };
  if (vendor === "bolna") {
    return { name: shown, allow_concurrent_calls: all["allowConcurrentCalls"] ?? account["allow_concurrent_calls"] };
  }
  const externalId =
    own["keepExternalId"] === true ? account["externalId"] : (own["externalId"] ?? file.externalId);
  if (vendor === "zavu") {
    return {
      name: shown,
      externalId,
      status: stopped || isEnded ? "inactive" : "active",
      creditLimit: all["creditLimit"] ?? account["creditLimit"],
    };
  }
  const limits = { ...(account["limits"] as Fields), ...(tier["limits"] as Fields), ...(own["limits"] as Fields) };
  return {
    name: shown,
    externalId,
    status: isEnded ? "archived" : "active",
    limits: stopped ? { ...limits, monthlyCreditLimit: 0 } : limits,
  };
}

/** An account as a vendor makes one. */
function blank(vendor: Vendor, key: string): Account {
  const id = key.slice(vendor.length + 1);
  if (vendor === "zavu") return { id, totalSpent: 0, metadata: null, creditLimit: null };
  if (vendor === "bctrl") {
    return { id, metadata: null, limits: {}, spendingCap: null, v2Limits: { runs: null, spaces: null, spend: null } };
  }
  return { id };
}

/** The ids of the customers' accounts: those that were there, by the estate; others by what the vendors show. */
export function idsOf(
  estate: Estate,
  at: ReadonlyMap<string, Account>,
): (externalId: string, vendor: Vendor) => string | undefined {
  const known = new Map(estate.accounts.map(({ tenant, vendor, id }: Found) => [`${tenant} ${vendor}`, id]));
  return (externalId, vendor) => {
    const id = known.get(`${externalId} ${vendor}`) ?? known.get(`${externalId.replace("tenant", "tennant")} ${vendor}`);
    if (id !== undefined) return id;
    const taken = new Set(known.values());
    const own = [...at].filter(
      ([key, account]) =>
        key.startsWith(`${vendor} `) &&
        !taken.has(account.id) &&
        (account["externalId"] === externalId || (vendor === "bolna" && account["name"] === `New ${externalId}`)),
    );
    if (own.length > 1) throw new Error(`${own.length} accounts of ${externalId} at ${vendor}`);
    return own[0]?.[1].id;
  };
}
