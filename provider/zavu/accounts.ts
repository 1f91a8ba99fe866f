import { z } from "zod";
import type { Account } from "../core/account/fields";
import type { Place } from "../core/account/place";
import type { LookFacts } from "../core/account/step";
import type { JsonObject } from "../core/base/json";
import { printable } from "../core/base/printable";

/** Facts of Zavu's accounts that looking for one depends on. */
export const ACCOUNTS = {
  title: "Zavu",
  identity: "externalId",
  isMarked: true,
  isRevivable: true,
} as const satisfies LookFacts;

// Shapes: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account and its sister pages.
const json = z.record(z.string(), z.json());

/** A sub-account as Zavu answers it. */
export const subAccount = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  status: z.string(),
  createdAt: z.string().optional(),
  externalId: z.string().nullish(),
  creditLimit: z.number().nullish(),
  totalSpent: z.number().nullish().catch(undefined),
  metadata: json.nullish(),
  apiKey: z.string().nullish(),
});

/** Whose a key is. */
export const me = z.looseObject({
  project: z.looseObject({
    id: z.string().nullish(),
    name: z.string().nullish(),
    isSubAccount: z.boolean().nullish(),
  }),
  team: z.looseObject({ id: z.string().nullish() }).nullish(),
  isTestMode: z.boolean().nullish(),
});

/** The team that a key belongs to, those of test keys apart; the project where Zavu shows no team. */
export function zavuPlace({ project, team, isTestMode }: z.infer<typeof me>): Place | undefined {
  const mode = isTestMode ? "test" : "";
  if (team?.id) return `${mode}team:${team.id}`;
  return project.id ? `${mode}project:${project.id}` : undefined;
}

/** An account in the words of our arguments. */
export function toAccount(reply: z.infer<typeof subAccount>): Account {
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
