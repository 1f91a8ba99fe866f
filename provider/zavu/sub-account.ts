import { z } from "zod";
import type { Account } from "../core/account/fields";
import type { AccountApi } from "../core/account/kind";
import type { Place } from "../core/account/place";
import { subAccount } from "../core/account/sub-account";
import type { JsonObject } from "../core/base/json";
import { adopt, connection, metadata, name200, plainText } from "../core/contract/arguments";
import { ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import type { Context } from "../core/contract/resource";
import { ownKey } from "../core/key/own-key";
import type { Page } from "../core/vendor-io/page-reader";
import { keys } from "./api-key";
import { type SubAccountBody, type ZavuClient, type ZavuMe, type ZavuSubAccount, zavu } from "./client";

const args = z.strictObject({
  name: name200,
  externalId: plainText.optional(),
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
  ownKey: z.enum(["keep", "revoke"]).describe('"keep" or "revoke"').optional(),
  deletionPolicy: z.enum(["deactivate", "retain"]).describe('"deactivate" or "retain"').optional(),
  adopt,
  connection,
});

/** `zavu.SubAccount`: metadata and so a stamp; no filter in the listing; deactivation instead of deletion. */
export const zavuSubAccount = subAccount({
  vendor: zavu,
  args,
  fields: {
    name: { ...ORDINARY, clearable: false, absent: "refused: it is required" },
    externalId: {
      ...ORDINARY,
      clearable: false,
      absent: "left alone; taking it out is refused, Zavu has no way to clear it",
    },
    creditLimit: {
      ...ORDINARY,
      unit: "whole US cents, cumulative",
      absent: "left alone; taken out: no cap",
      null: "no cap, and one set outside is drift",
      zero: "refused: Zavu reads it as no cap",
    },
    status: { ...ORDINARY, clearable: false, atCreation: false, absent: "`active`" },
    ownKey: { ...STATE_ONLY, absent: "`keep`" },
  },
  manifest: {
    foundBy: "`externalId` or stamp, in one shared listing",
    deletion: {
      deactivate: "the account becomes inactive and all its keys are revoked; its data stays",
      retain: "the account is left as it is",
    },
    lostKey: "a new key; the lost one is revoked",
    removedOutside: "inactive: drift, `up` activates it again; removed: gone, `up` makes a new one",
  },
  defaults: { status: "active", ownKey: "keep", deletionPolicy: "deactivate" },
  secrets: ["apiKey"],
  identity: "externalId",
  wantsActive: ({ status }) => status !== "inactive",
  isMarked: true,
  api,
  ownKey: (context) => ownKey(keys(context), context),
});

function api({ client }: Context<ZavuClient>): AccountApi {
  return {
    create: async (fields, metadata) =>
      toAccount(await client.createSubAccount({ ...fields, ...(metadata ? { metadata } : {}) })),
    get: async (id) => {
      const reply = await client.retrieveSubAccount(id);
      return reply && toAccount(reply);
    },
    page: (cursor) => accountPage(client, cursor, toAccount),
    update: async (id, fields, metadata) =>
      toAccount(
        await client.updateSubAccount(id, { ...fields, ...(metadata ? { metadata } : {}) } as SubAccountBody),
      ),
    remove: async (id) => {
      await client.deactivateSubAccount(id);
    },
    whoami: async () => zavuPlace(await client.retrieveMe()),
  };
}

/** The team that a key belongs to, those of test keys apart; the project where Zavu shows no team. */
function zavuPlace({ project, team, isTestMode }: ZavuMe): Place | undefined {
  const mode = isTestMode ? "test" : "";
  if (team?.id) return `${mode}team:${team.id}`;
  return project.id ? `${mode}project:${project.id}` : undefined;
}

/** A page of the listing, each account made by `make`. */
export async function accountPage<T>(
  client: ZavuClient,
  cursor: string | undefined,
  make: (reply: ZavuSubAccount) => T,
): Promise<Page<T>> {
  const { items, nextCursor } = await client.listSubAccounts(cursor);
  return { items: items.map(make), next: nextCursor || undefined };
}

/** An account in the words of our arguments. */
export function toAccount(reply: ZavuSubAccount): Account {
  return {
    id: reply.id,
    presence: reply.status === "active" ? "active" : reply.status === "inactive" ? "ended" : "strange",
    status: reply.status,
    fields: {
      name: reply.name,
      externalId: reply.externalId ?? null,
      // Zavu reads 0, null and absent alike: no cap.
      creditLimit: reply.creditLimit || null,
      status: reply.status,
    },
    // Absent is not shown; null is none.
    metadata: (reply.metadata === null ? {} : reply.metadata) as JsonObject | undefined,
    outputs: { createdAt: reply.createdAt },
    apiKey: reply.apiKey ?? undefined,
  };
}
