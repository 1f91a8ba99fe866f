import type { Hono } from "hono";
import type { z } from "zod";
import { vendorApp } from "../core/app";
import { strictCalls } from "../core/calls";
import { normalized } from "../core/common-switches";
import { noQuery } from "../core/input";
import type { Caller, Keyring } from "../core/keyring";
import { ordered, pageOf } from "../core/paging";
import type { RateWindow } from "../core/rate-window";
import { Refusal, refusalReply } from "../core/refusal";
import { refuseCall } from "../core/refused-calls";
import type { World } from "../core/stand-in";
import { clamped } from "../core/stored";
import type { VendorEnv } from "../core/vendor";
import { accountReply, keyReply, type ZavuAccount, type ZavuKey, type ZavuKeyFields } from "./account";
import { applyUpdate, asAsked, refuseDuplicate } from "./changes";
import { errorBody, refusalBody } from "./errors";
import { refusals } from "./refusals";
import { createBody, keyBody, listQuery, updateBody } from "./schemas";
import type { ZavuSwitches } from "./switches";
import { spending, whoIs } from "./team";

interface Env extends VendorEnv<ZavuAccount> {
  Variables: { caller: Caller<ZavuAccount> };
}

/** What Zavu's routes work with. */
export interface ZavuWorld extends World<ZavuAccount, ZavuAccount, ZavuSwitches> {
  readonly keys: Keyring<ZavuAccount, number, ZavuKeyFields>;
}

/**
 * Zavu's sub-account API.
 * @see https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account and its neighbours
 */
export function zavuRoutes(world: ZavuWorld): Hono<Env> {
  const { store, switches, rate, make, keys } = world;
  const app = vendorApp<Env>({
    refuse: (_, refusal) => refusalReply(refusal, refusalBody(switches, refusal)),
    admit: (c) => {
      const caller = keys.callerOf(c.req.header("authorization"));
      if (!rate.take()) throw rateLimited(switches, rate);
      refuseCall(c.req, switches, refusals);
      if (caller.account && c.req.path.startsWith("/v1/sub-accounts")) {
        throw new Refusal(403, "Sub-account API keys cannot manage sub-accounts: use the main project's key");
      }
      c.set("caller", caller);
    },
  });
  const missing = "Sub-account not found";
  const call = strictCalls<ZavuAccount, Env>(app, missing);
  const create = () => createBody(switches);
  const update = () => updateBody(switches);
  const listing = () => listQuery(switches);
  const show = (account: ZavuAccount) => accountReply(account, switches);

  call("GET /v1/me", {}, ({ c }) => c.json(whoIs(c.get("caller"), switches)));

  call("GET /v1/balance", {}, ({ c }) => c.json(spending(store.list(), c.get("caller").account)));

  call("POST /v1/sub-accounts", { body: create }, ({ c, body, put }) => {
    const sent = normalized(body, switches);
    refuseDuplicate(store.list(), sent.externalId, undefined, switches);
    const account = put(make(clamped(sent, "creditLimit", switches.clampCreditLimit)));
    const apiKey = account.keys[0]?.secret;
    return c.json({ subAccount: { ...show(asAsked(account, sent.creditLimit, switches)), apiKey } }, 201);
  });

  call("GET /v1/sub-accounts", { query: listing }, ({ c, query }) => {
    const accounts = c.env.session.list();
    const shown = accounts.filter(({ status }) => status !== "inactive" || switches.inactiveInList);
    const { items, next } = pageOf(ordered(shown, switches.listOrder), query, switches);
    return c.json({ items: items.map(show), nextCursor: next });
  });

  call("GET /v1/sub-accounts/{id}", {}, ({ c, account }) => {
    if (account.status === "inactive" && switches.getInactive === 404) throw new Refusal(404, missing);
    return c.json({ subAccount: accountReply(account, switches, "single read") });
  });

  call("PATCH /v1/sub-accounts/{id}", { body: update }, ({ c, body, account, put }) => {
    const patch = normalized(body, switches);
    refuseDuplicate(store.list(), patch.externalId, account.id, switches);
    const next = put(applyUpdate(account, patch, world));
    return c.json({ subAccount: show(asAsked(next, patch.creditLimit, switches)) });
  });

  call("DELETE /v1/sub-accounts/{id}", {}, ({ c, account, put }) => {
    if (account.status === "inactive" && switches.secondDelete === 404) throw new Refusal(404, missing);
    const keysRevoked = account.keys.filter(({ revokedAt }) => revokedAt === null).length;
    put({ ...keys.revoked(account), status: "inactive" });
    return c.json({ message: "Sub-account deactivated", keysRevoked });
  });

  call("GET /v1/sub-accounts/{id}/balance", {}, ({ c, account }) => c.json(spending(store.list(), account)));

  const keyListing = (): z.ZodType<{ limit?: number; cursor?: string | undefined }> =>
    switches.keyPageSize === undefined ? noQuery : listing();
  call("GET /v1/sub-accounts/{id}/api-keys", { query: keyListing }, ({ c, query, account }) => {
    const { keyPageSize: pageSize } = switches;
    const { limit, cursor } = query;
    const shown = account.keys.filter((key) => key.revokedAt === null || switches.revokedKeysInList);
    const all = ordered(shown, switches.keyOrder);
    const showKey = (key: ZavuKey) => keyReply(key, switches);
    if (pageSize === undefined || limit === undefined) return c.json({ items: all.map(showKey) });
    const { items, next } = pageOf(all, { limit, cursor }, { ...switches, pageSize });
    return c.json({ items: items.map(showKey), nextCursor: next });
  });

  call("POST /v1/sub-accounts/{id}/api-keys", { body: () => keyBody }, ({ c, body, account, put }) => {
    if (account.status === "inactive" && switches.keyCreateOnInactive === 400) {
      throw new Refusal(400, "The sub-account is inactive");
    }
    const issued = keys.issue(account, body);
    put(issued.account);
    const { id, name, environment, secret } = issued.key;
    return c.json({ apiKey: { id, key: secret, name, environment } }, switches.keyCreateStatus);
  });

  call("DELETE /v1/sub-accounts/{id}/api-keys/{keyId}", {}, ({ c, account, put }) => {
    const key = account.keys.find(({ id }) => id === c.req.param("keyId"));
    if (!key || (key.revokedAt !== null && switches.secondRevoke === 404))
      throw new Refusal(404, "API key not found");
    put(keys.revoked(account, key.id));
    return c.body(null, 204);
  });

  return app;
}

function rateLimited(switches: ZavuSwitches, rate: RateWindow): Refusal {
  const message = "Rate limit exceeded";
  const body = errorBody(switches, 429, message, { retryAfter: rate.resetMs });
  return new Refusal(429, message, { body, headers: { "retry-after": String(rate.retryAfterSeconds) } });
}
