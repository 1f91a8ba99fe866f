import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Emulator } from "../../emulator";
import type { Estate } from "./quarter-estate";

/** The vendors, in the order in which tests speak of them. */
export const VENDORS = ["zavu", "bctrl", "bolna"] as const;
type Vendor = (typeof VENDORS)[number];
type Fields = Readonly<Record<string, unknown>>;

/** A tenant's file, as a person reads it. */
export interface TenantFile {
  readonly externalId: string;
  readonly name: string;
  readonly tier?: string;
  readonly vendors: Readonly<Partial<Record<Vendor, Fields>>>;
  readonly suspended?: boolean | readonly Vendor[];
  readonly ended?: { readonly keysAt?: string; readonly deleteAfter?: string };
}

/** What each tier fixes at each vendor. */
export type TierFiles = Readonly<Record<string, Partial<Record<Vendor, Fields>>>>;

/** Accounts of both organizations as a vendor has them, without keys and times, by `vendor id`. */
export type Accounts = ReadonlyMap<string, Fields>;

/** The id of a customer's account; undefined where there is none. */
type IdOf = (externalId: string, vendor: Vendor) => string | undefined;

const MARKER = "pulumi-subaccounts";
const IGNORED = [
  "keys",
  "createdAt",
  "updatedAt",
  "created_at",
  "updated_at",
  "archivedAt",
  "defaultSpaceId",
];

/** Reads every file of the folder. */
export function filesIn(folder: string): TenantFile[] {
  return readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), "utf8")) as TenantFile);
}

/** All accounts. In place of our marker in the metadata there is a field that says whether it is there. */
export function accountsAt({ zavu, bctrl, bolna, other }: Emulator): Accounts {
  const views = {
    zavu: [...zavu.accounts(), ...other.zavu.accounts()],
    bctrl: bctrl.accounts(),
    bolna: bolna.accounts(),
  };
  const all = VENDORS.flatMap((vendor) =>
    views[vendor].map((view) => [`${vendor} ${view.id}`, withoutMarker(view)] as const),
  );
  return new Map(all);
}

function withoutMarker(view: object): Fields {
  const fields: Fields = Object.fromEntries(
    Object.entries(view).filter(([field]) => !IGNORED.includes(field)),
  );
  if (!("metadata" in fields)) return fields;
  const { [MARKER]: marker, ...others } = (fields["metadata"] ?? {}) as Fields;
  return {
    ...fields,
    metadata: Object.keys(others).length > 0 ? others : null,
    isMarked: marker !== undefined,
  };
}

/** A day is over once the next one has begun, in UTC. */
const isOver = (day: string | undefined) =>
  day !== undefined && new Date().toISOString().slice(0, 10) > String(day);

function isStopped({ suspended, ended }: TenantFile, vendor: Vendor): boolean {
  if (Array.isArray(suspended)) return suspended.includes(vendor);
  return suspended === undefined ? ended !== undefined : suspended === true;
}

/** Whether the file lets the customer use its key at a vendor: at Zavu none of an inactive account works. */
export function isServed(file: TenantFile, vendor: Vendor): boolean {
  const { vendors, ended } = file;
  if (vendors[vendor] === undefined || isOver(ended?.deleteAfter)) return false;
  if (vendor === "zavu" && isStopped(file, vendor)) return false;
  return vendor === "bolna" || !isOver(ended?.keysAt);
}

/**
 * What the vendors are to have by the files, made of what they had before there was code: an account that no file has, and
 * a field that none declares, is as it was.
 */
export function expectedAccounts(
  files: readonly TenantFile[],
  tiers: TierFiles,
  before: Accounts,
  idOf: IdOf,
): Accounts {
  const expected = new Map(before);
  for (const file of files) {
    for (const vendor of VENDORS) {
      const own = file.vendors[vendor];
      if (own === undefined) continue;
      const id = idOf(file.externalId, vendor) ?? "none";
      const account = before.get(`${vendor} ${id}`) ?? { ...NEW[vendor], id };
      const tier = tiers[file.tier ?? ""]?.[vendor] ?? {};
      const { deletionPolicy, ...declared } = { ...tier, ...own };
      const limits = { ...object(account["limits"]), ...object(tier["limits"]), ...object(own["limits"]) };
      const isEnded = isOver(file.ended?.deleteAfter) && deletionPolicy !== "retain";
      if (vendor === "bolna" && isEnded) expected.delete(`${vendor} ${id}`);
      else
        expected.set(
          `${vendor} ${id}`,
          applied(vendor, account, { file, isEnded, declared: { ...declared, limits } }),
        );
    }
  }
  return expected;
}

/** An account with what is declared for it. */
function applied(
  vendor: Vendor,
  account: Fields,
  { file, isEnded, declared }: { file: TenantFile; isEnded: boolean; declared: Fields },
): Fields {
  const name = String(declared["name"] ?? file.name);
  const externalId =
    declared["keepExternalId"] === true ? account["externalId"] : (declared["externalId"] ?? file.externalId);
  // A name that differs by blanks at its ends alone is not sent.
  const common = { ...account, name: String(account["name"]).trim() === name ? account["name"] : name };
  const isOff = isStopped(file, vendor);
  switch (vendor) {
    case "bolna":
      return {
        ...common,
        allow_concurrent_calls: declared["allowConcurrentCalls"] ?? account["allow_concurrent_calls"],
      };
    case "zavu":
      return {
        ...common,
        externalId,
        isMarked: true,
        status: isOff || isEnded ? "inactive" : "active",
        creditLimit: declared["creditLimit"] ?? account["creditLimit"],
      };
    case "bctrl":
      return {
        ...common,
        externalId,
        isMarked: true,
        status: isEnded ? "archived" : "active",
        limits: { ...object(declared["limits"]), ...(isOff ? { monthlyCreditLimit: 0 } : {}) },
      };
  }
}

const object = (any: unknown): Fields => (any ?? {}) as Fields;

/** What the stand-ins give a new account beside its id, where nothing declares it. */
const NEW: Readonly<Record<Vendor, Fields>> = {
  zavu: { totalSpent: 0, metadata: null, creditLimit: null },
  bctrl: { metadata: null, spendingCap: null, v2Limits: { runs: null, spaces: null, spend: null } },
  bolna: {
    ...Object.fromEntries(["host", "name", "port", "user"].map((each) => [`db_${each}`, null])),
    min_concurrency: null,
    max_concurrency: null,
    multi_tenant: false,
    organization_id: "3f1c0a52-7d0e-4b8a-9c55-0e5a1b2c3d4e",
    user_id: "9b2d4c6e-1a3b-4c5d-8e7f-a1b2c3d4e5f6",
  },
};

/**
 * The accounts of customers: those that were there by the estate, whose mistyped ids were corrected since; of new ones by
 * what the vendors show. Throws where a new one has two.
 */
export function idsOf(estate: Estate, at: Accounts): IdOf {
  const known = new Map(estate.accounts.map(({ tenant, vendor, id }) => [`${tenant} ${vendor}`, id]));
  const taken = new Set(known.values());
  return (externalId, vendor) => {
    const formerly = externalId.replace("tenant", "tennant");
    const id = known.get(`${externalId} ${vendor}`) ?? known.get(`${formerly} ${vendor}`);
    if (id !== undefined) return id;
    const own = [...at].filter(
      ([key, { id, externalId: given, name }]) =>
        key.startsWith(`${vendor} `) &&
        !taken.has(String(id)) &&
        (vendor === "bolna" ? name === `New ${externalId}` : given === externalId),
    );
    if (own.length > 1) throw new Error(`${own.length} accounts of ${externalId} at ${vendor}`);
    return own[0]?.[1]["id"] as string | undefined;
  };
}
