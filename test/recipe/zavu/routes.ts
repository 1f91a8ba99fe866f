import type { Hono } from "hono";
import { z } from "zod";
import { strictCalls } from "../../../emulator/core/calls";
import { lettersAndDigits, randomText } from "../../../emulator/core/ids";
import { pageOf } from "../../../emulator/core/paging";
import { Refusal } from "../../../emulator/core/refusal";
import type { VendorEnv } from "../../../emulator/core/vendor";
import type { ZavuAccount } from "../../../emulator/zavu/account";
import type { ZavuWorld } from "../../../emulator/zavu/routes";
import { listQuery } from "../../../emulator/zavu/schemas";

interface Made {
  readonly id: string;
  readonly createdAt: string;
}

/** A kind of object that is made, listed, changed and deleted alike. */
interface Kind {
  /** The last segment of the path, under which its account has them. */
  readonly name: string;
  /** The member of replies with one. */
  readonly reply: string;
  readonly prefix: string;
  readonly created: z.ZodType<object>;
  readonly patched: z.ZodType<object>;
}

const url = z.url({ protocol: /^https$/ });
const events = z.array(z.string().min(1)).min(1);
const purpose = z.enum(["marketing", "transactional"]);

const kinds: readonly Kind[] = [
  {
    name: "webhooks",
    reply: "webhook",
    prefix: "wh",
    created: z.strictObject({ url, events: events.nullable().default(null) }),
    patched: z.strictObject({ url: z.exactOptional(url), events: z.exactOptional(events.nullable()) }),
  },
  {
    name: "sender-names",
    reply: "senderName",
    prefix: "sn",
    created: z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9]{3,11}$/),
      country: z.string().regex(/^[A-Z]{2}$/),
      purpose: purpose.default("transactional"),
    }),
    patched: z.strictObject({ purpose: z.exactOptional(purpose) }),
  },
];

/** Adds the routes of the invented resources to those of Zavu's stand-in. */
export function addRecipeRoutes<Env extends VendorEnv<ZavuAccount>>(
  app: Hono<Env>,
  { switches, now, random }: ZavuWorld,
): Hono<Env> {
  type Account = ZavuAccount & { readonly [name: string]: unknown };
  const call = strictCalls<Account, Env>(app, "Sub-account not found");
  for (const { name, reply, prefix, created, patched } of kinds) {
    const path = `/v1/sub-accounts/{id}/${name}`;
    const all = (account: Account) => (account[name] ?? []) as readonly Made[];
    const find = (account: Account, id: string | undefined) => {
      const found = all(account).find((each) => each.id === id);
      if (!found) throw new Refusal(404, `No such ${reply}`);
      return found;
    };
    call(`GET ${path}`, { query: () => listQuery(switches) }, ({ c, query, account }) => {
      const { items, next } = pageOf(all(account), query, switches);
      return c.json({ items, nextCursor: next });
    });
    call(`POST ${path}`, { body: () => created }, ({ c, body, account, put }) => {
      const id = `${prefix}${randomText(random, lettersAndDigits, 14)}`;
      const made = { id, ...body, createdAt: now().toISOString() };
      put({ ...account, [name]: [...all(account), made] });
      return c.json({ [reply]: made }, 201);
    });
    call(`PATCH ${path}/{objectId}`, { body: () => patched }, ({ c, body, account, put }) => {
      const before = find(account, c.req.param("objectId"));
      const after = { ...before, ...body };
      put({ ...account, [name]: all(account).map((each) => (each === before ? after : each)) });
      return c.json({ [reply]: after });
    });
    call(`DELETE ${path}/{objectId}`, {}, ({ c, account, put }) => {
      const gone = find(account, c.req.param("objectId"));
      put({ ...account, [name]: all(account).filter((each) => each !== gone) });
      return c.body(null, 204);
    });
  }
  return app;
}
