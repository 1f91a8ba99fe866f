import { z } from "zod";
import type { Account } from "../core/account";
import type { AccountApi } from "../core/account-kind";
import { adopt, connection, name200, text } from "../core/arguments";
import type { JsonObject } from "../core/json";
import { Listing } from "../core/listing";
import type { Context, Ownership } from "../core/resource";
import { STAMP_KEY, stampOf } from "../core/stamp";
import { subAccount } from "../core/sub-account";
import { keys } from "./api-key";
import { type SubAccountBody, type ZavuClient, type ZavuSubAccount, zavu } from "./client";

const metadata = z
  .record(
    z.string().refine((key) => key !== STAMP_KEY, "is reserved for the ownership stamp; rename the key"),
    z.json().describe("a JSON value"),
  )
  .describe("an object of JSON values");

const args = z.strictObject({
  name: name200,
  externalId: text.optional(),
  creditLimit: z
    .int()
    .min(1)
    .nullable()
    .describe(
      "a whole number of cents greater than 0, or null for no cap (Zavu reads 0 as no cap, so 0 is refused)",
    )
    .optional(),
  metadata: metadata.optional(),
  status: z.enum(["active", "inactive"]).describe('"active" or "inactive"').optional(),
  deletionPolicy: z.enum(["deactivate", "retain"]).describe('"deactivate" or "retain"').optional(),
  adopt,
  connection,
});

/** `zavu.SubAccount`: metadata and so a stamp; no filter in the listing; deactivation instead of deletion. */
export const zavuSubAccount = subAccount({
  vendor: zavu,
  title: zavu.title,
  args,
  names: ["name", "externalId", "creditLimit", "status"],
  keyed: [],
  limits: ["creditLimit"],
  defaults: { status: "active", deletionPolicy: "deactivate" },
  secrets: ["apiKey"],
  notAtCreation: ["status"],
  immutable: [],
  identity: "externalId",
  wantsLive: ({ status }) => status !== "inactive",
  stamped: true,
  rules: (news, olds) =>
    typeof olds?.["externalId"] === "string" && news["externalId"] === undefined
      ? [
          {
            path: "externalId",
            rule: "cannot be taken out: Zavu has no way to clear it. Put it back, or give it another value",
          },
        ]
      : [],
  api,
  keys,
});

function api({ client, run, connection: key }: Context<ZavuClient>): AccountApi {
  const listing = run.shared(`${key} listing`, () => accountListing(client));
  const keep = (reply: ZavuSubAccount): Account => {
    const account = toAccount(reply);
    listing.put({ ...account, apiKey: undefined });
    return account;
  };
  const retrieve = async (id: string): Promise<Account | undefined> => {
    const reply = await client.retrieveSubAccount(id);
    return reply && keep(reply);
  };
  return {
    create: async (fields, metadata) =>
      keep(await client.createSubAccount({ ...fields, ...(metadata ? { metadata } : {}) })),
    retrieve,
    // The listing may leave inactive accounts out (undocumented), so only the account itself says that it is gone.
    // An item of the listing need not hold metadata (an optional field), and every account of ours has some.
    retrieveOneOfMany: async (id) => {
      const { item } = await listing.find(id);
      return item?.metadata ? item : retrieve(id);
    },
    update: async (id, fields, metadata) =>
      keep(
        await client.updateSubAccount(id, { ...fields, ...(metadata ? { metadata } : {}) } as SubAccountBody),
      ),
    remove: async (id) => {
      await client.deactivateSubAccount(id);
      listing.drop(id);
    },
    seen: (ownership) => listing.seen([stampKey(ownership)]),
    lookup: async (wanted, ownership, fresh) => {
      if (fresh) await listing.refresh();
      const externalId = wanted["externalId"];
      const found = await listing.lookup([
        stampKey(ownership),
        typeof externalId === "string" ? `externalId ${externalId}` : `${ownership.owner} ${wanted["name"]}`,
      ]);
      const whole = await Promise.all(
        found.map((account) => (account.metadata ? account : retrieve(account.id))),
      );
      return whole.filter((account) => account !== undefined);
    },
  };
}

function accountListing(client: ZavuClient): Listing<Account> {
  return new Listing({
    fetchPage: async (cursor) => {
      const { items, nextCursor } = await client.listSubAccounts(cursor);
      return { items: items.map(toAccount), next: nextCursor || undefined };
    },
    idOf: ({ id }) => id,
    keysOf: ({ fields, metadata }) => {
      const stamp = stampOf(metadata);
      const ofStamp = stamp ? [stampKey(stamp), `${stamp.owner} ${fields["name"]}`] : [];
      return [...ofStamp, `externalId ${fields["externalId"]}`];
    },
  });
}

function stampKey({ owner, urn }: Ownership): string {
  return `stamp ${owner} ${urn}`;
}

function toAccount(reply: ZavuSubAccount): Account {
  return {
    id: reply.id,
    live: reply.status === "active",
    fields: {
      name: reply.name,
      externalId: reply.externalId ?? null,
      // Zavu reads 0, null and absent alike: no cap.
      creditLimit: reply.creditLimit || null,
      status: reply.status,
    },
    metadata: (reply.metadata ?? undefined) as JsonObject | undefined,
    outputs: { createdAt: reply.createdAt },
    apiKey: reply.apiKey ?? undefined,
  };
}
