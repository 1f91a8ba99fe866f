import { z } from "zod";
import { subAccount } from "../core/account/sub-account";
import { plainText } from "../core/contract/arguments";
import { described } from "../core/contract/description";
import { ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import {
  adoptOf,
  connectionOf,
  deletionPolicyOf,
  metadataField,
  nameOf,
  unlimitedOf,
} from "../core/contract/shared-fields";
import { workingKeys } from "../core/key/keys";
import { ownKey } from "../core/key/own-key";
import { ACCOUNTS } from "./accounts";
import { keys } from "./api-key";
import { zavu } from "./client";

const deletion = {
  deactivate: "the account becomes inactive and all its keys are revoked; its data stays",
  retain: "the account is left as it is",
};

const description = {
  doc: `A Zavu sub-account: a project of your team with its own keys and spending cap.

What a new one can do: its key sends on the team's balance, by senders and phone numbers that are its own and are set up
at Zavu (https://docs.zavu.dev/concepts/sub-accounts). An account that is not verified reaches by SMS and calls only
numbers that the project has verified, and a few a day; the dashboard alone changes that
(https://docs.zavu.dev/concepts/sending-limits), and whether a sub-account has its team's level, Zavu does not say.`,
  argsDoc:
    "A declared argument is enforced at Zavu, its drift repaired; one taken out of the code is cleared; one never declared is left " +
    "alone (but for `status`, which stands for `active`).",
  page: "https://docs.zavu.dev/guides/sub-accounts/overview",
  example: `const acme = new zavu.SubAccount("acme", {
  name: "Acme Corp",
  externalId: "tenant-acme",
  creditLimit: 50_00, // cents
});
export const key = acme.apiKey; // a secret output`,
  sampleTier: { creditLimit: 50_00 },
  args: {
    name: nameOf("one parent project"),
    externalId: {
      ...ORDINARY,
      schema: plainText.optional(),
      doc:
        "Your own reference for the customer, for example `tenant-acme`. It identifies the customer: a second active account with " +
        "it is refused.",
      clearable: false,
      absent: "left alone; taking it out is refused, Zavu has no way to clear it",
    },
    creditLimit: {
      ...ORDINARY,
      schema: z
        .int()
        .min(1)
        .nullable()
        .describe(
          "a whole number of cents greater than 0, or null for no cap (Zavu reads 0 as no cap, so 0 is refused)",
        )
        .optional(),
      doc: "Spending cap, cumulative against what the sub-account has spent in total (not monthly). At the cap Zavu blocks messaging.",
      unit: "whole US cents, cumulative",
      period: "in total",
      absent: "left alone; taken out: no cap",
      null: "no cap, and one set outside is drift",
      zero: "refused: Zavu reads it as no cap",
    },
    unlimited: unlimitedOf(["creditLimit"]),
    metadata: metadataField,
    status: {
      ...ORDINARY,
      schema: z.enum(["active", "inactive"]).describe('"active" or "inactive"').optional(),
      doc: "`active`, or `inactive`, which suspends the account.",
      default: "active",
      clearable: false,
      atCreation: false,
      absent: "`active`",
    },
    ownKey: {
      ...STATE_ONLY,
      schema: z.enum(["keep", "revoke"]).describe('"keep" or "revoke"').optional(),
      doc:
        "Whether the key that the account was born with (`apiKey`) stays: `keep`, or `revoke`, which ends it once an {@link ApiKey} " +
        "of the account is in the state.",
      default: "keep",
      absent: "`keep`",
    },
    deletionPolicy: deletionPolicyOf(zavu.title, deletion, "deactivate"),
    adopt: adoptOf(
      "Declare the `externalId` and `name` that it has now, and rename it in the next `up`: another customer's account is " +
        "refused. An inactive one is activated again.",
    ),
    connection: connectionOf(zavu.title),
  },
  outputs: {
    apiKey: {
      type: "string | undefined",
      doc:
        "The account's key, secret. Undefined after adoption: Zavu shows a key only once, when it is made, so declare an " +
        "{@link ApiKey} for an adopted account. A new key after Zavu revoked this one (re-activation).",
      secret: true,
    },
    createdAt: { type: "string", doc: "When Zavu created the account, ISO 8601." },
  },
  stop: {
    values: { status: "inactive" },
    stops: "the project as a whole: it is inactive, which Zavu calls suspended",
    goesOn: "undocumented",
    keys:
      "undocumented whether they are revoked: the `up` that makes the account active again looks at each, and makes anew what was " +
      "revoked. Until then none is made or rotated; an `ApiKey` that is new, or changed, gets its key afterwards",
  },
} as const;

/** `zavu.SubAccount`: metadata and so an ownership marker; no filter in the listing; deactivation instead of deletion. */
export const zavuSubAccount = subAccount({
  vendor: zavu,
  ...described(description),
  manifest: {
    foundBy: "marker, `externalId` and name, in one shared listing",
    deletion,
    lostKey: "a new key; the lost one is revoked where the listing proves which one it is, else told of",
    removedOutside:
      "inactive: drift, `up` activates it again; proven to be gone: `refresh` takes it out of the state, and `up` makes a new " +
      "one; not proven: `refresh` fails and the state keeps it",
  },
  ...ACCOUNTS,
  api: (context) => ({
    ...context.client,
    workingKeys: (id) => workingKeys(keys(context), context, id),
  }),
  ownKey: (context) => ownKey(keys(context)),
});
