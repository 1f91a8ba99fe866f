import { z } from "zod";
import type { AccountResource } from "../../../provider/core/account/sub-account";
import { text } from "../../../provider/core/contract/arguments";
import { nestedResource } from "../../../provider/core/nested/nested-resource";
import { zavuSubAccount } from "../../../provider/zavu/sub-account";
import type { recipeCalls } from "./client";

type ZavuClient = ReturnType<typeof recipeCalls>;

/** `zavu.Webhook`: where the events of an account are sent to. */
export const zavuWebhook = nestedResource({
  account: zavuSubAccount as unknown as AccountResource<ZavuClient, never>,
  kind: "Webhook",
  noun: "webhook",
  description: {
    doc: "A webhook of a Zavu sub-account: Zavu sends what happens in the account to an address of yours.",
    page: "https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-webhook",
    args: {
      url: {
        schema: z
          .url({ protocol: /^https$/ })
          .describe("an https URL, for example https://hooks.example.com/zavu"),
        doc: "The address that the events are sent to. Two webhooks of one account may not share it.",
      },
      events: {
        schema: z.array(text).min(1).describe("a list of one or more non-empty strings").optional(),
        doc: "The events that are sent, in Zavu's words; their order does not count.",
        absent: "left alone, all events of a new one; taken out: all events",
      },
    },
    sample: { url: "https://hooks.example.com/zavu/acme", events: ["message.sent", "message.failed"] },
  },
  identity: "url",
  normal: {
    url: (url) => URL.parse(String(url))?.href ?? url,
    events: (events) => (Array.isArray(events) ? [...new Set(events)].sort() : events),
  },
  endpoints: ({ client }) => client.webhooks,
});
