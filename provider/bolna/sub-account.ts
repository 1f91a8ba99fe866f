import { z } from "zod";
import { Accounts } from "../core/account/accounts";
import type { Account } from "../core/account/fields";
import { type AccountApi, type AccountKind, factsOf } from "../core/account/kind";
import { subAccount } from "../core/account/sub-account";
import { adopt, connection, plainText, text } from "../core/contract/arguments";
import { hasUnknown } from "../core/contract/check";
import type { Fields } from "../core/contract/fields";
import { FIXED, ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import type { Context, Values } from "../core/contract/resource";
import type { Page } from "../core/vendor-io/page-reader";
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

/** `bolna.SubAccount`: no metadata and so no marker, no endpoint that reads one, a delete for ever. */
const kind: AccountKind<BolnaClient, z.infer<typeof args>> = {
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
    removedOutside:
      "proven to be gone, by two listings that show other accounts of the organization: `refresh` takes it out of the state, " +
      "and `up` makes a new one; not proven: `refresh` fails and the state keeps it",
  },
  defaults: { multiTenant: false },
  secrets: ["apiKey", "database"],
  identity: "name",
  isMarked: false,
  placeOf: ({ organizationId }) =>
    typeof organizationId === "string" ? `organization:${organizationId}` : undefined,
  rules: (news) =>
    news["database"] !== undefined && news["multiTenant"] !== true && !hasUnknown(news["multiTenant"])
      ? [{ path: "database", rule: "needs multiTenant: true" }]
      : [],
  foresee,
  api,
};

/** Facts of Bolna's accounts, for the resources that read their keys. */
export const accountFacts = factsOf(kind);

export const bolnaSubAccount = subAccount(kind);

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

/** Bolna's accounts, for the resources that read their keys. */
export function accounts(context: Context<BolnaClient>): Accounts {
  return new Accounts(accountFacts, context, api(context));
}

function poolOf({ run, connection }: Context<BolnaClient>): ConcurrencyPool {
  return run.shared(`${connection} pool`, () => new ConcurrencyPool(run));
}

/** Tells the pool of a decrease that the program asks for. */
function foresee(context: Context<BolnaClient>, id: string, state: Values, wanted: Values): void {
  const [has, asked] = [state, wanted].map((values) => values["allowConcurrentCalls"]);
  if (typeof has !== "number" || typeof asked !== "number" || asked >= has) return;
  poolOf(context).plan(id, () =>
    context.client.updateSubAccount(id, changes({ allowConcurrentCalls: asked })),
  );
}

function api(context: Context<BolnaClient>): AccountApi {
  const { client, run } = context;
  const pool = poolOf(context);
  const sizes = run.shared(`${context.connection} sizes`, () => new Map<string, unknown>());
  const seen = (account: Account): Account => {
    sizes.set(account.id, account.fields["allowConcurrentCalls"]);
    return account;
  };
  return {
    create: async (fields, _metadata, wanted) =>
      seen(toAccount(await pool.draw(() => client.createSubAccount(creation(fields, wanted))))),
    page: async (cursor) => {
      const page = await accountPage(client, cursor);
      return { ...page, items: page.items.map(seen) };
    },
    update: async (id, fields) => {
      const has = sizes.get(id);
      const asked = fields["allowConcurrentCalls"];
      const call = () => client.updateSubAccount(id, changes(fields));
      if (typeof asked !== "number") await call();
      else if (typeof has === "number" && asked < has) await pool.decrease(id, call);
      else await pool.draw(call);
      // The reply shows nothing of the account.
      return undefined;
    },
    remove: async (id) => {
      await pool.decrease(id, () => client.deleteSubAccount(id));
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
    presence: "active",
    status: "active",
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
