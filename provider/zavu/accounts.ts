import type { Account } from "../core/account/fields";
import type { AccountApi } from "../core/account/kind";
import type { Place } from "../core/account/place";
import type { LookFacts } from "../core/account/step";
import type { JsonObject } from "../core/base/json";
import { printable } from "../core/base/printable";
import type { Context } from "../core/contract/resource";
import { type SubAccountBody, type ZavuClient, type ZavuMe, type ZavuSubAccount, zavu } from "./client";

/** Facts of Zavu's accounts that looking for one depends on. */
export const ACCOUNTS = {
  title: zavu.title,
  identity: "externalId",
  isMarked: true,
  isRevivable: true,
} as const satisfies LookFacts;

/** Zavu's account endpoints. https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account */
export function accountApi({ client }: Pick<Context<ZavuClient>, "client">): AccountApi {
  return {
    create: async (fields, metadata) =>
      toAccount(await client.createSubAccount({ ...fields, ...(metadata ? { metadata } : {}) })),
    get: async (id) => {
      const reply = await client.retrieveSubAccount(id);
      return reply && toAccount(reply);
    },
    page: async (cursor) => {
      const { items, nextCursor } = await client.listSubAccounts(cursor);
      return { items: items.map(toAccount), next: nextCursor || undefined };
    },
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

/** An account in the words of our arguments. */
function toAccount(reply: ZavuSubAccount): Account {
  return {
    id: reply.id,
    presence: reply.status === "active" ? "active" : reply.status === "inactive" ? "ended" : "strange",
    status: printable(reply.status),
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
    used: { creditLimit: reply.totalSpent ?? undefined },
    apiKey: reply.apiKey ?? undefined,
  };
}
