import { z } from "zod";
import { subAccount } from "../core/account/sub-account";
import { described, objectOf } from "../core/contract/description";
import { ORDINARY } from "../core/contract/manifest";
import {
  adoptOf,
  connectionOf,
  deletionPolicyOf,
  externalIdField,
  metadataField,
  nameOf,
  unlimitedOf,
} from "../core/contract/shared-fields";
import { workingKeys } from "../core/key/keys";
import { ACCOUNTS, accountApi } from "./accounts";
import { keys } from "./api-key";
import { bctrl, DATED, WITH_LIMITS } from "./client";
import { limitProblems, nameProblems } from "./rules";

const LIMIT = {
  ...ORDINARY,
  versions: WITH_LIMITS,
  absent: "left alone; taken out: no limit",
  null: "no limit, and one set outside is drift",
  zero: "passed on: no new billable work",
};
/** A number of runs or spaces. */
const COUNT = {
  ...LIMIT,
  schema: z.int().min(0).nullable().describe("a whole number of 1 or more, or null for no limit").optional(),
  zero: "refused, by bctrl too",
};

/** A limit that bctrl does not show. */
const BLIND = {
  ...ORDINARY,
  schema: z.json().describe("a JSON value, as bctrl's v2 defines it, or null for no limit").optional(),
  versions: ["v2"],
  readable: false,
  atCreation: false,
  absent: "left alone; taken out: cleared with `null`",
  null: "cleared",
  zero: "passed on",
};

/** Limits of an account by the current API. https://platform.bctrl.ai/pricing/subaccounts.md */
const limits = {
  maxActiveRuns: { ...COUNT, doc: "Runs at once, a whole number of 1 or more.", unit: "runs at once" },
  maxSpaces: { ...COUNT, doc: "Spaces, a whole number of 1 or more.", unit: "spaces" },
  monthlyCreditLimit: {
    ...LIMIT,
    schema: z
      .number()
      .min(0)
      .nullable()
      .describe("a number of credits (1 credit is USD 0.001), 0 or more, or null for no limit")
      .optional(),
    doc:
      "Credits per billing cycle of the organization, 0 or more, fractions allowed. At the limit bctrl takes no new billable work; " +
      "what runs finishes. `spendingCap` is the limit that stops what runs.",
    unit: "credits (USD 0.001) per billing cycle",
    period: "per billing cycle",
  },
};

/** Limits of an account by the API version `v2`. */
const limitsV2 = {
  runs: { ...BLIND, doc: "Limits of runs, any JSON value." },
  spaces: { ...BLIND, doc: "Limits of spaces, any JSON value." },
  spend: { ...BLIND, doc: "Limits of spending, any JSON value." },
};

const deletion = {
  archive: "the account takes no new work, for good; its usage stays readable",
  retain: "the account is left as it is",
};

const description = {
  doc: `A bctrl sub-account: a customer of your organization with its own spaces, runs, limits and keys. It has no key of
its own; declare an \`ApiKey\`.

What a new one can do: with that key it starts runs in its default space and sees nothing of the organization
(https://platform.bctrl.ai/cookbook/scale-operate/multi-tenant-isolation). Plan and credits are the organization's, and
at a limit of the account no new work is taken (https://platform.bctrl.ai/pricing/subaccounts).

The API versions differ in little: the default is the current one, \`2026-10-03\`, named in a header, as is \`2026-10-01\`
before it. \`v1\` is the API without that header: bctrl then answers as of the release that it pinned to the key when the key
was created. \`v2\` is known from two pages only, so accounts are created and limits are set by it, and everything else
goes through \`v1\`.`,
  argsDoc:
    "A declared argument is enforced at bctrl, its drift repaired; one taken out of the code is cleared; one never declared is left " +
    "alone.",
  page: "https://platform.bctrl.ai/api/api-reference/account/create-subaccount",
  example: `const acme = new bctrl.SubAccount("acme", {
  name: "Acme Corp",
  externalId: "tenant-acme",
  limits: { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000 }, // credits
});
export const key = new bctrl.ApiKey("acme", { subAccountId: acme.id, name: "backend" }).apiKey;`,
  sampleTier: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 } },
  args: {
    name: nameOf(
      "one organization",
      "bctrl refuses one that looks like an id (a UUID, or `acme_corp`: letters or digits and `_` at its beginning)",
    ),
    externalId: externalIdField,
    metadata: metadataField,
    limits: {
      schema: objectOf({ ...limits, ...limitsV2 })
        .describe(
          "an object { maxActiveRuns?, maxSpaces?, monthlyCreditLimit? } (API version v2: { runs?, spaces?, spend? })",
        )
        .optional(),
      doc: "Limits of the account. Which shape is right depends on the API version of the connection.",
      change: "in place, by key",
      shapes: [
        {
          name: "SubAccountLimits",
          doc:
            "Limits of a sub-account. Each key counts as a field: a declared one is enforced at bctrl, one taken out of the code is " +
            "cleared (no limit), one never declared is left alone. Units: https://platform.bctrl.ai/pricing/subaccounts.md",
          keys: limits,
        },
        {
          name: "SubAccountLimitsV2",
          doc:
            "Limits in the API version `v2`, passed through as bctrl's v2 defines them; their inner shape is undocumented. They are set " +
            "by a call of their own, and bctrl does not show them, so drift on them is not seen.",
          keys: limitsV2,
        },
      ],
    },
    spendingCap: {
      ...LIMIT,
      schema: z
        .int()
        .min(0)
        .nullable()
        .describe("a whole number of US cents per calendar month, 0 or more, or null for no cap")
        .optional(),
      doc:
        "Spending cap of the account's default space. At 80 % bctrl warns; at 100 % it refuses new billable work and stops what runs " +
        "within a minute. The account's other spaces have caps of their own: declare `limits: { maxSpaces: 1 }` with it for a cap of " +
        "the account. Read only where it is declared (one more call for each account in a refresh). bctrl may let people alone set " +
        "it, by the dashboard, and refuse it from a key: set it there, and declare the same. Not in the API version `v2`. " +
        "https://github.com/bctrlhq/sdk-py",
      atCreation: false,
      unit: "US cents per calendar month (UTC), of the default space",
      period: "per calendar month",
      onlyWith: { field: "limits.maxSpaces", value: 1 },
      absent: "left alone and never read; taken out: no cap",
      null: "no cap, and one set outside is drift",
      zero: "passed on: no new billable work, and what runs is stopped",
    },
    unlimited: unlimitedOf([
      "limits.maxActiveRuns",
      "limits.maxSpaces",
      "limits.monthlyCreditLimit",
      "spendingCap",
    ]),
    deletionPolicy: deletionPolicyOf(bctrl.title, deletion, "archive"),
    adopt: adoptOf(
      "It must be active. Declare the `externalId` and `name` that it has now, and rename it in the next `up`: another customer's " +
        "account is refused.",
    ),
    connection: connectionOf(bctrl.title),
  },
  outputs: {
    status: {
      type: "string",
      doc: "`active`; a status that bctrl does not document is kept as it is. An archived account is gone.",
    },
    defaultSpaceId: { type: "string", doc: "Id of the space that the account starts with." },
    createdAt: { type: "string", doc: "When bctrl created the account, ISO 8601." },
    slug: {
      type: "string | undefined",
      doc: "The account's name in URLs. API version `v2` only, and only for an account that was created by it.",
    },
  },
  stop: {
    values: { "limits.monthlyCreditLimit": 0 },
    ifDeclared: { spendingCap: 0 },
    stops:
      "new billable work; with a declared `spendingCap`, what runs in the default space as well, within a minute",
    goesOn: "what runs, to its end, where no `spendingCap` is declared; reading and what costs nothing",
    keys: "stay, and new ones can be made",
  },
} as const;

/** `bctrl.SubAccount`: metadata and so an ownership marker; a filter in the listing; archived for good instead of deleted. */
export const bctrlSubAccount = subAccount({
  vendor: bctrl,
  ...described(description),
  manifest: {
    foundBy: "marker, `externalId` and name, in one shared listing",
    deletion,
    lostKey: "none: an account has no key of its own",
    removedOutside:
      "archived, or proven to be gone: `refresh` takes it out of the state, and `up` makes a new one; not proven: `refresh` fails " +
      "and the state keeps it",
  },
  rules: (news, olds) => [...nameProblems(news, olds), ...limitProblems(news, olds)],
  ...ACCOUNTS,
  isIdempotent: ({ apiVersion }) => DATED.includes(apiVersion),
  api: (context, before) => ({
    ...accountApi(context, before),
    workingKeys: (id) => workingKeys(keys(context), context, id),
  }),
});
