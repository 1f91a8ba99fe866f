import { z } from "zod";
import { subAccount } from "../core/account/sub-account";
import { adopt, connection, metadata, name200 } from "../core/contract/arguments";
import { ORDINARY } from "../core/contract/manifest";
import { ACCOUNTS, accountApi } from "./accounts";
import { bctrl, DATED, WITH_LIMITS } from "./client";
import { limitProblems, nameProblems } from "./rules";

const count = z
  .int()
  .min(0)
  .nullable()
  .describe("a whole number of 1 or more, or null for no limit")
  .optional();
const v2Limit = z.json().describe("a JSON value, as bctrl's v2 defines it, or null for no limit").optional();

const limits = z
  .strictObject({
    maxActiveRuns: count,
    maxSpaces: count,
    monthlyCreditLimit: z
      .number()
      .min(0)
      .nullable()
      .describe("a number of credits (1 credit is USD 0.001), 0 or more, or null for no limit")
      .optional(),
    runs: v2Limit,
    spaces: v2Limit,
    spend: v2Limit,
  })
  .describe(
    "an object { maxActiveRuns?, maxSpaces?, monthlyCreditLimit? } (API version v2: { runs?, spaces?, spend? })",
  );

const args = z.strictObject({
  name: name200,
  externalId: name200.optional(),
  metadata: metadata.optional(),
  limits: limits.optional(),
  spendingCap: z
    .int()
    .min(0)
    .nullable()
    .describe("a whole number of US cents per calendar month, 0 or more, or null for no cap")
    .optional(),
  deletionPolicy: z.enum(["archive", "retain"]).describe('"archive" or "retain"').optional(),
  adopt,
  connection,
});

const LIMIT = {
  ...ORDINARY,
  versions: WITH_LIMITS,
  absent: "left alone; taken out: no limit",
  null: "no limit, and one set outside is drift",
  zero: "passed on: no new billable work",
};
const BLIND = {
  ...ORDINARY,
  versions: ["v2"],
  readable: false,
  atCreation: false,
  absent: "left alone; taken out: cleared with `null`",
  null: "cleared",
  zero: "passed on",
};

/** `bctrl.SubAccount`: metadata and so an ownership marker; a filter in the listing; archived for good instead of deleted. */
export const bctrlSubAccount = subAccount({
  vendor: bctrl,
  args,
  fields: {
    name: { ...ORDINARY, clearable: false, absent: "refused: it is required" },
    externalId: { ...ORDINARY, absent: "left alone; taken out: cleared" },
    "limits.maxActiveRuns": { ...LIMIT, unit: "runs at once", zero: "refused, by bctrl too" },
    "limits.maxSpaces": { ...LIMIT, unit: "spaces", zero: "refused, by bctrl too" },
    "limits.monthlyCreditLimit": { ...LIMIT, unit: "credits (USD 0.001) per billing cycle" },
    spendingCap: {
      ...LIMIT,
      atCreation: false,
      unit: "US cents per calendar month (UTC), of the default space",
      onlyWith: { field: "limits.maxSpaces", value: 1 },
      absent: "left alone and never read; taken out: no cap",
      null: "no cap, and one set outside is drift",
      zero: "passed on: no new billable work, and what runs is stopped",
    },
    "limits.runs": BLIND,
    "limits.spaces": BLIND,
    "limits.spend": BLIND,
  },
  manifest: {
    foundBy: "marker, `externalId` and name, in one shared listing",
    deletion: {
      archive: "the account takes no new work, for good; its usage stays readable",
      retain: "the account is left as it is",
    },
    lostKey: "none: an account has no key of its own",
    removedOutside:
      "archived, or proven to be gone: `refresh` takes it out of the state, and `up` makes a new one; not proven: `refresh` fails " +
      "and the state keeps it",
  },
  rules: (news, olds) => [...nameProblems(news, olds), ...limitProblems(news, olds)],
  defaults: { deletionPolicy: "archive" },
  secrets: [],
  ...ACCOUNTS,
  isIdempotent: ({ apiVersion }) => DATED.includes(apiVersion),
  api: accountApi,
});
