import fc from "fast-check";
import type { Emulator, EmulatorOptions, VendorName } from "../../../emulator";
import type { Values } from "../../../provider/core/contract/resource";
import { vendors } from "../../../provider/vendors";
import type { TypeName } from "../../support/stack";
import {
  type AccountAtVendor,
  type Choices,
  handleOf,
  inWords,
  keysOf,
  METADATA,
  STRANGE_STATUS,
  subjectOf,
  VENDORS,
  type VendorSubject,
} from "../../vendors/index.mts";

/** Values by field, as the program names it; the keys of `metadata` and `limits` are fields of their own. */
export type Fields = Readonly<Record<string, unknown>>;

/** An account as it really is at its vendor. */
export interface Actual {
  readonly id: string;
  /** Whatever its status, it was not ended. */
  readonly live: boolean;
  /** It has a status that the vendor does not document. */
  readonly isStrange: boolean;
  /** A field that is not set is not here. */
  readonly fields: Fields;
  readonly stamp: { readonly urn: string; readonly nonce: string; readonly owner: string } | undefined;
}

/** A key as it really is at its vendor. */
export interface Issued {
  readonly id: string;
  readonly account: string;
  readonly prefix: string;
  /** How much of the prefix the vendor lists. */
  readonly shown: string;
  readonly live: boolean;
}

/** Random programs and vendors. */
interface Randomness {
  /** A whole declaration of an account; its identity says "own1", "own2" or "shared". */
  readonly args: fc.Arbitrary<Values>;
  readonly keyArgs: fc.Arbitrary<Values>;
  /** A change behind the program's back, in the vendor's words. */
  readonly drift: fc.Arbitrary<object>;
  /** Undocumented behaviours with which everything must work. */
  readonly switches: fc.Arbitrary<object>;
}

/** What the model has to know of a vendor. */
export interface VendorModel extends Randomness {
  readonly vendor: VendorName;
  readonly subject: VendorSubject;
  readonly account: TypeName;
  readonly key: TypeName;
  /** Arguments that no two live accounts may share. */
  readonly identity: "externalId" | "name";
  /** The declaration of one of many accounts, with a limit. */
  readonly crowdArgs: (name: string, limit: number) => Values;
  readonly accounts: (emulator: Pick<Emulator, VendorName>) => Actual[];
  /** Keys that are objects of their own. */
  readonly keys: (emulator: Emulator) => Issued[];
  readonly change: (emulator: Emulator, id: string, fields: object) => void;
  /** The vendor's dashboard: archived, deactivated or, where there is no such thing, deleted. */
  readonly end: (emulator: Emulator, id: string) => void;
  readonly seed: (emulator: Emulator, fields: Values) => string;
  readonly use: (emulator: Emulator, secret: string) => void;
  readonly revoke: (emulator: Emulator, account: string, secret: string) => void;
}

const STAMP = "pulumi-subaccounts";

/** Arguments by field. */
export function fieldsOf(values: Values): Fields {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if ((name === "metadata" || name === "limits") && typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) fields[`${name}.${key}`] = item;
    } else if (value !== undefined) {
      fields[name] = value;
    }
  }
  return fields;
}

/** Fields that are set, without the stamp. */
function set(values: Values): Fields {
  const entries = Object.entries(fieldsOf(values));
  return Object.fromEntries(
    entries.filter(([name, value]) => value !== null && name !== `metadata.${STAMP}`),
  );
}

function stampOf(metadata: AccountAtVendor["metadata"]): Actual["stamp"] {
  return metadata?.[STAMP] as Actual["stamp"];
}

function oneOf([first, ...others]: readonly unknown[]): fc.Arbitrary<unknown> {
  return others.length === 0 ? fc.constant(first) : fc.constantFrom(first, ...others);
}

/** Some of these values, by name. */
function some(choices: Choices, requiredKeys: readonly string[] = []): fc.Arbitrary<Values> {
  const fields = Object.entries(choices).map(([name, values]) => {
    return [name, Array.isArray(values) ? oneOf(values) : some(values as Choices)] as const;
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...requiredKeys] });
}

const IDENTITIES = ["own1", "own2", "shared"];
const ROTATION = {
  keepers: [{ release: 1 }, { release: 2 }],
  rotateAfterDays: [1, 30],
  overlapHours: [0, 1, 48],
};

/** Programs and vendors at random, as far as a subject does not say otherwise. */
function randomOf({ vendor, isMarked, limit, required = {}, keys, chances = {} }: VendorSubject): Randomness {
  const { manifest } = vendors[vendor].SubAccount;
  const limits: Choices = Object.keys(required).includes(Object.keys(limit(1))[0] ?? "")
    ? {}
    : mapped(limit(1), [null, 5, 5000]);
  const drift = {
    name: ["Drifted"],
    ...(chances.drift ?? mapped(inWords(vendor, limit(1)), [7, 8])),
    ...(isMarked && { metadata: [{ tier: "lead" }, { theirs: 1 }, null] }),
    ...(isMarked && { status: chances.drift?.["status"] ?? [STRANGE_STATUS] }),
  };
  const args: Choices = {
    name: isMarked ? ["Acme", "Beta"] : IDENTITIES,
    ...(isMarked && { externalId: IDENTITIES }),
    ...(chances.args ?? limits),
  };
  const stored: Choices = isMarked && !("metadata" in args) ? { metadata: METADATA } : {};
  return {
    args: some({ ...args, ...stored, deletionPolicy: Object.keys(manifest.deletion) }, [
      "name",
      ...Object.keys(required),
    ]),
    keyArgs: keys
      ? some({ name: ["backend", "worker"], ...chances.keyArgs, ...ROTATION }, isNamed(vendor))
      : fc.constant({}),
    drift: fc.oneof(...Object.entries(drift).map(([name, values]) => some({ [name]: values }, [name]))),
    switches: some(chances.switches ?? {}).map(({ together, ...others }) => ({
      ...others,
      ...Object(together),
    })),
  };
}

/** The same members with these choices for each number in them. */
function mapped(values: Values, choices: readonly unknown[]): Choices {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      return [name, typeof value === "number" ? choices : mapped(value as Values, choices)];
    }),
  );
}

/** The arguments that a key must have: bctrl's need no name. */
function isNamed(vendor: VendorName): string[] {
  const { shape } = vendors[vendor].ApiKey.args as {
    shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>>;
  };
  return shape["name"]?.safeParse(undefined).success === false ? ["name"] : [];
}

function modelOf(vendor: VendorName): VendorModel {
  const subject = subjectOf(vendor);
  const { isMarked, endedStatus, required, limit, keys } = subject;
  const names = Object.keys(vendors[vendor].SubAccount.fields).map((name) => name.replace(/\..*/, ""));
  const declared = (account: AccountAtVendor): Values =>
    subject.fields?.(account as never) ??
    Object.fromEntries(
      Object.entries(account).filter(([name]) => name === "metadata" || names.includes(name)),
    );
  const accountsAt = (emulator: Pick<Emulator, VendorName>) => handleOf(emulator, vendor).accounts();
  return {
    vendor,
    subject,
    account: `${vendor}.SubAccount`,
    key: `${vendor}.ApiKey`,
    identity: isMarked ? "externalId" : "name",
    ...randomOf(subject),
    crowdArgs: (name, value) => {
      return { name, ...(isMarked ? { externalId: `id of ${name}` } : {}), ...required, ...limit(value) };
    },
    accounts: (emulator) =>
      accountsAt(emulator).map((account) => ({
        id: account.id,
        live: endedStatus === undefined || account.status !== endedStatus,
        isStrange: account.status === STRANGE_STATUS,
        fields: set(declared(account)),
        stamp: stampOf(account.metadata),
      })),
    keys: (emulator) =>
      accountsAt(emulator).flatMap((account) =>
        keysOf(vendor, account).map(({ id, prefix, live }) => {
          return { id, account: account.id, prefix, shown: shownOf(emulator, vendor, prefix), live };
        }),
      ),
    change: (emulator, id, fields) =>
      handleOf(emulator, vendor).change(id, withStamp(accountsAt(emulator), id, fields)),
    end: (emulator, id) => subject.end(emulator[vendor], id),
    seed: (emulator, fields) =>
      handleOf(emulator, vendor).seed(isMarked ? fields : { name: fields["name"] }).id,
    use: (emulator, secret) => handleOf(emulator, vendor).useKey?.(secret),
    revoke: (emulator, account, secret) => {
      const found = accountsAt(emulator).find(({ id }) => id === account);
      for (const { id, prefix } of found ? keysOf(vendor, found) : []) {
        if (secret.startsWith(prefix)) keys?.revokeOutside(emulator[vendor], account, id);
      }
    },
  };
}

/** The beginning of a key that a listing shows. */
function shownOf(emulator: Emulator, vendor: VendorName, prefix: string): string {
  const { shortKeyPrefix: length } = emulator[vendor].switches as { readonly shortKeyPrefix?: number };
  return length ? prefix.slice(0, length) : prefix;
}

/** A change of metadata that is not about the stamp leaves it; `null` wipes everything. */
function withStamp(
  accounts: readonly { readonly id: string; readonly metadata?: Values | null }[],
  id: string,
  fields: object,
): object {
  if (!("metadata" in fields) || fields.metadata === null) return fields;
  const has = accounts.find((account) => account.id === id)?.metadata ?? {};
  return { ...fields, metadata: { ...has, ...(fields.metadata as object) } };
}

export const models = Object.fromEntries(VENDORS.map((vendor) => [vendor, modelOf(vendor)])) as Record<
  VendorName,
  VendorModel
>;

/** Vendors with some of their undocumented behaviours, for the start of a story: no other vendor changes its stories. */
export function switchesOf(vendors: readonly VendorName[]): fc.Arbitrary<EmulatorOptions> {
  return fc.record<EmulatorOptions>(
    Object.fromEntries([...new Set(vendors)].map((vendor) => [vendor, models[vendor].switches])),
  );
}
