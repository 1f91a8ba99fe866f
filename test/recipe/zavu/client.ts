import { z } from "zod";
import { type Http, segment } from "../../../provider/core/vendor-io/http";

const webhook = z.looseObject({
  id: z.string().min(1),
  url: z.string(),
  events: z.array(z.string()).nullish(),
  createdAt: z.string().optional(),
});

/** A webhook as Zavu answers it. */
export type ZavuWebhook = z.infer<typeof webhook>;

/** The endpoints of webhooks, in Zavu's words. */
export function webhookCalls(http: Http) {
  const at = (id: string) => `/v1/sub-accounts/${segment(id)}/webhooks`;
  const reply = z.looseObject({ webhook });
  return {
    listWebhooks: (id: string, cursor: string | undefined) =>
      http.send({
        operation: "list the webhooks of the sub-account",
        method: "GET",
        path: at(id),
        query: { cursor },
        reply: z.looseObject({ items: z.array(webhook), nextCursor: z.string().nullish() }),
      }),
    createWebhook: (id: string, body: object) =>
      http.send({ operation: "create the webhook", method: "POST", path: at(id), body, reply }),
    updateWebhook: (id: string, webhookId: string, body: object) =>
      http.send({
        operation: "update the webhook",
        method: "PATCH",
        path: `${at(id)}/${segment(webhookId)}`,
        body,
        reply,
        expects: { id: webhookId, idOf: (answer) => answer.webhook.id },
      }),
    deleteWebhook: (id: string, webhookId: string) =>
      http.send({
        operation: "delete the webhook",
        method: "DELETE",
        path: `${at(id)}/${segment(webhookId)}`,
        // Without a body; an object without a message is a stranger's.
        reply: z.looseObject({ message: z.string() }).optional(),
      }),
  };
}
