import { z } from "zod";
import { Accounts } from "../core/account/accounts";
import { type AccountKind, factsOf } from "../core/account/kind";
import { subAccount } from "../core/account/sub-account";
import { plainText, text } from "../core/contract/arguments";
import { hasUnknown } from "../core/contract/check";
import { described, objectOf } from "../core/contract/description";
import { FIXED, ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import type { Context, Problem, Values } from "../core/contract/resource";
import { adoptOf, connectionOf, requiredDeletionPolicyOf, unlimitedOf } from "../core/contract/shared-fields";
import { accountApi, foresee } from "./accounts";
import { type BolnaClient, bolna } from "./client";

const database = {
  host: { schema: text, doc: "Host name or address." },
  port: {
    schema: z.int().min(1).max(65_535).describe("a port number from 1 to 65535"),
    doc: "TCP port, 1 to 65535.",
  },
  name: { schema: text, doc: "Name of the database." },
  user: { schema: text, doc: "User who may log in." },
  password: { schema: z.string().min(1).describe("a non-empty string"), doc: "The user's password." },
};

const calls = z.int().min(0).describe("a whole number of calls, 0 or more");

const deletion = {
  delete:
    "the account, its agents, batches and executions are erased for ever, and perhaps its recordings and phone numbers, on which " +
    "Bolna's own sources disagree",
  retain: "the account is left as it is",
};

const description = {
  doc: `A Bolna sub-account: a voice-agent workspace of your organization with its own key and call concurrency.

What a new one can do: its key works with agents and calls of its own, of which it has none yet; phone numbers and
providers are the organization's, which needs Bolna's Enterprise plan (https://www.bolna.ai/docs/enterprise/sub-accounts).`,
  argsDoc:
    "A declared argument is enforced at Bolna, its drift repaired. The calls at once are declared in one of two ways, {@link CallsArgs} " +
    "or {@link ConcurrencyArgs}: what is declared is sent, and moving from one to the other is a change in place.",
  page: "https://www.bolna.ai/docs/api-reference/sub-accounts/create",
  example: `const acme = new bolna.SubAccount("acme", {
  name: "Acme Corp",
  allowConcurrentCalls: 4,
  deletionPolicy: "retain",
});
export const key = acme.apiKey; // a secret output`,
  sampleTier: { allowConcurrentCalls: 4, deletionPolicy: "retain" },
  args: {
    name: {
      ...ORDINARY,
      schema: plainText,
      doc: "Display name. Two sub-accounts of one organization may not share it, because at Bolna the name identifies the customer.",
      clearable: false,
      absent: "refused: it is required",
    },
    allowConcurrentCalls: {
      ...ORDINARY,
      schema: calls.optional(),
      doc: "How many calls the account may have at once, a whole number of 0 or more, drawn from the organization's pool.",
      clearable: false,
      set: "calls",
      unit: "calls at once, from the organization's pool",
      absent: "refused without `minConcurrency`",
      zero: "passed on; its meaning is undocumented",
    },
    minConcurrency: {
      ...ORDINARY,
      schema: calls.optional(),
      doc: "How many calls at once the account is guaranteed, a whole number of 0 or more, drawn from the organization's pool.",
      clearable: false,
      set: "concurrency",
      isFloor: true,
      unit: "calls at once that are guaranteed, from the organization's pool",
      absent: "refused without `allowConcurrentCalls`",
      zero: "passed on: no guarantee",
    },
    maxConcurrency: {
      ...ORDINARY,
      schema: z
        .int()
        .min(0)
        .nullable()
        .describe("a whole number of calls, 0 (paused) or more, or null for no cap")
        .optional(),
      doc: "How many calls the account may have at once, a whole number. Without a cap of its own it is up to the organization's maximum.",
      set: "concurrency",
      unit: "calls at once at most",
      absent: "left alone; taken out: no cap of its own",
      null: "no cap of its own, and one set outside is drift",
      zero: "passed on: the account is paused",
    },
    unlimited: unlimitedOf(["maxConcurrency"]),
    deletionPolicy: requiredDeletionPolicyOf(bolna.title, deletion, "Bolna's delete is for ever"),
    externalId: {
      ...STATE_ONLY,
      schema: plainText.optional(),
      doc: "Your own reference for the customer. Kept in the state only: Bolna has no such field.",
      absent: "not in the state",
    },
    multiTenant: {
      ...FIXED,
      schema: z.boolean().describe("true or false").optional(),
      doc: "Whether the account has a database of its own. Cannot be changed later.",
      default: false,
      readable: true,
      absent: "`false`",
    },
    database: {
      ...FIXED,
      schema: objectOf(database).describe("an object { host, port, name, user, password }").optional(),
      doc:
        "The account's own database; needs `multiTenant: true`. Cannot be changed later, and Bolna does not show it, so drift on it is " +
        "not seen.",
      secret: true,
      absent: "Bolna's own database",
      shapes: [
        {
          name: "SubAccountDatabase",
          doc: "A database of the customer's own, for `multiTenant` accounts. Everything in it is kept secret.",
          keys: database,
        },
      ],
    },
    adopt: adoptOf(
      "Declare the `name` that it has now, and rename it in the next `up`: an account of another name is refused. Set " +
        '`deletionPolicy: "retain"` before, where another stack has it.',
    ),
    connection: connectionOf(bolna.title),
  },
  sets: {
    calls: {
      name: "CallsArgs",
      doc: "The calls of an account at once, as Bolna's API reference has them.",
    },
    concurrency: {
      name: "ConcurrencyArgs",
      doc: "The calls of an account at once, as Bolna's newer client has them: https://github.com/bolna-ai/mcp.",
    },
  },
  outputs: {
    apiKey: { type: "string", doc: "The account's one key, secret.", secret: true },
    organizationId: { type: "string", doc: "Id of the organization the account belongs to." },
    createdAt: {
      type: "string | undefined",
      doc: "When Bolna created the account, ISO 8601. Undefined after adoption: Bolna shows it only at creation.",
    },
  },
  stop: {
    values: { maxConcurrency: 0 },
    stops:
      "new calls: the account is paused. Not where `allowConcurrentCalls` is declared, of which Bolna documents no stop",
    goesOn: "calls under way, to their end; the guaranteed minimum stays reserved",
    keys: "stay: the account has one, which cannot be revoked",
  },
} as const;

const { args, ...facts } = described(description);

/** `bolna.SubAccount`: no metadata and so no marker, no endpoint that reads one, a delete for ever. */
const kind: AccountKind<BolnaClient, z.infer<typeof args>> = {
  vendor: bolna,
  ...facts,
  args,
  manifest: {
    foundBy: "`name`, in one shared listing",
    deletion,
    lostKey: "the same key, read from the listing",
    removedOutside:
      "proven to be gone, by two listings that show other accounts of the organization: `refresh` takes it out of the state, " +
      "and `up` makes a new one; not proven: `refresh` fails and the state keeps it",
  },
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
  api: accountApi,
};

/** Facts of Bolna's accounts, for the resources that read their keys. */
export const accountFacts = factsOf(kind);

export const bolnaSubAccount = subAccount(kind);

/** Bolna's accounts, for the resources that read their keys. */
export function accounts(context: Context<BolnaClient>): Accounts {
  return new Accounts(accountFacts, context, accountApi(context));
}

function concurrencyRules({ minConcurrency: min, maxConcurrency: max }: Values): Problem[] {
  if (max !== undefined && min === undefined) {
    return [{ path: "minConcurrency", rule: `is required with maxConcurrency: ${calls.description}` }];
  }
  if (typeof min !== "number" || typeof max !== "number" || max === 0 || max >= min) return [];
  return [
    { path: "maxConcurrency", rule: "must not be below minConcurrency, but for 0, which pauses the account" },
  ];
}
