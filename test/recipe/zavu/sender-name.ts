import { z } from "zod";
import type { AccountResource } from "../../../provider/core/account/sub-account";
import { nestedResource } from "../../../provider/core/nested/nested-resource";
import { zavuSubAccount } from "../../../provider/zavu/sub-account";
import type { recipeCalls } from "./client";

type ZavuClient = ReturnType<typeof recipeCalls>;

/** `zavu.SenderName`: the name that messages of an account come from, most of which the vendor cannot change. */
export const zavuSenderName = nestedResource({
  account: zavuSubAccount as unknown as AccountResource<ZavuClient, never>,
  kind: "SenderName",
  noun: "sender name",
  description: {
    doc: "A sender name of a Zavu sub-account: what people see as the sender of its messages.",
    page: "https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-sender-name",
    args: {
      name: {
        schema: z
          .string()
          .regex(/^[A-Za-z0-9]{3,11}$/)
          .describe("3 to 11 letters (A to Z) or digits"),
        doc: "The name itself. Two sender names of one account may not share it.",
        updatable: false,
      },
      country: {
        schema: z
          .string()
          .regex(/^[A-Z]{2}$/)
          .describe('a country code of two capital letters, for example "DE"'),
        doc: "Where it is used, as an ISO 3166-1 alpha-2 code.",
        updatable: false,
      },
      purpose: {
        schema: z.enum(["marketing", "transactional"]).describe('"marketing" or "transactional"').optional(),
        doc: "What is sent under it.",
        clearable: false,
      },
    },
    sample: { name: "AcmeCorp", country: "DE", purpose: "transactional" },
  },
  identity: "name",
  endpoints: ({ client }) => client.senderNames,
});
