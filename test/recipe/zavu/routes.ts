import type { Context, Hono } from "hono";
import { z } from "zod";
import { strictCalls } from "../../../emulator/core/calls";
import { lettersAndDigits, randomText } from "../../../emulator/core/ids";
import { pageOf } from "../../../emulator/core/paging";
import { Refusal } from "../../../emulator/core/refusal";
import type { VendorEnv } from "../../../emulator/core/vendor";
import type { ZavuAccount } from "../../../emulator/zavu/account";
import type { ZavuWorld } from "../../../emulator/zavu/routes";
import { listQuery } from "../../../emulator/zavu/schemas";

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[] | null;
  readonly createdAt: string;
}
type Account = ZavuAccount & { readonly webhooks?: readonly Webhook[] };

const url = z.url({ protocol: /^https$/ });
const events = z.array(z.string().min(1)).min(1);
const created = z.strictObject({ url, events: events.optional() });
const patched = z.strictObject({ url: url.optional(), events: events.nullable().optional() });

/** Adds the routes of webhooks to those of Zavu's stand-in. */
export function addWebhooks<Env extends VendorEnv<ZavuAccount>>(
  app: Hono<Env>,
  { switches, now, random }: ZavuWorld,
): Hono<Env> {
  const call = strictCalls(app);
  const path = "/v1/sub-accounts/{id}/webhooks";
  const none = (what: string) => new Refusal(404, `${what} not found`);
  const find = ({ req, env }: Context<Env>) => {
    const account: Account | undefined = env.session.get(req.param("id") ?? "");
    if (!account) throw none("Sub-account");
    const { webhooks = [] } = account;
    const webhook = webhooks.find(({ id }) => id === req.param("webhookId"));
    const put = (next: Webhook | undefined): void => {
      const others = webhooks.flatMap((each) => (each !== webhook ? [each] : next ? [next] : []));
      const all = { webhooks: webhook || !next ? others : [...webhooks, next] };
      env.session.put(account.id, { ...account, ...all });
    };
    return { webhooks, webhook, put };
  };
  call(`GET ${path}`, { query: () => listQuery(switches) }, ({ c, query }) => {
    const { items, next } = pageOf(find(c).webhooks, query, switches);
    return c.json({ items, nextCursor: next });
  });
  call(`POST ${path}`, { body: () => created }, ({ c, body }) => {
    const id = `wh${randomText(random, lettersAndDigits, 14)}`;
    const webhook = { id, url: body.url, events: body.events ?? null, createdAt: now().toISOString() };
    find(c).put(webhook);
    return c.json({ webhook }, 201);
  });
  call(`PATCH ${path}/{webhookId}`, { body: () => patched }, ({ c, body }) => {
    const { webhook, put } = find(c);
    if (!webhook) throw none("Webhook");
    const { url = webhook.url, events = webhook.events } = body;
    put({ ...webhook, url, events });
    return c.json({ webhook: { ...webhook, url, events } });
  });
  call(`DELETE ${path}/{webhookId}`, {}, ({ c }) => {
    const { webhook, put } = find(c);
    if (!webhook) throw none("Webhook");
    put(undefined);
    return c.body(null, 204);
  });
  return app;
}
