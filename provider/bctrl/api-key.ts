import { z } from "zod";
import { parseTime } from "../core/base/time";
import { name200 } from "../core/contract/arguments";
import { described } from "../core/contract/description";
import type { Context } from "../core/contract/resource";
import { apiKey } from "../core/key/api-key";
import { keyDescription } from "../core/key/description";
import { accountsOfKeys, type KeyApi, type ListedKey } from "../core/key/keys";
import { toListedKey } from "../core/key/usual-keys";
import { readListing, type Shown } from "../core/nested/listing";
import { AccountIndex } from "../core/vendor-io/account-index";
import { FleetList, type ListedItem } from "../core/vendor-io/fleet-list";
import { ACCOUNTS, accountApi } from "./accounts";
import { type BctrlClient, bctrl } from "./client";
import { expiryNotes, expiryProblems } from "./expiry";
import { keyPage } from "./key-pages";
import type { BctrlListedKey } from "./replies";
import { nameProblems } from "./rules";

const description = keyDescription({
  vendor: bctrl,
  doc: "A key of a bctrl sub-account. An account has as many as are declared, and none of its own.",
  page: "https://platform.bctrl.ai/api/api-reference/account",
  args: {
    name: {
      schema: name200.optional(),
      doc:
        "The key's name, 1 to 200 characters. Two keys of one account may not share it. Give it one: a key that an interrupted `up` " +
        "made is told of by its name.",
      absent: "no name",
    },
    expiresAt: {
      schema: z.iso
        .datetime({ offset: true })
        .describe("an ISO 8601 date-time with its zone, for example 2027-01-31T00:00:00Z")
        .optional(),
      doc:
        "When the key ends, ISO 8601 with its zone, for example `2027-01-31T00:00:00Z`. A rotation does not move it, so all keys of the " +
        "resource end together. A key is not made with a time in the past.",
      absent: "never",
    },
  },
});

/** `bctrl.ApiKey`: a key of an account, which has none of its own. */
export const bctrlApiKey = {
  ...apiKey({ vendor: bctrl, ...described(description), keys }),
  rules: (...[news, olds, about]: Parameters<typeof expiryProblems>) => [
    ...nameProblems(news, olds),
    ...expiryProblems(news, olds, about),
  ],
  notes: expiryNotes,
};

/** bctrl's key endpoints: one listing of all keys of the organization, which can be filtered by account. */
export function keys(context: Context<BctrlClient>): KeyApi {
  const { client, run, connection: key } = context;
  const { all, shared } = run.shared(`${key} key listing`, () => keyLists(context));
  const page = async (subaccountId: string, cursor: string | undefined) => {
    const { items, ...end } = await keyPage(client, { cursor, subaccountId });
    // The filter may be one that the vendor ignores.
    return { items: items.filter((each) => each.subaccountId === subaccountId).map(toListedKey), ...end };
  };
  return {
    ...accountsOfKeys(ACCOUNTS, context, accountApi(context, {})),
    list: (subaccountId) => readListing("key", (cursor) => page(subaccountId, cursor), client.vendorNowMs),
    find: async (subaccountId, keyId) => {
      const listed = await shared?.find(keyId, [subaccountId], false);
      if (listed !== undefined) return shownOf(listed, subaccountId);
      const item = await all.find(keyId);
      if (item?.subaccountId !== subaccountId) return undefined;
      return { item: toListedKey(item), listed: all.seen([subaccountId]).map(toListedKey) };
    },
    issue: async (subaccountId, { name, expiresAt }, requestId) => {
      const optional = { name, expiresAt } as { name?: string; expiresAt?: string };
      const { data, secret } = await client.createApiKey({ subaccountId, ...optional }, requestId);
      const { id, keyPrefix, createdAt } = data;
      return { id, secret, prefix: keyPrefix ?? undefined, createdAtMs: parseTime(createdAt) };
    },
    revoke: async (_subaccountId, keyId) => {
      const revoke = () => all.removing(() => client.revokeApiKey(keyId));
      await (shared?.writing(keyId, revoke) ?? revoke());
      all.drop(keyId);
    },
  };
}

/** The keys of the organization as this process lists them, and as one process of a fleet has for all. */
function keyLists({ client, run, connection }: Context<BctrlClient>) {
  const about = {
    idOf: ({ id }: BctrlListedKey) => id,
    keysOf: ({ subaccountId }: BctrlListedKey) => (subaccountId ? [subaccountId] : []),
  };
  const all: AccountIndex<BctrlListedKey> = new AccountIndex({
    ...about,
    fetchPage: (cursor) => keyPage(client, { cursor }),
    nowMs: run.world.now,
    lagMs: run.lagMs,
  });
  const read = (notBeforeMs: number) => all.read(notBeforeMs);
  const shared = FleetList.of({ ...about, run, connection, title: bctrl.title, what: "keys", read });
  return { all, shared };
}

/** A key of an account, and the others of the account; undefined where the list does not tell of it. */
function shownOf(
  { item, others }: ListedItem<BctrlListedKey>,
  subaccountId: string,
): Shown<ListedKey> | undefined {
  if (item?.subaccountId !== subaccountId) return undefined;
  const listed = [item, ...others].filter((each) => each.subaccountId === subaccountId);
  return { item: toListedKey(item), listed: listed.map(toListedKey) };
}
