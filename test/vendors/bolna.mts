import { z } from "zod";
import { isNotEmpty, LISTING, type Values, type VendorSubject } from "./subject.mts";

const database = (host: string) => {
  return { host, port: 5432, name: "calls", user: "bolna", password: "canary-password" };
};

const text = z.string();
const calls = { allow_concurrent_calls: z.int() };
const concurrency = { min_concurrency: z.int().min(0), max_concurrency: z.int().min(0).nullable() };
const atCreation = {
  multi_tenant: z.boolean(),
  db_host: text,
  db_name: text,
  db_port: text,
  db_user: text,
  db_password: text,
};
const reference = "https://www.bolna.ai/docs/api-reference/sub-accounts";
const MCP = "https://github.com/bolna-ai/mcp (the newer generation)";

export const bolna: VendorSubject<"bolna"> = {
  vendor: "bolna",
  calls: {
    create: "POST /sub-accounts/create",
    update: "PATCH /sub-accounts/{id}",
    remove: "DELETE /sub-accounts/{id}",
  },
  paths: { list: "/sub-accounts/all" },
  emptyPage: [],
  refusal: (message) => ({ error: 1001, message }),
  isMarked: false,
  bornWith: "a key that is listed",
  required: { allowConcurrentCalls: 1, deletionPolicy: "delete" },
  limit: (allowConcurrentCalls) => ({ allowConcurrentCalls }),
  clamp: "clampConcurrentCalls",
  clampEchoes: true,
  full: {
    allowConcurrentCalls: 4,
    deletionPolicy: "delete",
    externalId: "tenant-acme",
    multiTenant: true,
    database: database("db.acme.test"),
  },
  sends: {
    allow_concurrent_calls: 4,
    multi_tenant: true,
    db_host: "db.acme.test",
    db_port: "5432",
    db_name: "calls",
    db_user: "bolna",
    db_password: "canary-password",
  },
  changes: [
    {
      what: "allowConcurrentCalls to 0",
      change: { allowConcurrentCalls: 0 },
      sends: { allow_concurrent_calls: 0 },
    },
    { what: "the externalId", change: { externalId: "t2" }, sends: undefined },
    { what: "an externalId taken out", change: { externalId: undefined }, sends: undefined },
  ],
  update: [{}, { name: "Renamed", allowConcurrentCalls: 7 }],
  values: {
    minConcurrency: { values: [4321, 8765], with: { allowConcurrentCalls: undefined } },
    maxConcurrency: { values: [4321, 8765], with: { allowConcurrentCalls: undefined, minConcurrency: 1 } },
    multiTenant: { values: [true, false] },
    database: { values: [database("one.test"), database("two.test")], with: { multiTenant: true } },
  },
  stopped: {
    args: { minConcurrency: 1, maxConcurrency: 4, deletionPolicy: "delete" },
    shown: { min_concurrency: 1, max_concurrency: 0 },
  },
  inWords: ({ name, allowConcurrentCalls, minConcurrency, maxConcurrency, multiTenant, database }) => {
    const words: Values = {
      name,
      allow_concurrent_calls: allowConcurrentCalls,
      min_concurrency: minConcurrency,
      max_concurrency: maxConcurrency,
      multi_tenant: multiTenant,
      db_host: Object(database).host,
    };
    return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
  },
  pagesOf: (pageSize) => ({ pageSize, listEnvelope: "paged" }),
  fields: ({ name, allow_concurrent_calls }) => ({ name, allowConcurrentCalls: allow_concurrent_calls }),
  end: (handle, id) => handle.remove(id),
  chances: {
    args: {
      allowConcurrentCalls: [0, 1, 4],
      deletionPolicy: ["delete", "retain"],
      externalId: ["own1", "own2", "shared"],
    },
    drift: { allow_concurrent_calls: [0, 7] },
    switches: {
      listOrder: LISTING.listOrder,
      unknownDeleteStatus: [400, 404],
      unknownIdStatus: [400, 404],
      deletePending: [0, 2],
      listEnvelope: ["array", "paged"],
      poolCountsPatched: [false, true],
    },
  },
  documented: [
    {
      sources: [`${reference}/create`, MCP],
      calls: {
        "POST /sub-accounts/create": z.union([
          z
            .strictObject({ ...atCreation, name: text, ...calls })
            .partial()
            .required({ name: true, allow_concurrent_calls: true }),
          z
            .strictObject({ ...atCreation, name: text, ...concurrency })
            .partial()
            .required({ name: true, min_concurrency: true }),
        ]),
      },
    },
    {
      sources: [`${reference}/patch_update`, MCP],
      calls: {
        "PATCH /sub-accounts/{id}": z.union([
          z
            .strictObject({ name: text, ...calls })
            .partial()
            .refine(isNotEmpty),
          z
            .strictObject({ name: text, ...concurrency })
            .partial()
            .refine(isNotEmpty),
        ]),
      },
    },
  ],
};
