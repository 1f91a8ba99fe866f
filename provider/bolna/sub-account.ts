import { z } from "zod";
import type { Account } from "../core/account/fields";
import type { AccountApi } from "../core/account/kind";
import { subAccount } from "../core/account/sub-account";
import { adopt, connection, plainText, text } from "../core/contract/arguments";
import { hasUnknown } from "../core/contract/check";
import type { Fields } from "../core/contract/fields";
import { FIXED, ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import type { Context, Values } from "../core/contract/resource";
import { Listing, type Page } from "../core/vendor-io/listing";
import { type BolnaClient, type BolnaSubAccount, bolna, type CreateBody, type UpdateBody } from "./client";
import { ConcurrencyPool } from "./pool";

const database = z
  .strictObject({
    host: text,
    port: z.int().min(1).max(65_535).describe("a port number from 1 to 65535"),
    name: text,
    user: text,
    password: z.string().min(1).describe("a non-empty string"),
  })
  .describe("an object { host, port, name, user, password }");

const args = z.strictObject({
  name: plainText,
  allowConcurrentCalls: z.int().min(0).describe("a whole number of calls, 0 or more"),
  deletionPolicy: z
    .enum(["delete", "retain"])
    .describe('"delete" (erases the account\'s agents, batches and executions for ever) or "retain"'),
  externalId: plainText.optional(),
  multiTenant: z.boolean().describe("true or false").optional(),
  database: database.optional(),
  adopt,
  connection,
});

/** `bolna.SubAccount`: no metadata and so no stamp, no endpoint that reads one, a delete for ever. */
export const bolnaSubAccount = subAccount({
  vendor: bolna,
  args,
  fields: {
    name: { ...ORDINARY, clearable: false, absent: "refused: it is required" },
    allowConcurrentCalls: {
      ...ORDINARY,
      clearable: false,
      unit: "calls at once, from the organization's pool",
      absent: "refused: it is required",
      zero: "passed on; its meaning is undocumented",
    },
    externalId: { ...STATE_ONLY, absent: "not in the state" },
    multiTenant: { ...FIXED, readable: true, absent: "`false`" },
    database: { ...FIXED, absent: "Bolna's own database" },
  },
  manifest: {
    foundBy: "`name`, in one shared listing",
    deletion: {
      delete: "the account, its agents, batches and executions are erased for ever",
      retain: "the account is left as it is",
    },
    lostKey: "the same key, read from the listing",
    removedOutside: "gone, `up` makes a new one",
  },
  defaults: { multiTenant: false },
  secrets: ["apiKey", "database"],
  identity: "name",
  stamped: false,
  rules: (news) =>
    news["database"] !== undefined && news["multiTenant"] !== true && !hasUnknown(news["multiTenant"])
      ? [{ path: "database", rule: "needs multiTenant: true" }]
      : [],
  api,
});

/** The accounts of a connection, shared by its account and key resources. */
export function accounts({ client, run, connection: key }: Context<BolnaClient>): Listing<Account> {
  return run.shared(`${key} listing`, () => {
    return new Listing({
      fetchPage: (pageNumber) => accountPage(client, pageNumber),
      idOf: ({ id }) => id,
      keysOf: ({ fields }) => [`name ${fields["name"]}`],
    });
  });
}

/** A page of the listing: all there is, unless the vendor answers in pages. */
export async function accountPage(
  client: BolnaClient,
  pageNumber: string | undefined,
): Promise<Page<Account>> {
  const reply = await client.listSubAccounts(pageNumber);
  if (Array.isArray(reply)) return { items: reply.map(toAccount), next: undefined };
  return {
    items: reply.data.map(toAccount),
    next: reply.has_more === true ? String(Number(pageNumber ?? 1) + 1) : undefined,
  };
}

function api(context: Context<BolnaClient>): AccountApi {
  const { client, run } = context;
  const listing = accounts(context);
  const pool = run.shared(`${context.connection} pool`, () => new ConcurrencyPool(run));
  const retrieve = async (id: string, fresh: boolean): Promise<Account | undefined> => {
    if (fresh) await listing.refresh();
    return fresh ? listing.get(id) : listing.getOrGone(id);
  };
  return {
    create: async (fields, _metadata, wanted) => {
      const account = toAccount(await pool.draw(() => client.createSubAccount(creation(fields, wanted))));
      listing.put(account);
      return account;
    },
    retrieve,
    retrieveOneOfMany: (id) => listing.getOrGone(id),
    update: async (id, fields) => {
      const has = (await listing.get(id))?.fields["allowConcurrentCalls"];
      const asked = fields["allowConcurrentCalls"];
      const call = () => client.updateSubAccount(id, changes(fields));
      if (typeof asked !== "number") await call();
      else if (typeof has === "number" && asked < has) await pool.decrease(call);
      else await pool.draw(call);
      return retrieve(id, true);
    },
    remove: async (id) => {
      await pool.decrease(() => client.deleteSubAccount(id));
      listing.drop(id);
    },
    seen: () => [],
    lookup: async (wanted, _ownership, fresh) => {
      if (fresh) await listing.refresh();
      return listing.lookup([`name ${wanted["name"]}`]);
    },
  };
}

function creation(fields: Fields, wanted: Values): CreateBody {
  const { multiTenant, database: db } = wanted as Partial<z.infer<typeof args>>;
  return {
    ...(changes(fields) as Required<UpdateBody>),
    ...(multiTenant === undefined ? {} : { multi_tenant: multiTenant }),
    ...(db === undefined
      ? {}
      : {
          db_host: db.host,
          // A string in the vendor's schema.
          db_port: String(db.port),
          db_name: db.name,
          db_user: db.user,
          db_password: db.password,
        }),
  };
}

function changes({ name, allowConcurrentCalls }: Fields): UpdateBody {
  return {
    ...(name === undefined ? {} : { name: String(name) }),
    ...(allowConcurrentCalls === undefined ? {} : { allow_concurrent_calls: Number(allowConcurrentCalls) }),
  };
}

function toAccount(reply: BolnaSubAccount): Account {
  return {
    id: reply.id,
    live: true,
    fields: {
      name: reply.name,
      allowConcurrentCalls: reply.allow_concurrent_calls,
      ...(reply.multi_tenant == null ? {} : { multiTenant: reply.multi_tenant }),
    },
    outputs: {
      organizationId: reply.organization_id ?? undefined,
      createdAt: reply.created_at ?? undefined,
    },
    apiKey: reply.api_key ?? undefined,
  };
}
