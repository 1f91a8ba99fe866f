import { z } from "zod";
import { isNotEmpty, LISTING, METADATA, STORED, STRANGE_STATUS, type VendorSubject } from "./subject.mts";

const limits = { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000.5 };
const isOfV2 = (some: object) => ["runs", "spaces", "spend"].some((name) => name in some);

const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?![A-Za-z][A-Za-z0-9]*_)(?![0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$)[\s\S]+$/);
const externalId = z.string().min(1).max(200);
const metadata = z.record(z.string(), z.unknown());
const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/);
const sentLimits = z
  .strictObject({
    maxActiveRuns: z.int().min(1).nullable(),
    maxSpaces: z.int().min(1).nullable(),
    monthlyCreditLimit: z.number().min(0).nullable(),
  })
  .partial();
const CLI = "https://github.com/bctrlhq/cli";

export const bctrl: VendorSubject<"bctrl"> = {
  vendor: "bctrl",
  calls: {
    create: "POST /v1/subaccounts",
    update: "PATCH /v1/subaccounts/{id}",
    remove: "POST /v1/subaccounts/{id}/archive",
  },
  paths: { list: "/v1/subaccounts", get: "/v1/subaccounts/{id}", whoami: "/v1/auth/whoami" },
  emptyPage: { data: [], nextCursor: null },
  refusal: (message) => ({ error: { code: "request.invalid", message } }),
  notFound: { code: "subaccount.not_found", error: "No such subaccount" },
  isMarked: true,
  endedStatus: "archived",
  limit: (monthlyCreditLimit) => ({ limits: { monthlyCreditLimit } }),
  clamp: "clampMonthlyCreditLimit",
  clampEchoes: true,
  full: {
    externalId: "tenant-acme",
    metadata: { tier: "gold", seats: 3 },
    limits,
    deletionPolicy: "archive",
  },
  sends: { externalId: "tenant-acme", limits, metadata: { tier: "gold", seats: 3 } },
  changes: [
    { what: "an externalId taken out", change: { externalId: undefined }, sends: { externalId: null } },
    {
      what: "one limit of several",
      change: { limits: { maxSpaces: 3 } },
      sends: { limits: { maxSpaces: 3 } },
    },
    {
      what: "a limit to 0, which stops the account",
      change: { limits: { monthlyCreditLimit: 0 } },
      sends: { limits: { monthlyCreditLimit: 0 } },
      stops: true,
    },
    {
      what: "all limits taken out",
      change: { limits: undefined },
      sends: { limits: { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: null } },
    },
    {
      what: "a null limit taken out with all limits",
      from: { limits: { maxSpaces: null } },
      change: { limits: undefined },
      sends: undefined,
    },
  ],
  update: [
    { limits: { maxActiveRuns: 5, maxSpaces: 2 }, metadata: { tier: "gold" } },
    {
      name: "Renamed",
      externalId: "tenant-2",
      limits: { maxActiveRuns: 6, monthlyCreditLimit: 100 },
      metadata: { plan: "pro" },
    },
  ],
  values: {
    "limits.monthlyCreditLimit": { values: [4321.5, 8765.5] },
    "limits.runs": { values: [4321, 8765] },
    "limits.spaces": { values: [4321, 8765] },
    "limits.spend": { values: [4321, 8765] },
  },
  stopped: {
    args: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 }, metadata: { plan: "gold" } },
    shown: { status: "active", limits: { maxActiveRuns: 5, monthlyCreditLimit: 0 } },
  },
  endsOnce: { secondArchive: 404 },
  // The stand-in keeps the limits of v2 apart.
  inWords: ({ deletionPolicy: _, limits, ...fields }) =>
    limits === undefined ? fields : { ...fields, [isOfV2(Object(limits)) ? "v2Limits" : "limits"]: limits },
  older: ["v1"],
  fields: ({ name, externalId, limits, metadata }) => ({ name, externalId, limits, metadata }),
  end: (handle, id) => handle.archive(id),
  keys: {
    create: "POST /v1/api-keys",
    revoke: "DELETE /v1/api-keys/{keyId}",
    list: "/v1/api-keys",
    full: { expiresAt: "2199-01-31T00:00:00Z" },
    body: (subaccountId) => ({ subaccountId }),
    changes: { expiresAt: { expiresAt: undefined } },
    unknownAccount: /POST \/v1\/api-keys answered 403 .*archived, or not one of this organization/,
    revokeOutside: (handle, _account, keyId) => handle.revokeKey(keyId),
  },
  chances: {
    args: { metadata: METADATA, limits: { maxActiveRuns: [null, 1, 5], monthlyCreditLimit: [null, 0, 2.5] } },
    keyArgs: { expiresAt: ["2030-01-01T00:00:00Z"] },
    drift: {
      externalId: [null, "drifted"],
      limits: [{ maxActiveRuns: 7 }, { maxSpaces: 7 }, { monthlyCreditLimit: null }],
      status: [STRANGE_STATUS],
    },
    switches: {
      ...LISTING,
      ...STORED,
      withoutVersion: ["v1", "current"],
      resolvesNames: [false, true],
      listWithoutStatus: ["all", "active"],
      externalIdFilter: ["exact", "prefix"],
      limits: ["merge", "replace"],
      emptyPatch: ["ok", 400],
      patchArchived: ["ok", 409],
      getArchived: ["ok", 404],
      secondArchive: [200, 404],
      keyCreateOnArchived: ["ok", 403],
      keyCreateForUnknown: [400, 403, 404],
      archivedKeysWork: [false, true],
      secondRevoke: [200, 404],
      shortKeyPrefix: [0, 12],
    },
  },
  documented: [
    {
      sources: [
        "https://platform.bctrl.ai/api/api-reference/account/create-subaccount",
        `${CLI} (bounds and the pattern of names)`,
      ],
      calls: {
        "POST /v1/subaccounts": z.strictObject({
          name,
          externalId: externalId.optional(),
          metadata: metadata.optional(),
          limits: sentLimits.optional(),
        }),
      },
    },
    {
      sources: [CLI, "PyPI bctrl 0.3.0, subaccounts.update"],
      calls: {
        "PATCH /v1/subaccounts/{id}": z
          .strictObject({
            name,
            externalId: externalId.nullable(),
            metadata: metadata.nullable(),
            limits: sentLimits,
          })
          .partial()
          .refine(isNotEmpty),
      },
    },
    {
      sources: [CLI, "PyPI bctrl 0.3.0, api_keys.create"],
      calls: {
        "POST /v1/api-keys": z
          .strictObject({
            name,
            subaccountId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
            expiresAt: isoTime.nullable(),
            scopes: z.array(z.string()).min(1),
            type: z.enum(["organization", "subaccount"]),
          })
          .partial(),
      },
    },
    {
      sources: ["PyPI bctrl 0.3.0, spaces.spending_cap.update"],
      calls: {
        "PATCH /v1/spaces/{id}/spending-cap": z.strictObject({
          amount: z.int().min(0).nullable().optional(),
          currency: z.literal("USD"),
        }),
      },
    },
    {
      isOfOtherVersion: true,
      sources: ["https://platform.bctrl.ai/v2/api/api-reference/account/create-subaccount"],
      calls: {
        "POST /v2/subaccounts": z.strictObject({
          name: z.string(),
          externalId: z.string().optional(),
          metadata: metadata.optional(),
        }),
      },
    },
    {
      isOfOtherVersion: true,
      sources: ["https://platform.bctrl.ai/v2/api/api-reference/account/update-limits"],
      calls: {
        "PATCH /v2/subaccounts/{id}/limits": z
          .strictObject({ runs: z.unknown(), spaces: z.unknown(), spend: z.unknown() })
          .partial()
          .refine(isNotEmpty),
      },
    },
  ],
};
