import { z } from "zod";
import { type DocumentedCalls, isNotEmpty } from "../../vendors/index.mts";

const url = z.url({ protocol: /^https$/ });
const events = z.array(z.string()).min(1);
const purpose = z.enum(["marketing", "transactional"]);
const reference = "https://docs.zavu.dev/api-reference/sub-accounts";

/** The calls of the invented resources as the vendor would document them. */
export const documented: readonly DocumentedCalls[] = [
  {
    resource: "zavu.Webhook",
    sources: [`${reference}/create-sub-account-webhook`],
    calls: {
      "POST /v1/sub-accounts/{id}/webhooks": z.strictObject({ url, events: events.optional() }),
      "PATCH /v1/sub-accounts/{id}/webhooks/{webhookId}": z
        .strictObject({ url, events: events.nullable() })
        .partial()
        .refine(isNotEmpty),
    },
  },
  {
    resource: "zavu.SenderName",
    sources: [`${reference}/create-sub-account-sender-name`],
    calls: {
      "POST /v1/sub-accounts/{id}/sender-names": z.strictObject({
        name: z.string(),
        country: z.string(),
        purpose: purpose.optional(),
      }),
      "PATCH /v1/sub-accounts/{id}/sender-names/{nameId}": z.strictObject({ purpose }),
    },
  },
];
