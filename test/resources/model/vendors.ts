import fc from "fast-check";
import type { Emulator, EmulatorOptions, VendorName } from "../../../emulator";
import type { Values } from "../../../provider/core/contract/resource";
import type { TypeName } from "../../support/stack";

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
  readonly live: boolean;
}

/** What the model has to know of a vendor. */
export interface VendorModel {
  readonly vendor: VendorName;
  readonly account: TypeName;
  readonly key: TypeName;
  /** Arguments that no two live accounts may share. */
  readonly identity: "externalId" | "name";
  /** A whole declaration of an account; `externalId` says "own1", "own2" or "shared". */
  readonly args: fc.Arbitrary<Values>;
  readonly keyArgs: fc.Arbitrary<Values>;
  /** The declaration of one of many accounts, with a limit. */
  readonly crowdArgs: (name: string, limit: number) => Values;
  /** A change behind the program's back, in the vendor's words. */
  readonly drift: fc.Arbitrary<object>;
  /** Undocumented behaviours with which everything must work. */
  readonly switches: fc.Arbitrary<object>;
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
const STRANGE_STATUS = "suspended";

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

function stampOf(metadata: Record<string, unknown> | null): Actual["stamp"] {
  return metadata?.[STAMP] as Actual["stamp"];
}

const name = fc.constantFrom("Acme", "Beta");
const externalId = fc.constantFrom("own1", "own2", "shared");
const metadata = fc.record(
  { tier: fc.constantFrom("gold", "tin", null), seats: fc.constantFrom(1, 2) },
  { requiredKeys: [] },
);
const keyName = fc.constantFrom("backend", "worker");
const rotation = {
  keepers: fc.constantFrom({ release: 1 }, { release: 2 }),
  rotateAfterDays: fc.constantFrom(1, 30),
  overlapHours: fc.constantFrom(0, 1, 48),
};
const listing = { pageSize: fc.constantFrom(1, 2, 100), listOrder: fc.constantFrom("newest", "oldest") };
const stored = {
  metadata: fc.constantFrom("replace", "merge"),
  mergeNull: fc.constantFrom("removes", "stores"),
  unsetReadsAs: fc.constantFrom(null, "absent"),
  metadataShownIn: fc.constantFrom("all", "single reads"),
};

const zavu: VendorModel = {
  vendor: "zavu",
  account: "zavu.SubAccount",
  key: "zavu.ApiKey",
  identity: "externalId",
  args: fc.record(
    {
      name,
      externalId,
      creditLimit: fc.constantFrom(null, 5, 5000),
      metadata,
      status: fc.constantFrom("active", "inactive"),
      deletionPolicy: fc.constantFrom("deactivate", "retain"),
    },
    { requiredKeys: ["name"] },
  ),
  keyArgs: fc.record(
    { name: keyName, environment: fc.constantFrom("live", "test"), ...rotation },
    { requiredKeys: ["name"] },
  ),
  drift: fc.oneof(
    fc.record({ name: fc.constant("Drifted") }),
    fc.record({ creditLimit: fc.constantFrom(null, 0, 7) }),
    fc.record({ metadata: fc.constantFrom({ tier: "lead" }, { theirs: 1 }, null) }),
    fc.record({ status: fc.constantFrom("inactive", STRANGE_STATUS) }),
  ),
  switches: fc
    .record(
      {
        ...listing,
        ...stored,
        secondDelete: fc.constantFrom(200, 404),
        patchInactive: fc.constantFrom("ok", 400),
        statusInactiveRevokesKeys: fc.boolean(),
        errorEnvelope: fc.constantFrom("flat", "nested"),
        revokedKeysInList: fc.boolean(),
        secondRevoke: fc.constantFrom(204, 404),
        keyTimeUnit: fc.constantFrom("ms", "s"),
        shortKeyPrefix: fc.constantFrom(0, 12),
        inactive: fc.constantFrom(
          { inactiveInList: true, getInactive: "ok" },
          { inactiveInList: false, getInactive: "ok" },
          { inactiveInList: false, getInactive: 404 },
        ),
      },
      { requiredKeys: [] },
    )
    .map(({ inactive, ...others }) => ({ ...others, ...inactive })),
  crowdArgs: (name, creditLimit) => ({ name, externalId: `id of ${name}`, creditLimit }),
  accounts: ({ zavu }) =>
    zavu.accounts().map(({ id, name, externalId, creditLimit, metadata, status }) => ({
      id,
      live: status !== "inactive",
      isStrange: status === STRANGE_STATUS,
      // Zavu reads 0 as no cap.
      fields: set({ name, externalId, creditLimit: creditLimit || null, metadata, status }),
      stamp: stampOf(metadata),
    })),
  keys: ({ zavu }) =>
    zavu.accounts().flatMap((account) =>
      account.keys.map(({ id, keyPrefix, revokedAt }) => {
        return { id, account: account.id, prefix: keyPrefix, live: revokedAt === null };
      }),
    ),
  change: ({ zavu }, id, fields) => zavu.change(id, withStamp(zavu.accounts(), id, fields)),
  end: ({ zavu }, id) => zavu.deactivate(id),
  seed: ({ zavu }, fields) => zavu.seed(fields).id,
  use: ({ zavu }, secret) => zavu.useKey(secret),
  revoke: ({ zavu }, account, secret) => {
    const keys = zavu.accounts().find(({ id }) => id === account)?.keys ?? [];
    for (const key of keys) if (secret.startsWith(key.keyPrefix)) zavu.revokeKey(account, key.id);
  },
};

const bctrl: VendorModel = {
  vendor: "bctrl",
  account: "bctrl.SubAccount",
  key: "bctrl.ApiKey",
  identity: "externalId",
  args: fc.record(
    {
      name,
      externalId,
      metadata,
      limits: fc.record(
        { maxActiveRuns: fc.constantFrom(null, 1, 5), monthlyCreditLimit: fc.constantFrom(null, 0, 2.5) },
        { requiredKeys: [] },
      ),
      deletionPolicy: fc.constantFrom("archive", "retain"),
    },
    { requiredKeys: ["name"] },
  ),
  keyArgs: fc.record(
    { name: keyName, expiresAt: fc.constantFrom("2030-01-01T00:00:00Z"), ...rotation },
    { requiredKeys: [] },
  ),
  drift: fc.oneof(
    fc.record({ name: fc.constant("Drifted") }),
    fc.record({ externalId: fc.constantFrom(null, "drifted") }),
    fc.record({
      limits: fc.constantFrom({ maxActiveRuns: 7 }, { maxSpaces: 7 }, { monthlyCreditLimit: null }),
    }),
    fc.record({ metadata: fc.constantFrom({ tier: "lead" }, { theirs: 1 }, null) }),
    fc.record({ status: fc.constant(STRANGE_STATUS) }),
  ),
  switches: fc.record(
    {
      ...listing,
      ...stored,
      withoutVersion: fc.constantFrom("v1", "current"),
      resolvesNames: fc.boolean(),
      listWithoutStatus: fc.constantFrom("all", "active"),
      externalIdFilter: fc.constantFrom("exact", "prefix"),
      limits: fc.constantFrom("merge", "replace"),
      emptyPatch: fc.constantFrom("ok", 400),
      patchArchived: fc.constantFrom("ok", 409),
      getArchived: fc.constantFrom("ok", 404),
      secondArchive: fc.constantFrom(200, 404),
      keyCreateOnArchived: fc.constantFrom("ok", 403),
      keyCreateForUnknown: fc.constantFrom(400, 403, 404),
      archivedKeysWork: fc.boolean(),
      secondRevoke: fc.constantFrom(200, 404),
      shortKeyPrefix: fc.constantFrom(0, 12),
    },
    { requiredKeys: [] },
  ),
  crowdArgs: (name, maxSpaces) => ({ name, limits: { maxSpaces } }),
  accounts: ({ bctrl }) =>
    bctrl.accounts().map(({ id, name, externalId, limits, metadata, status }) => ({
      id,
      live: status !== "archived",
      isStrange: status === STRANGE_STATUS,
      fields: set({ name, externalId, limits, metadata }),
      stamp: stampOf(metadata),
    })),
  keys: ({ bctrl }) =>
    bctrl.keys().map(({ id, keyPrefix, revokedAt, subaccountId }) => {
      return { id, account: String(subaccountId), prefix: keyPrefix, live: revokedAt === null };
    }),
  change: ({ bctrl }, id, fields) => bctrl.change(id, withStamp(bctrl.accounts(), id, fields)),
  end: ({ bctrl }, id) => bctrl.archive(id),
  seed: ({ bctrl }, fields) => bctrl.seed(fields).id,
  use: ({ bctrl }, secret) => bctrl.useKey(secret),
  revoke: ({ bctrl }, account, secret) => {
    for (const key of bctrl.keys()) {
      if (key.subaccountId === account && secret.startsWith(key.keyPrefix)) bctrl.revokeKey(key.id);
    }
  },
};

const bolna: VendorModel = {
  vendor: "bolna",
  account: "bolna.SubAccount",
  key: "bolna.ApiKey",
  identity: "name",
  args: fc.record(
    {
      name: externalId,
      allowConcurrentCalls: fc.constantFrom(0, 1, 4),
      deletionPolicy: fc.constantFrom("delete", "retain"),
      externalId,
    },
    { requiredKeys: ["name", "allowConcurrentCalls", "deletionPolicy"] },
  ),
  keyArgs: fc.constant({}),
  drift: fc.oneof(
    fc.record({ name: fc.constant("drifted") }),
    fc.record({ allow_concurrent_calls: fc.constantFrom(0, 7) }),
  ),
  switches: fc.record(
    {
      listOrder: listing.listOrder,
      unknownDeleteStatus: fc.constantFrom(400, 404),
      unknownIdStatus: fc.constantFrom(400, 404),
      deletePending: fc.constantFrom(0, 2),
      listEnvelope: fc.constantFrom("array", "paged"),
      poolCountsPatched: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  crowdArgs: (name, allowConcurrentCalls) => ({ name, allowConcurrentCalls, deletionPolicy: "delete" }),
  accounts: ({ bolna }) =>
    bolna.accounts().map(({ id, name, allow_concurrent_calls }) => ({
      id,
      live: true,
      isStrange: false,
      fields: { name, allowConcurrentCalls: allow_concurrent_calls },
      stamp: undefined,
    })),
  keys: () => [],
  change: ({ bolna }, id, fields) => bolna.change(id, fields),
  end: ({ bolna }, id) => bolna.remove(id),
  seed: ({ bolna }, { name }) => bolna.seed({ name: String(name) }).id,
  use: () => {},
  revoke: () => {},
};

/** A change of metadata that is not about the stamp leaves it; `null` wipes everything. */
function withStamp(
  accounts: readonly { readonly id: string; readonly metadata: Record<string, unknown> | null }[],
  id: string,
  fields: object,
): object {
  if (!("metadata" in fields) || fields.metadata === null) return fields;
  const has = accounts.find((account) => account.id === id)?.metadata ?? {};
  return { ...fields, metadata: { ...has, ...(fields.metadata as object) } };
}

export const models = { zavu, bctrl, bolna } as const;

/** Every vendor with some of its undocumented behaviours, for the start of a story. */
export const switches: fc.Arbitrary<EmulatorOptions> = fc.record({
  zavu: zavu.switches,
  bctrl: bctrl.switches,
  bolna: bolna.switches,
});
