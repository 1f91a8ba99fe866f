import type { Hono } from "hono";
import { z } from "zod";
import { strictCalls } from "../../../emulator/core/calls";
import { lettersAndDigits, randomText } from "../../../emulator/core/ids";
import { subObjectCalls } from "../../../emulator/core/sub-object-calls";
import type { VendorEnv } from "../../../emulator/core/vendor";
import type { ZavuAccount } from "../../../emulator/zavu/account";
import type { ZavuWorld } from "../../../emulator/zavu/routes";
import { listQuery } from "../../../emulator/zavu/schemas";

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
  const call = strictCalls<ZavuAccount, Env>(app, "Sub-account not found");
  for (const { name, reply, prefix, created, patched } of kinds) {
    subObjectCalls(call, switches, {
      path: `/v1/sub-accounts/{id}/${name}`,
      // A real one is a sub-object of its account, by whose `whole` it is made.
      make: (body) => ({
        id: `${prefix}${randomText(random, lettersAndDigits, 14)}`,
        ...body,
        createdAt: now().toISOString(),
      }),
      query: () => listQuery(switches),
      created: () => created,
      patched: () => patched,
      one: (stored) => ({ [reply]: stored }),
      page: ({ items, next }) => ({ items, nextCursor: next }),
      notFound: { message: `No such ${reply}` },
    });
  }
  return app;
}
