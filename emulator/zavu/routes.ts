import type { Hono } from "hono";
import { vendorApp } from "../core/app";
import { normalized } from "../core/common-switches";
import { noQuery, readBody, readQuery, refuseBody } from "../core/input";
import { ordered, pageOf } from "../core/paging";
import type { RateWindow } from "../core/rate-window";
import { Refusal, refusalReply } from "../core/refusal";
import { refuseCall } from "../core/refused-calls";
import type { World } from "../core/stand-in";
import type { Session } from "../core/store";
import type { VendorEnv } from "../core/vendor";
import { accountReply, keyReply, newKey, revokeKeys, type ZavuAccount, type ZavuKey } from "./account";
import { authenticate, type Caller } from "./auth";
import { applyUpdate, asAsked, refuseDuplicate, storedLimit } from "./changes";
import { errorBody, refusalBody } from "./errors";
import { refusals } from "./refusals";
import { createBody, keyBody, listQuery, updateBody } from "./schemas";
import type { ZavuSwitches } from "./switches";
import { spending, whoIs } from "./team";

interface Env extends VendorEnv<ZavuAccount> {
  Variables: { caller: Caller };
}

/** What Zavu's routes work with. */
export type ZavuWorld = World<ZavuAccount, ZavuAccount, ZavuSwitches>;

/**
 * Zavu's sub-account API.
 * @see https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account and its neighbours
 */
export function zavuRoutes(world: ZavuWorld): Hono<Env> {
  const { store, switches, apiKey, rate, now, make } = world;
  const app = vendorApp<Env>({
    refuse: (_, refusal) => refusalReply(refusal, refusalBody(switches, refusal)),
    admit: (c) => {
      const caller = authenticate(store, apiKey, c.req.header("authorization"), now());
      if (!rate.take()) throw rateLimited(switches, rate);
      refuseCall(c.req, switches, refusals);
      c.set("caller", caller);
    },
  });

  app.use("/v1/sub-accounts/*", async (c, next) => {
    if (c.get("caller").kind !== "parent") {
      throw new Refusal(403, "Sub-account API keys cannot manage sub-accounts: use the main project's key");
    }
    await next();
  });

  app.get("/v1/me", (c) => {
    readQuery(c, noQuery);
    return c.json(whoIs(c.get("caller"), switches));
  });

  app.get("/v1/balance", (c) => {
    readQuery(c, noQuery);
    const caller = c.get("caller");
    return c.json(spending(store.list(), caller.kind === "parent" ? undefined : caller.account));
  });

  app.post("/v1/sub-accounts", (c) => {
    readQuery(c, noQuery);
    const body = normalized(readBody(c, createBody(switches)), switches);
    refuseDuplicate(store.list(), body.externalId, undefined, switches);
    const { name, externalId = null, metadata = null, creditLimit = null } = body;
    const limit = storedLimit(creditLimit, switches);
    const account = make({ name, externalId, metadata, creditLimit: limit });
    c.env.session.put(account.id, account);
    const shown = asAsked(account, body.creditLimit, switches);
    return c.json({ subAccount: { ...accountReply(shown, switches), apiKey: account.keys[0]?.secret } }, 201);
  });

  app.get("/v1/sub-accounts", (c) => {
    const query = readQuery(c, listQuery(switches));
    const shown = c.env.session
      .list()
      .filter(({ status }) => status !== "inactive" || switches.inactiveInList);
    const { items, nextCursor } = pageOf(ordered(shown, switches.listOrder), query, switches);
    return c.json({ items: items.map((account) => accountReply(account, switches)), nextCursor });
  });

  app.get("/v1/sub-accounts/:id", (c) => {
    readQuery(c, noQuery);
    const account = find(c.env.session, c.req.param("id"));
    if (account.status === "inactive" && switches.getInactive === 404) throw notFound();
    return c.json({ subAccount: accountReply(account, switches, "single read") });
  });

  app.patch("/v1/sub-accounts/:id", (c) => {
    readQuery(c, noQuery);
    const patch = normalized(readBody(c, updateBody(switches)), switches);
    const account = find(c.env.session, c.req.param("id"));
    refuseDuplicate(store.list(), patch.externalId, account.id, switches);
    const next = applyUpdate(account, patch, { switches, now: now() });
    c.env.session.put(next.id, next);
    return c.json({ subAccount: accountReply(asAsked(next, patch.creditLimit, switches), switches) });
  });

  app.delete("/v1/sub-accounts/:id", (c) => {
    readQuery(c, noQuery);
    refuseBody(c);
    const found = find(c.env.session, c.req.param("id"));
    if (found.status === "inactive" && switches.secondDelete === 404) throw notFound();
    const { account, revoked } = revokeKeys(found, now());
    c.env.session.put(account.id, { ...account, status: "inactive" });
    return c.json({ message: "Sub-account deactivated", keysRevoked: revoked });
  });

  app.get("/v1/sub-accounts/:id/balance", (c) => {
    readQuery(c, noQuery);
    return c.json(spending(store.list(), find(c.env.session, c.req.param("id"))));
  });

  app.get("/v1/sub-accounts/:id/api-keys", (c) => {
    const { keyPageSize } = switches;
    const { keys } = find(c.env.session, c.req.param("id"));
    const shown = keys.filter((key) => key.revokedAt === null || switches.revokedKeysInList);
    const all = ordered(shown, switches.keyOrder);
    const show = (key: ZavuKey) => keyReply(key, switches);
    if (keyPageSize === undefined) {
      readQuery(c, noQuery);
      return c.json({ items: all.map(show) });
    }
    const query = readQuery(c, listQuery(switches));
    const { items, nextCursor } = pageOf(all, query, { ...switches, pageSize: keyPageSize });
    return c.json({ items: items.map(show), nextCursor });
  });

  app.post("/v1/sub-accounts/:id/api-keys", (c) => {
    readQuery(c, noQuery);
    const body = readBody(c, keyBody);
    const account = find(c.env.session, c.req.param("id"));
    if (account.status === "inactive" && switches.keyCreateOnInactive === 400) {
      throw new Refusal(400, "The sub-account is inactive");
    }
    const key = newKey(world, body);
    c.env.session.put(account.id, { ...account, keys: [...account.keys, key] });
    const { id, name, environment } = key;
    return c.json({ apiKey: { id, key: key.secret, name, environment } }, switches.keyCreateStatus);
  });

  app.delete("/v1/sub-accounts/:id/api-keys/:keyId", (c) => {
    readQuery(c, noQuery);
    refuseBody(c);
    const account = find(c.env.session, c.req.param("id"));
    const key = account.keys.find(({ id }) => id === c.req.param("keyId"));
    if (!key || (key.revokedAt !== null && switches.secondRevoke === 404))
      throw new Refusal(404, "API key not found");
    const revoked = { ...key, revokedAt: key.revokedAt ?? now().getTime() };
    const keys = account.keys.map((other) => (other.id === key.id ? revoked : other));
    c.env.session.put(account.id, { ...account, keys });
    return c.body(null, 204);
  });

  return app;
}

function find(session: Session<ZavuAccount>, id: string): ZavuAccount {
  const account = session.get(id);
  if (!account) throw notFound();
  return account;
}

const notFound = (): Refusal => new Refusal(404, "Sub-account not found");

function rateLimited(switches: ZavuSwitches, rate: RateWindow): Refusal {
  const message = "Rate limit exceeded";
  const body = errorBody(switches, 429, message, { retryAfter: rate.resetMs });
  return new Refusal(429, message, { body, headers: { "retry-after": String(rate.retryAfterSeconds) } });
}
