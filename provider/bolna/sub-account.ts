import { z } from "zod";
import { Accounts } from "../core/account/accounts";
import type { Account } from "../core/account/fields";
import { type AccountApi, type AccountKind, factsOf } from "../core/account/kind";
import { subAccount } from "../core/account/sub-account";
import { ApiError } from "../core/base/errors";
import { adopt, connection, plainText, text } from "../core/contract/arguments";
import { hasUnknown } from "../core/contract/check";
import type { Fields } from "../core/contract/fields";
import { FIXED, ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import type { Context, Problem, Values } from "../core/contract/resource";
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

const calls = z.int().min(0).describe("a whole number of calls, 0 or more");

const args = z.strictObject({
  name: plainText,
  allowConcurrentCalls: calls.optional(),
  minConcurrency: calls.optional(),
  maxConcurrency: z
    .int()
    .min(0)
    .nullable()
    .describe("a whole number of calls, 0 (paused) or more, or null for no cap")
    .optional(),
  deletionPolicy: z
    .enum(["delete", "retain"])
    .describe(
      '"delete" (erases the account\'s agents, batches and executions for ever, and perhaps its recordings and phone numbers) or ' +
        '"retain"',
    ),
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
      set: "calls",
      unit: "calls at once, from the organization's pool",
      absent: "refused without `minConcurrency`",
      zero: "passed on; its meaning is undocumented",
    },
    minConcurrency: {
      ...ORDINARY,
      clearable: false,
      set: "concurrency",
      isFloor: true,
      unit: "calls at once that are guaranteed, from the organization's pool",
      absent: "refused without `allowConcurrentCalls`",
      zero: "passed on: no guarantee",
    },
    maxConcurrency: {
      ...ORDINARY,
      set: "concurrency",
      unit: "calls at once at most",
      absent: "left alone; taken out: no cap of its own",
      null: "no cap of its own, and one set outside is drift",
      zero: "passed on: the account is paused",
    },
    externalId: { ...STATE_ONLY, absent: "not in the state" },
    multiTenant: { ...FIXED, readable: true, absent: "`false`" },
    database: { ...FIXED, absent: "Bolna's own database" },
  },
  manifest: {
    foundBy: "`name`, in one shared listing",
    deletion: {
      delete:
        "the account, its agents, batches and executions are erased for ever; its recordings may be erased and its phone numbers " +
        "released, too (Bolna's own sources disagree)",
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
  rules: (news) => [
    ...(news["database"] !== undefined && news["multiTenant"] !== true && !hasUnknown(news["multiTenant"])
      ? [{ path: "database", rule: "needs multiTenant: true" }]
      : []),
    ...concurrencyRules(news),
  ],
  foresee,
  api,
};

/** Facts of Bolna's accounts, for the resources that read their keys. */
export const accountFacts = factsOf(kind);

export const bolnaSubAccount = subAccount(kind);

function concurrencyRules({ minConcurrency: min, maxConcurrency: max }: Values): Problem[] {
  if (max !== undefined && min === undefined) {
    return [{ path: "minConcurrency", rule: `is required with maxConcurrency: ${calls.description}` }];
  }
  if (typeof min !== "number" || typeof max !== "number" || max === 0 || max >= min) return [];
  return [
    { path: "maxConcurrency", rule: "must not be below minConcurrency, but for 0, which pauses the account" },
  ];
}

/** A page of the listing: all there is, unless the vendor answers in pages. */
export async function accountPage(
  client: BolnaClient,
  pageNumber: string | undefined,
): Promise<Page<Account>> {
  const reply = await client.listSubAccounts(pageNumber);
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

/** The arguments that draw from the pool: the calls, or the guaranteed minimum. */
const SHARES = ["allowConcurrentCalls", "minConcurrency"] as const;

/** Reads the share of the pool from arguments, a state or an account. */
function shareOf(values: Values): number | undefined {
  const [share] = SHARES.map((name) => values[name]).filter((value) => typeof value === "number");
  return share;
}

/** Tells the pool of a decrease that the program asks for. */
function foresee(context: Context<BolnaClient>, id: string, state: Values, wanted: Values): void {
  const name = SHARES.find((each) => typeof state[each] === "number" && typeof wanted[each] === "number");
  if (name === undefined || Number(wanted[name]) >= Number(state[name])) return;
  const decrease = changes({ [name]: Number(wanted[name]) });
  poolOf(context).plan(id, () => context.client.updateSubAccount(id, decrease));
}

function api(context: Context<BolnaClient>): AccountApi {
  const { client, run } = context;
  const pool = poolOf(context);
  const sizes = run.shared(`${context.connection} sizes`, () => new Map<string, number | undefined>());
  const seen = (account: Account): Account => {
    sizes.set(account.id, shareOf(account.fields));
    return account;
  };
  return {
    create: async (fields, _metadata, wanted) => {
      const call = () => client.createSubAccount(creation(fields, wanted));
      return seen(toAccount(await pool.draw(call).catch(explained(fields))));
    },
    page: async (cursor) => {
      const page = await accountPage(client, cursor);
      return { ...page, items: page.items.map(seen) };
    },
    update: async (id, fields) => {
      const has = sizes.get(id);
      const asked = shareOf(fields);
      const call = () => client.updateSubAccount(id, changes(fields)).catch(explained(fields));
      if (asked === undefined) await call();
      else if (has !== undefined && asked < has) await pool.decrease(id, call);
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

function changes({
  name,
  allowConcurrentCalls: all,
  minConcurrency: min,
  maxConcurrency: max,
}: Fields): UpdateBody {
  return {
    ...(name === undefined ? {} : { name: String(name) }),
    ...(all === undefined ? {} : { allow_concurrent_calls: Number(all) }),
    ...(min === undefined ? {} : { min_concurrency: Number(min) }),
    ...(max === undefined ? {} : { max_concurrency: max === null ? null : Number(max) }),
  };
}

/** A refusal that names a field of the other generation says which arguments to declare. Nothing is sent again. */
function explained(sent: Fields): (error: unknown) => never {
  return (error) => {
    const isOlder = sent["allowConcurrentCalls"] !== undefined;
    const other = isOlder ? /\b(?:min|max)_concurrency\b/ : /\ballow_concurrent_calls\b/;
    const isRefusal = error instanceof ApiError && [400, 422].includes(error.status);
    if (!isRefusal || !other.test(error.fact)) throw error;
    const instead = isOlder ? "minConcurrency (with maxConcurrency)" : "allowConcurrentCalls";
    const declared = isOlder ? "allowConcurrentCalls" : "minConcurrency and maxConcurrency";
    throw new ApiError(
      error.fact,
      `Bolna limits this organization's accounts otherwise: declare ${instead} instead of ${declared}. Nothing else was sent`,
      error,
    );
  };
}

function toAccount(reply: BolnaSubAccount): Account {
  return {
    id: reply.id,
    presence: "active",
    status: "active",
    fields: {
      name: reply.name,
      ...(reply.allow_concurrent_calls == null ? {} : { allowConcurrentCalls: reply.allow_concurrent_calls }),
      ...(reply.min_concurrency == null && reply.max_concurrency == null
        ? {}
        : { minConcurrency: reply.min_concurrency ?? null, maxConcurrency: reply.max_concurrency ?? null }),
      ...(reply.multi_tenant == null ? {} : { multiTenant: reply.multi_tenant }),
    },
    outputs: {
      organizationId: reply.organization_id ?? undefined,
      createdAt: reply.created_at ?? undefined,
    },
    apiKey: reply.api_key ?? undefined,
  };
}
