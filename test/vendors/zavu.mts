import { z } from "zod";
import { isNotEmpty, LISTING, METADATA, STORED, STRANGE_STATUS, type VendorSubject } from "./subject.mts";

const metadata = z.record(z.string(), z.unknown());
const reference = "https://docs.zavu.dev/api-reference/sub-accounts";

export const zavu: VendorSubject<"zavu"> = {
  vendor: "zavu",
  calls: {
    create: "POST /v1/sub-accounts",
    update: "PATCH /v1/sub-accounts/{id}",
    remove: "DELETE /v1/sub-accounts/{id}",
  },
  paths: { list: "/v1/sub-accounts", get: "/v1/sub-accounts/{id}", whoami: "/v1/me" },
  emptyPage: { items: [], nextCursor: null },
  refusal: (message) => ({ code: "invalid_request", message }),
  notFound: { code: "not_found", message: "Sub-account not found" },
  isMarked: true,
  bornWith: "a key that is shown once",
  endedStatus: "inactive",
  limit: (creditLimit) => ({ creditLimit }),
  clamp: "clampCreditLimit",
  clampEchoes: true,
  full: {
    externalId: "tenant-acme",
    creditLimit: 5000,
    metadata: { tier: "gold", seats: 3 },
    status: "active",
    deletionPolicy: "deactivate",
  },
  sends: { externalId: "tenant-acme", creditLimit: 5000, metadata: { tier: "gold", seats: 3 } },
  drifts: [
    { what: "the status", argument: "status", change: { status: "inactive" }, sends: { status: "active" } },
  ],
  update: [
    { metadata: { tier: "gold" } },
    { name: "Renamed", externalId: "tenant-2", creditLimit: 700, metadata: { plan: "pro" } },
  ],
  stopped: {
    args: { creditLimit: 50_00, metadata: { plan: "gold" } },
    shown: { status: "inactive", creditLimit: 50_00 },
  },
  adoptable: { status: "inactive" },
  values: { status: { values: ["inactive", "active"] }, ownKey: { values: ["revoke", "keep"] } },
  endsOnce: { secondDelete: 404 },
  inWords: ({ deletionPolicy: _, ownKey: __, ...fields }) => fields,
  // Zavu reads 0 as no cap.
  fields: ({ name, externalId, creditLimit, metadata, status }) => {
    return { name, externalId, creditLimit: creditLimit || null, metadata, status };
  },
  end: (handle, id) => handle.deactivate(id),
  keys: {
    create: "POST /v1/sub-accounts/{id}/api-keys",
    revoke: "DELETE /v1/sub-accounts/{id}/api-keys/{keyId}",
    list: "/v1/sub-accounts/{id}/api-keys",
    full: { environment: "test", permissions: ["messages:send"] },
    changes: { environment: { environment: "live" }, permissions: { permissions: [] } },
    ownName: "Default",
    revokeOutside: (handle, account, keyId) => handle.revokeKey(account, keyId),
  },
  chances: {
    args: { creditLimit: [null, 5, 5000], metadata: METADATA, status: ["active", "inactive"] },
    keyArgs: { environment: ["live", "test"] },
    drift: { creditLimit: [null, 0, 7], status: ["inactive", STRANGE_STATUS] },
    switches: {
      ...LISTING,
      ...STORED,
      secondDelete: [200, 404],
      patchInactive: ["ok", 400],
      statusInactiveRevokesKeys: [false, true],
      errorEnvelope: ["flat", "nested"],
      revokedKeysInList: [false, true],
      secondRevoke: [204, 404],
      keyTimeUnit: ["ms", "s"],
      shortKeyPrefix: [0, 12],
      together: [
        { inactiveInList: true, getInactive: "ok" },
        { inactiveInList: false, getInactive: "ok" },
        { inactiveInList: false, getInactive: 404 },
      ],
    },
  },
  documented: [
    {
      sources: [`${reference}/create-sub-account`],
      calls: {
        "POST /v1/sub-accounts": z.strictObject({
          name: z.string().max(200),
          externalId: z.string().optional(),
          creditLimit: z.int().min(0).optional(),
          metadata: metadata.optional(),
        }),
      },
    },
    {
      sources: [`${reference}/update-sub-account`, "npm @zavudev/sdk 0.57.0"],
      calls: {
        "PATCH /v1/sub-accounts/{id}": z
          .strictObject({
            name: z.string(),
            externalId: z.string(),
            creditLimit: z.int().min(0).nullable(),
            metadata,
            status: z.enum(["active", "inactive"]),
          })
          .partial()
          .refine(isNotEmpty),
      },
    },
    {
      sources: [`${reference}/create-sub-account-api-key`, "npm @zavudev/sdk 0.57.0"],
      calls: {
        "POST /v1/sub-accounts/{id}/api-keys": z.strictObject({
          name: z.string(),
          environment: z.enum(["live", "test"]).optional(),
          permissions: z.array(z.string()).optional(),
        }),
      },
    },
  ],
};
