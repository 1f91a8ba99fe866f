import type { Hono } from "hono";
import { vendorApp } from "../core/app";
import { normalized } from "../core/common-switches";
import { bearerKey, noQuery, readBody, readJson, readQuery, refuseBody } from "../core/input";
import { ordered } from "../core/paging";
import { badRequest, Refusal } from "../core/refusal";
import type { World } from "../core/stand-in";
import type { Session, Store } from "../core/store";
import type { VendorEnv } from "../core/vendor";
import { type BolnaAccount, createReply, listItem, timestamp, userId } from "./account";
import { askedConcurrency, shareOfPool } from "./concurrency";
import { answerRefusal } from "./errors";
import { pageOf } from "./pages";
import { refuseBeyondPool, refuseDuplicate, refuseEmptyPatch, refuseMissingDatabase } from "./rules";
import { createBody, pageQuery, updateBody, usageQuery } from "./schemas";
import type { BolnaSwitches } from "./switches";
import { type BolnaUsage, noUsage } from "./usage";

/**
 * Bolna's sub-account API. The literal `create`, `all` and `all/usage` come before `{sub_account_id}`.
 * @see https://www.bolna.ai/docs/api-reference/sub-accounts/create and its neighbours
 */
export function bolnaRoutes(
  { store, switches, apiKey, rate, now, make }: World<BolnaAccount, BolnaAccount, BolnaSwitches>,
  /** Usage of accounts, by id. */
  usages: ReadonlyMap<string, BolnaUsage>,
): Hono<VendorEnv<BolnaAccount>> {
  const app = vendorApp<VendorEnv<BolnaAccount>>({
    refuse: (_, refusal) => answerRefusal(refusal, switches),
    admit: (c) => {
      authorize(store, apiKey, c.req.header("authorization"), switches);
      if (!switches.enterprise && c.req.path !== "/user/me") {
        throw new Refusal(403, "Sub-accounts are an enterprise feature");
      }
      if (!rate.take()) throw new Refusal(429, "Rate limit exceeded");
    },
  });

  // Names a person, not the organization.
  app.get("/user/me", (c) => {
    readQuery(c, noQuery);
    return c.json({
      id: userId,
      name: "Emulator",
      email: "emulator@example.com",
      wallet: 1000,
      concurrency: { max: switches.concurrencyPool, current: 0 },
    });
  });

  app.post("/sub-accounts/create", (c) => {
    readQuery(c, noQuery);
    const body = normalized(readBody(c, createBody(switches)), switches);
    refuseMissingDatabase(body, switches);
    refuseDuplicate(store.list(), body.name, undefined, switches);
    const asked = askedConcurrency(body, switches);
    if (switches.createChecksPool) refuseBeyondPool(store.list(), shareOfPool(asked), undefined, switches);
    const none = { allow_concurrent_calls: null, min_concurrency: null, max_concurrency: null };
    const account = make({ ...body, ...none, ...asked });
    c.env.session.put(account.id, account);
    const reply = createReply(account, switches);
    return c.json(switches.clampEchoes ? { ...reply, ...body } : reply);
  });

  app.get("/sub-accounts/all", (c) => {
    const items = ordered(c.env.session.list(), switches.listOrder).map((account) =>
      listItem(account, switches),
    );
    const { listEnvelope, emptyList } = switches;
    if (listEnvelope !== "paged") readQuery(c, noQuery);
    if (items.length === 0 && emptyList === "no body") return c.body(null);
    if (items.length === 0 && emptyList === "null") return c.json(null);
    if (listEnvelope === "array") return c.json(items);
    if (listEnvelope !== "paged") return c.json({ [listEnvelope]: items });
    return c.json(pageOf(items, readQuery(c, pageQuery), switches));
  });

  app.get("/sub-accounts/all/usage", (c) => {
    const usage = noUsage(readQuery(c, usageQuery), now());
    const accounts = c.env.session.list();
    return c.json(
      accounts.map(({ id, name }) => ({
        ...usage,
        ...usages.get(id),
        sub_account_id: id,
        sub_account_name: name,
      })),
    );
  });

  app.get("/sub-accounts/:id/usage", (c) => {
    const usage = noUsage(readQuery(c, usageQuery), now());
    const { id } = find(c.env.session, c.req.param("id"), switches.unknownIdStatus);
    return c.json({ ...usage, ...usages.get(id) });
  });

  app.patch("/sub-accounts/:id", (c) => {
    readQuery(c, noQuery);
    refuseEmptyPatch(readJson(c));
    const patch = normalized(readBody(c, updateBody(switches)), switches);
    const account = find(c.env.session, c.req.param("id"), switches.unknownIdStatus);
    if (patch.name !== undefined) refuseDuplicate(store.list(), patch.name, account.id, switches);
    const asked = askedConcurrency(patch, switches);
    refuseBeyondPool(store.list(), shareOfPool(asked), account.id, switches);
    const name = patch.name ?? account.name;
    c.env.session.put(account.id, { ...account, name, ...asked, updated_at: timestamp(now()) });
    return c.json({ message: "success", state: "updated" });
  });

  app.delete("/sub-accounts/:id", (c) => {
    readQuery(c, noQuery);
    refuseBody(c);
    const { id } = find(c.env.session, c.req.param("id"), switches.unknownDeleteStatus);
    c.env.session.remove(id);
    c.env.session.hide({ reads: switches.deletePending });
    return c.json({ message: "success", state: "deleted" });
  });

  return app;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function find(session: Session<BolnaAccount>, id: string, unknownStatus: number): BolnaAccount {
  if (!uuid.test(id)) throw badRequest([{ field: "sub_account_id", message: "must be a UUID" }]);
  const account = session.get(id.toLowerCase());
  if (!account) throw new Refusal(unknownStatus, "Sub-account not found");
  return account;
}

/**
 * Throws for any key but the organization's. The texts follow the vendor's own client: 403 `{"detail": ...}`.
 * @see https://github.com/bolna-ai/mcp
 */
function authorize(
  accounts: Store<BolnaAccount>,
  apiKey: string,
  authorization: string | undefined,
  switches: BolnaSwitches,
): void {
  const key = bearerKey(authorization);
  if (key === undefined) throw new Refusal(switches.badKeyStatus, "Not authenticated");
  if (key !== apiKey) {
    if (!accounts.list().some(({ api_key }) => api_key === key)) {
      throw new Refusal(switches.badKeyStatus, "Unrecognized access token");
    }
    throw new Refusal(403, "Sub-account access tokens cannot manage sub-accounts");
  }
}
