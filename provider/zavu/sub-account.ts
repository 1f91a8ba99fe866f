import { z } from "zod";
import { subAccount } from "../core/account/sub-account";
import { adopt, connection, metadata, name200, plainText } from "../core/contract/arguments";
import { ORDINARY, STATE_ONLY } from "../core/contract/manifest";
import { ownKey } from "../core/key/own-key";
import { ACCOUNTS, accountApi } from "./accounts";
import { keys } from "./api-key";
import { zavu } from "./client";

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

/** `zavu.SubAccount`: metadata and so an ownership marker; no filter in the listing; deactivation instead of deletion. */
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
    foundBy: "marker, `externalId` and name, in one shared listing",
    deletion: {
      deactivate: "the account becomes inactive and all its keys are revoked; its data stays",
      retain: "the account is left as it is",
    },
    lostKey: "a new key; the lost one is revoked where the listing proves which one it is, else told of",
    removedOutside:
      "inactive: drift, `up` activates it again; proven to be gone: `refresh` takes it out of the state, and `up` makes a new " +
      "one; not proven: `refresh` fails and the state keeps it",
  },
  defaults: { status: "active", ownKey: "keep", deletionPolicy: "deactivate" },
  secrets: ["apiKey"],
  ...ACCOUNTS,
  api: accountApi,
  ownKey: (context) => ownKey(keys(context)),
});
