import type { Hono } from "hono";
import { z } from "zod";
import { lettersAndDigits, randomText } from "../../../emulator/core/ids";
import { noQuery, readBody, readQuery, refuseBody } from "../../../emulator/core/input";
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
  const path = "/v1/sub-accounts/:id/webhooks";
  const none = (what: string) => new Refusal(404, `${what} not found`);
  const find = (account: Account | undefined, webhookId: string | undefined) => {
    if (!account) throw none("Sub-account");
    const { webhooks = [] } = account;
    const webhook = webhooks.find(({ id }) => id === webhookId);
    const put = (next: Webhook | undefined): Account => {
      const others = webhooks.flatMap((each) => (each !== webhook ? [each] : next ? [next] : []));
      return { ...account, webhooks: webhook || !next ? others : [...webhooks, next] };
    };
    return { webhooks, webhook, put };
  };
  app.get(path, (c) => {
    const query = readQuery(c, listQuery(switches));
    const { webhooks } = find(c.env.session.get(c.req.param("id")), undefined);
    return c.json(pageOf(webhooks, query, switches));
  });
  app.post(path, (c) => {
    readQuery(c, noQuery);
    const body = readBody(c, created);
    const { put } = find(c.env.session.get(c.req.param("id")), undefined);
    const id = `wh${randomText(random, lettersAndDigits, 14)}`;
    const webhook = { id, url: body.url, events: body.events ?? null, createdAt: now().toISOString() };
    c.env.session.put(c.req.param("id"), put(webhook));
    return c.json({ webhook }, 201);
  });
  app.patch(`${path}/:webhookId`, (c) => {
    readQuery(c, noQuery);
    const body = readBody(c, patched);
    const { webhook, put } = find(c.env.session.get(c.req.param("id")), c.req.param("webhookId"));
    if (!webhook) throw none("Webhook");
    const { url = webhook.url, events = webhook.events } = body;
    c.env.session.put(c.req.param("id"), put({ ...webhook, url, events }));
    return c.json({ webhook: { ...webhook, url, events } });
  });
  app.delete(`${path}/:webhookId`, (c) => {
    readQuery(c, noQuery);
    refuseBody(c);
    const { webhook, put } = find(c.env.session.get(c.req.param("id")), c.req.param("webhookId"));
    if (!webhook) throw none("Webhook");
    c.env.session.put(c.req.param("id"), put(undefined));
    return c.body(null, 204);
  });
  return app;
}
