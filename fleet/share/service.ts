import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { AccountsTable } from "./accounts-table";
import { Listings } from "./listings";
import { RateTable } from "./rate-table";
import { RowsTable } from "./rows-table";
import type { ExecuteSql } from "./sql";

/** A service for the provider processes of this machine, of all that the shards of a fleet share. */
export interface Share {
  /** The variable by which a provider process finds the service; secret. */
  readonly env: { readonly SUBACCOUNTS_FLEET_URL: string };
  /** The secret in it. */
  readonly token: string;
  /** Has lists count from the beginning of this run on: the first shard that needs one reads it anew. */
  beginRun(run: string): Promise<void>;
  close(): Promise<void>;
}

const key = z.string().min(1).max(64);
const whole = z.number().nonnegative();
const rate = z.object({ requests: z.number().positive(), perMs: z.number().positive() });
const ask = z.object({
  key,
  process: key,
  want: z.int().min(0).max(100),
  spent: z.object({ calls: whole, agoMs: whole }).optional(),
  documented: rate.optional(),
  count: z
    .object({ limit: whole.optional(), remaining: whole, resetInMs: z.number(), vendorResetAtMs: whole })
    .optional(),
  pauseMs: whole.optional(),
  isGuessed: z.boolean().optional(),
  isProbed: z.boolean().optional(),
});

const organization = z.object({ place: key, process: key, organization: z.string().min(1).max(200) });
const hash = z.string().regex(/^\d{1,19}$/);
const hashes = z.array(hash).max(20_000);
const secondLook = z.object({ place: key, process: key, of: z.enum(["creates", "limits"]) });
const look = z.object({
  place: key,
  process: key,
  wanted: hashes,
  all: hashes,
  maxAgeMs: whole.optional(),
});
const listed = z.object({
  place: key,
  process: key,
  hashes,
  complete: z.object({ ageMs: whole, accounts: whole }).optional(),
  hasFailed: z.boolean().optional(),
});
const find = z.object({ place: key, process: key, id: hash, keys: hashes, isReadable: z.boolean() });
const rows = z.object({
  place: key,
  process: key,
  startedMs: whole,
  rows: z.array(z.object({ id: hash, keys: hashes, sealed: z.string() })).max(1_000),
  complete: whole.optional(),
  hasFailed: z.boolean().optional(),
});
const written = z.object({ place: key, id: hash, lagMs: whole });

/**
 * Serves what shards share on the loopback interface, to processes that have the token.
 *
 * @param sql runs a statement in the engine's database
 * @param parallel how many provider processes this machine runs at a time
 * @param schema the schema of the database with the tables of the fleet
 */
export async function startShare(sql: ExecuteSql, parallel: number, schema: string): Promise<Share> {
  const rates = await RateTable.open(sql, schema);
  const listings = await Listings.open(sql, schema);
  const accounts = await AccountsTable.open(sql, schema, listings);
  const list = await RowsTable.open(sql, schema, listings);
  const begun = new Map<string, Promise<void>>();
  const token = randomBytes(24).toString("base64url");
  const app = new Hono();
  app.use(async (context, next) => {
    if (!isSame(context.req.header("authorization") ?? "", `Bearer ${token}`)) return context.text("", 401);
    return await next();
  });
  app.post("/rate", async (context) => {
    const { key, ...rest } = ask.parse(await context.req.json());
    return context.json(await rates.ask(key, rest));
  });
  app.post("/look", async (context) => {
    const { place, ...rest } = look.parse(await context.req.json());
    return context.json(await accounts.look(place, rest));
  });
  app.post("/listed", async (context) => {
    const { place, ...rest } = listed.parse(await context.req.json());
    await accounts.listed(place, rest);
    return context.json({});
  });
  app.post("/second-look", async (context) => {
    const { place, of } = secondLook.parse(await context.req.json());
    return context.json({ isFirst: await listings.isFirstLook(`${of} ${place}`) });
  });
  app.post("/organization", async (context) => {
    const { place, organization: here } = organization.parse(await context.req.json());
    return context.json({ organization: await listings.organization(place, here) });
  });
  app.post("/find", async (context) => {
    const { place, ...rest } = find.parse(await context.req.json());
    return context.json(await list.find(place, rest));
  });
  app.post("/rows", async (context) => {
    const { place, ...rest } = rows.parse(await context.req.json());
    await list.listed(place, rest);
    return context.json({});
  });
  app.post("/written", async (context) => {
    const { place, id, lagMs } = written.parse(await context.req.json());
    await list.outdate(place, id, lagMs);
    return context.json({});
  });
  app.onError((error, context) => context.text("", error instanceof z.ZodError ? 400 : 503));
  // A socket that is closed after seconds without a request may be closed as the next one is sent.
  const serverOptions = { keepAliveTimeout: 0 };
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0, serverOptions });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    token,
    beginRun: (run) => {
      const renewed = begun.get(run) ?? listings.begin(run);
      begun.set(run, renewed);
      return renewed;
    },
    env: { SUBACCOUNTS_FLEET_URL: `http://${token}@127.0.0.1:${port}/?parallel=${parallel}` },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
