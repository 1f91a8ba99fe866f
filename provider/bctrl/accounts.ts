import type { Account } from "../core/account/fields";
import type { AccountApi } from "../core/account/kind";
import type { LookFacts } from "../core/account/step";
import { hasStatus, mayHaveHappened, SubaccountsError } from "../core/base/errors";
import { isObject, type Json, type JsonObject } from "../core/base/json";
import { printable } from "../core/base/printable";
import { type Fields, nested } from "../core/contract/fields";
import type { Context, Values } from "../core/contract/resource";
import type { Page } from "../core/vendor-io/page-reader";
import { type BctrlClient, bctrl, type SubaccountBody } from "./client";
import { agentKeysOf } from "./key-pages";
import { type BctrlSubaccount, endOf } from "./replies";

/** Facts of bctrl's accounts that looking for one depends on. */
export const ACCOUNTS = {
  title: bctrl.title,
  identity: "externalId",
  isMarked: true,
  canFilter: true,
} as const satisfies LookFacts;

const LIMITS = ["maxActiveRuns", "maxSpaces", "monthlyCreditLimit"] as const;
const V2_LIMITS = ["limits.runs", "limits.spaces", "limits.spend"];
/** Stands in the state for a limit of v2 of which nobody knows what the vendor has; it differs from any that is declared. */
const UNKNOWN_LIMIT = "pulumi-subaccounts: unknown, the answer to the last change was lost";

/** bctrl's account endpoints. https://platform.bctrl.ai/api/api-reference/account/create-subaccount */
export function accountApi(context: Context<BctrlClient>, before: Values): AccountApi {
  const { client, run, connection: key } = context;
  const isV2 = client.apiVersion === "v2";
  const seen = run.shared(`${key} accounts seen`, () => new Map<string, Account>());
  // What v2 took and does not show; and its slug, which v1 does not show.
  let taken = takenLimits(before);
  let slug = before["slug"] as Json | undefined;
  let cap: number | null | undefined;

  const keep = (reply: BctrlSubaccount): Account => {
    slug = reply.slug ?? slug;
    const account = toAccount(reply);
    seen.set(account.id, account);
    return withBlind(account);
  };
  const withBlind = (account: Account): Account => ({
    ...account,
    fields: { ...account.fields, ...taken, ...(cap === undefined ? {} : { spendingCap: cap }) },
    outputs: { ...account.outputs, slug },
  });
  const get = async (id: string): Promise<Account | undefined> => {
    const reply = await client.retrieveSubaccount(id);
    return reply && keep(reply);
  };
  const update = async (
    id: string,
    body: SubaccountBody,
    note: (account: Account) => void,
  ): Promise<Account> => {
    // The limits before this step, for a vendor whose PATCH takes away what it does not name.
    const first = seen.get(id)?.fields;
    let account: Account | undefined;
    let failure: unknown;
    try {
      account = keep(await client.updateSubaccount(id, body));
    } catch (error) {
      if (!mayHaveHappened(error)) throw error;
      failure = error;
      account = await get(id);
    }
    if (account) note(account);
    const lost = account && lostLimits(first, account.fields, body.limits);
    if (lost) account = keep(await client.updateSubaccount(id, { limits: { ...lost, ...body.limits } }));
    if (account === undefined || (failure !== undefined && !lost)) throw failure;
    return account;
  };

  const updateBlind = async (id: string, fields: Fields, note: (account: Account) => void) => {
    const tell = (limits: Fields) => {
      taken = { ...taken, ...limits };
      const known = seen.get(id);
      if (known) note(withBlind(known));
    };
    const had = taken;
    // Nothing shows what became of a call without a good answer, so that until then the state must not claim a value.
    tell(Object.fromEntries(Object.keys(fields).map((name) => [name, UNKNOWN_LIMIT])));
    try {
      await client.updateLimitsV2(id, nested(fields)["limits"] as JsonObject);
    } catch (error) {
      if (!mayHaveHappened(error)) tell(had);
      throw error;
    }
    tell(fields);
  };

  const updateCap = async (account: Account, amount: number | null, note: (account: Account) => void) => {
    cap = (await client.updateSpendingCap(spaceOf(account), amount)).amount;
    note(withBlind(account));
    return withBlind(account);
  };

  return {
    create: async (fields, metadata, _args, markerId) => {
      const body = { ...nested(fields), ...(metadata ? { metadata } : {}) } as SubaccountBody;
      if (!isV2) return keep(await client.createSubaccount(body, markerId));
      const reply = await client.createSubaccountV2(body);
      taken = Object.fromEntries(V2_LIMITS.map((name) => [name, null]));
      const made = keep(reply);
      // v2 does not show the default space. The account is there, so a failure here is none of the create.
      return (await get(made.id).catch(() => undefined)) ?? made;
    },
    get,
    page: async (cursor, externalId) => {
      const page = await accountPage(client, { cursor, externalId }, toAccount);
      for (const account of page.items) seen.set(account.id, account);
      return page;
    },
    // Never read where it is not declared.
    withUnshown: async (account, declared) => {
      if (declared.every(({ spendingCap }) => spendingCap === undefined)) return withBlind(account);
      cap = await readCap(client, account);
      return withBlind(account);
    },
    update: async (id, { spendingCap, ...fields }, metadata, note) => {
      const isBlind = ([name]: [string, Json]) => V2_LIMITS.includes(name);
      const entries = Object.entries(fields);
      const blind = Object.fromEntries(entries.filter(isBlind));
      const shown = nested(Object.fromEntries(entries.filter((entry) => !isBlind(entry))));
      const body = { ...shown, ...(metadata ? { metadata } : {}) } as SubaccountBody;
      const account = Object.keys(body).length > 0 ? await update(id, body, note) : undefined;
      if (spendingCap !== undefined) {
        const known = account ?? seen.get(id) ?? (await get(id));
        return known && updateCap(known, spendingCap as number | null, note);
      }
      if (Object.keys(blind).length === 0) return account;
      await updateBlind(id, blind, note);
      const known = account ?? seen.get(id);
      return known ? withBlind(known) : get(id);
    },
    remove: async (id) => {
      await client.archiveSubaccount(id);
    },
    others: (id) => agentKeysOf(context, id),
    whoami: async () => {
      const { organizationId } = await client.whoami();
      return organizationId ? `organization:${organizationId}` : undefined;
    },
  };
}

/** The space that an account is born with, and that its spending cap is of. @throws SubaccountsError */
function spaceOf({ id, outputs: { defaultSpaceId } }: Account): { spaceId: string; accountId: string } {
  if (typeof defaultSpaceId === "string") return { spaceId: defaultSpaceId, accountId: id };
  throw new SubaccountsError(
    `bctrl does not show the default space of the sub-account ${id}, whose spending cap is declared. Take spendingCap out, or look at the account at bctrl`,
  );
}

/** US cents a calendar month, null for no cap. */
async function readCap(client: BctrlClient, account: Account): Promise<number | null> {
  const space = spaceOf(account);
  try {
    return (await client.retrieveSpendingCap(space)).amount;
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
    throw new SubaccountsError(
      `bctrl has no space ${space.spaceId}, the default space of the sub-account ${account.id}, so its spending cap cannot be told. ` +
        "Take spendingCap out, or look at the account at bctrl",
    );
  }
}

/** A page of the accounts, each made by `make`. */
export async function accountPage<T>(
  client: BctrlClient,
  filter: Parameters<BctrlClient["listSubaccounts"]>[0],
  make: (reply: BctrlSubaccount) => T,
): Promise<Page<T>> {
  const { data, ...rest } = await client.listSubaccounts(filter);
  return { items: data.map(make), ...endOf(rest) };
}

/** The limits that v2 took, by the state: it does not show them, so the state is all there is to know them by. */
function takenLimits({ limits }: Values): Fields {
  const unknown = Object.fromEntries(V2_LIMITS.map((name) => [name, UNKNOWN_LIMIT]));
  const known = Object.entries(isObject(limits) ? limits : {}).map(([key, value]) => [
    `limits.${key}`,
    value,
  ]);
  return { ...unknown, ...Object.fromEntries(known.filter(([name]) => V2_LIMITS.includes(String(name)))) };
}

/**
 * The limits that a PATCH of other limits took away, as they were. Whether those that are left out stay is undocumented;
 * a customer must not lose one.
 */
function lostLimits(had: Fields = {}, has: Fields, sent: JsonObject = {}): JsonObject | undefined {
  const lost = Object.entries(had).filter(([name, value]) => {
    const [group, key = ""] = name.split(".");
    return group === "limits" && !(key in sent) && value !== null && has[name] === null;
  });
  if (Object.keys(sent).length === 0 || lost.length === 0) return undefined;
  return nested(Object.fromEntries(lost))["limits"] as JsonObject;
}

/** The limits that a reply shows: `null` is none, and one that is left out is not known. */
function limitsIn({ limits }: BctrlSubaccount): Fields {
  const shown = LIMITS.flatMap((name): [string, Json][] => {
    const value = limits?.[name];
    return value === undefined ? [] : [[`limits.${name}`, value]];
  });
  return Object.fromEntries(shown);
}

/** An account in the words of our arguments. */
export function toAccount(reply: BctrlSubaccount): Account {
  return {
    id: reply.id,
    presence: reply.status === "active" ? "active" : reply.status === "archived" ? "ended" : "strange",
    status: printable(reply.status),
    fields: { name: reply.name, externalId: reply.externalId ?? null, ...limitsIn(reply) },
    metadata: reply.metadata === null ? {} : reply.metadata,
    outputs: {
      status: reply.status,
      defaultSpaceId: reply.defaultSpaceId ?? undefined,
      createdAt: reply.createdAt,
    },
    changedAt: reply.updatedAt,
  };
}
