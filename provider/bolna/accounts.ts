import type { Account } from "../core/account/fields";
import type { AccountApi } from "../core/account/kind";
import { ApiError } from "../core/base/errors";
import type { Fields } from "../core/contract/fields";
import type { Context, Values } from "../core/contract/resource";
import type { Page } from "../core/vendor-io/page-reader";
import { type BolnaClient, type BolnaSubAccount, type CreateBody, pageFrom, type UpdateBody } from "./client";
import { ConcurrencyPool } from "./pool";

/** A page of the listing. */
export async function accountPage(client: BolnaClient, cursor: string | undefined): Promise<Page<Account>> {
  return pageFrom(await client.listSubAccounts(cursor), cursor, toAccount);
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
export function foresee(context: Context<BolnaClient>, id: string, state: Values, wanted: Values): void {
  const name = SHARES.find((each) => typeof state[each] === "number" && typeof wanted[each] === "number");
  if (name === undefined || Number(wanted[name]) >= Number(state[name])) return;
  const decrease = changes({ [name]: Number(wanted[name]) });
  poolOf(context).plan(id, () => context.client.updateSubAccount(id, decrease));
}

/** Bolna's account endpoints. https://www.bolna.ai/docs/api-reference/sub-accounts/create */
export function accountApi(context: Context<BolnaClient>): AccountApi {
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

/** A database of the customer's own, as it is declared. */
interface Database {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

function creation(fields: Fields, wanted: Values): CreateBody {
  const { multiTenant, database: db } = wanted as { multiTenant?: boolean; database?: Database };
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

/** What services say of a field that they do not have, which names it, or of a body without any that they have. */
const NOT_KNOWN = /\b(?:extra|permitted|supported|unknown|unexpected|unrecognized|invalid|allowed)\b/i;
const NO_SUCH_FIELD = /\bno valid fields\b/i;

/** A refusal that names a field of the other generation says which arguments to declare. Nothing is sent again. */
function explained(sent: Fields): (error: unknown) => never {
  return (error) => {
    const isOlder = sent["allowConcurrentCalls"] !== undefined;
    const [older, newer] = [/\ballow_concurrent_calls\b/, /\b(?:min|max)_concurrency\b/];
    const [own, other] = isOlder ? [older, newer] : [newer, older];
    if (!(error instanceof ApiError) || ![400, 422].includes(error.status) || shareOf(sent) === undefined) {
      throw error;
    }
    const { fact } = error;
    const isClear = other.test(fact);
    if (!isClear && !NO_SUCH_FIELD.test(fact) && !(own.test(fact) && NOT_KNOWN.test(fact))) throw error;
    const instead = isOlder ? "minConcurrency (with maxConcurrency)" : "allowConcurrentCalls";
    const declared = isOlder ? "allowConcurrentCalls" : "minConcurrency and maxConcurrency";
    const when = isClear
      ? "Bolna limits this organization's accounts otherwise"
      : "Where Bolna limits this organization's accounts otherwise";
    const advice = `${when}: declare ${instead} instead of ${declared}. Nothing else was sent`;
    throw new ApiError(fact, advice, error);
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
      ...(reply.min_concurrency == null ? {} : { minConcurrency: reply.min_concurrency }),
      // Absent beside a minimum is no cap.
      ...(reply.min_concurrency == null && reply.max_concurrency == null
        ? {}
        : { maxConcurrency: reply.max_concurrency ?? null }),
      ...(reply.multi_tenant == null ? {} : { multiTenant: reply.multi_tenant }),
    },
    outputs: {
      organizationId: reply.organization_id ?? undefined,
      createdAt: reply.created_at ?? undefined,
    },
    apiKey: reply.api_key ?? undefined,
  };
}
