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
  const call = strictCalls<Account, Env>(app, "Sub-account not found");
  const path = "/v1/sub-accounts/{id}/webhooks";
  const none = () => new Refusal(404, "Webhook not found");
  const find = ({
    c,
    account,
    put,
  }: {
    c: Context<Env>;
    account: Account;
    put(account: Account): Account;
  }) => {
    const { webhooks = [] } = account;
    const webhook = webhooks.find(({ id }) => id === c.req.param("webhookId"));
    const change = (next: Webhook | undefined): void => {
      const others = webhooks.flatMap((each) => (each !== webhook ? [each] : next ? [next] : []));
      put({ ...account, webhooks: webhook || !next ? others : [...webhooks, next] });
    };
    return { webhooks, webhook, change };
  };
  call(`GET ${path}`, { query: () => listQuery(switches) }, ({ c, query, account }) => {
    const { items, next } = pageOf(account.webhooks ?? [], query, switches);
    return c.json({ items, nextCursor: next });
  });
  call(`POST ${path}`, { body: () => created }, ({ c, body, account, put }) => {
    const id = `wh${randomText(random, lettersAndDigits, 14)}`;
    const webhook = { id, url: body.url, events: body.events ?? null, createdAt: now().toISOString() };
    find({ c, account, put }).change(webhook);
    return c.json({ webhook }, 201);
  });
  call(`PATCH ${path}/{webhookId}`, { body: () => patched }, ({ c, body, ...asked }) => {
    const { webhook, change } = find({ c, ...asked });
    if (!webhook) throw none();
    const { url = webhook.url, events = webhook.events } = body;
    change({ ...webhook, url, events });
    return c.json({ webhook: { ...webhook, url, events } });
  });
  call(`DELETE ${path}/{webhookId}`, {}, (asked) => {
    const { webhook, change } = find(asked);
    if (!webhook) throw none();
    change(undefined);
    return asked.c.body(null, 204);
  });
  return app;
}
