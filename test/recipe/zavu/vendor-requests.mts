import { z } from "zod";
import { type DocumentedCall, isNotEmpty } from "../../vendors/index.mts";

const url = z.url({ protocol: /^https$/ });
const events = z.array(z.string()).min(1);
const purpose = z.enum(["marketing", "transactional"]);
const reference = "https://docs.zavu.dev/api-reference/sub-accounts";

/** The calls of the invented resources as the vendor would document them. */
export const documented: readonly DocumentedCall[] = [
  {
    resource: "zavu.Webhook",
    call: "POST /v1/sub-accounts/{id}/webhooks",
    sources: [`${reference}/create-sub-account-webhook`],
    body: z.strictObject({ url, events: events.optional() }),
  },
  {
    resource: "zavu.Webhook",
    call: "PATCH /v1/sub-accounts/{id}/webhooks/{webhookId}",
    sources: [`${reference}/update-sub-account-webhook`],
    body: z.strictObject({ url, events: events.nullable() }).partial().refine(isNotEmpty),
  },
  {
    resource: "zavu.SenderName",
    call: "POST /v1/sub-accounts/{id}/sender-names",
    sources: [`${reference}/create-sub-account-sender-name`],
    body: z.strictObject({ name: z.string(), country: z.string(), purpose: purpose.optional() }),
  },
  {
    resource: "zavu.SenderName",
    call: "PATCH /v1/sub-accounts/{id}/sender-names/{nameId}",
    sources: [`${reference}/update-sub-account-sender-name`],
    body: z.strictObject({ purpose }),
  },
];
