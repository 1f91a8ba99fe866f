import { z } from "zod";
import { usualCalls } from "../../../provider/core/nested/usual-calls";
import type { Http } from "../../../provider/core/vendor-io/http";

const webhook = z.looseObject({
  id: z.string().min(1),
  url: z.string(),
  events: z.array(z.string()).nullish(),
  createdAt: z.string().optional(),
});

const senderName = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  country: z.string(),
  purpose: z.string(),
  createdAt: z.string().optional(),
});

/** The endpoints of the invented resources. */
export function recipeCalls(http: Http) {
  return {
    webhooks: usualCalls(http, {
      noun: "webhook",
      path: (id) => `/v1/sub-accounts/${id}/webhooks`,
      object: webhook,
      reply: "webhook",
      page: { items: "items", next: "nextCursor", cursor: "cursor" },
      // Without a body; an object without a message is a stranger's.
      removed: z.looseObject({ message: z.string() }).optional(),
    }),
    senderNames: usualCalls(http, {
      noun: "sender name",
      path: (id) => `/v1/sub-accounts/${id}/sender-names`,
      object: senderName,
      reply: "senderName",
      page: { items: "items", next: "nextCursor", cursor: "cursor" },
      removed: z.looseObject({ message: z.string() }).optional(),
    }),
  };
}
