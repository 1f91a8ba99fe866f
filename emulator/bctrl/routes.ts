import type { Context, Hono } from "hono";
import { vendorApp } from "../core/app";
import { normalized } from "../core/common-switches";
import { noQuery, readBody, readQuery, refuseBody } from "../core/input";
import { refuseBeyond } from "../core/rate-window";
import { Refusal, refusalReply } from "../core/refusal";
import { refuseCall } from "../core/refused-calls";
import { archived, type BctrlAccount, noLimits } from "./account";
import { authenticate, whoIs } from "./auth";
import type { BctrlEnv, BctrlWorld, Once } from "./call";
import { capRoutes } from "./cap-routes";
import { applyUpdate, asAsked, refuseChange, refuseDuplicate, storedLimits } from "./changes";
import { refusalBody } from "./errors";
import { answered, type Face, faceOf } from "./face";
import { keyRoutes } from "./key-routes";
import { listReply, matching } from "./listing";
import { accountIn, accountsIn } from "./records";
import { notFound, refusals } from "./refusals";
import { accountReply } from "./replies";
import { createBody, type LimitsBody, listQuery, readOneQuery, updateBody, usageQuery } from "./schemas";
import { accountUsage, organizationUsage } from "./usage";
import { v2Routes } from "./v2-routes";

/**
 * bctrl's subaccount and key API. The literal `usage` comes before `{id}`.
 * @see https://platform.bctrl.ai/api/api-reference/account/create-subaccount and https://github.com/bctrlhq/sdk-js
 */
export function bctrlRoutes(world: BctrlWorld): Hono<BctrlEnv> {
  const { store, switches, apiKey, rate, now, make, requestId, usages, kept } = world;

  const faceHere = ({ req }: Context<BctrlEnv>) => faceOf(req.path, req.header("bctrl-version"), switches);
  const app = vendorApp<BctrlEnv>({
    refuse: (c, refusal) =>
      refusalReply(refusal, refusalBody(refusal, faceHere(c), switches, requestId(c.req.raw))),
    unknownRoute: "route.not_found",
    admit: (c) => {
      const face = faceHere(c);
      if (face === undefined) {
        throw new Refusal(400, "No such BCTRL-Version", { code: "request.version_unsupported" });
      }
      const caller = authenticate(store, apiKey, c.req.header("authorization"), { switches, now: now() });
      refuseBeyond(rate);
      if (caller.account && c.req.path !== "/v1/auth/whoami") {
        throw new Refusal(403, "A subaccount's key cannot manage the organization");
      }
      refuseCall(c.req, switches, refusals);
      c.set("face", face);
      c.set("caller", caller);
    },
  });

  const once: Once = (c, act, again = (outcome) => outcome) => {
    const key = c.get("face") === "current" ? c.req.header("idempotency-key") : undefined;
    if (key === "") throw new Refusal(400, "Empty Idempotency-Key", { code: "idempotency_key.invalid" });
    const request = `${c.req.method} ${c.req.path} ${c.env.text}`;
    const { status, body } = key === undefined ? act() : kept.once(key, request, act, again);
    return c.json(body, status);
  };

  const reply = (c: Context<BctrlEnv>, account: BctrlAccount, asked: LimitsBody | undefined) =>
    accountReply(asAsked(account, asked, switches), c.get("face"), switches);

  const usageOf = (account: BctrlAccount, face: Face) =>
    accountUsage(account, face, now(), usages.get(account.id));

  const find = (c: Context<BctrlEnv>): BctrlAccount => {
    const id = c.req.param("id") ?? "";
    const named = (): BctrlAccount[] =>
      c.get("face") === "current" && switches.resolvesNames
        ? accountsIn(c.env.session).filter(({ name }) => name === id)
        : [];
    const [account, another] = [accountIn(c.env.session, id) ?? named()].flat();
    if (another)
      throw new Refusal(409, "Several subaccounts have this name", { code: "resource.name_ambiguous" });
    if (!account) throw notFound();
    return account;
  };

  app.get("/v1/auth/whoami", (c) => {
    readQuery(c, noQuery);
    return c.json(whoIs(c.get("caller"), c.get("face"), switches));
  });

  app.get("/v1/usage", (c) => {
    readQuery(c, noQuery);
    return c.json(organizationUsage(c.get("face"), now(), switches));
  });

  app.post("/v1/subaccounts", (c) =>
    once(c, () => {
      readQuery(c, noQuery);
      const body = normalized(readBody(c, createBody(switches)), switches);
      const { name, externalId = null, metadata = null, limits = {} } = body;
      refuseDuplicate(accountsIn(store), { name, externalId }, undefined, switches);
      const account = make({
        name,
        externalId,
        metadata,
        limits: storedLimits(noLimits, limits, switches),
      });
      c.env.session.put(account.id, account);
      return { status: 201, id: account.id, body: reply(c, account, limits) };
    }),
  );

  app.get("/v1/subaccounts", (c) => {
    const face = c.get("face");
    const query = readQuery(c, listQuery(face, switches));
    const show = (account: BctrlAccount) => ({
      ...accountReply(account, face, switches),
      ...(query.include && { usage: usageOf(account, face) }),
    });
    const shown = matching(accountsIn(c.env.session), query, switches);
    return c.json(listReply(shown, query, { face, switches, show }));
  });

  app.get("/v1/subaccounts/usage", (c) => {
    const face = c.get("face");
    const query = readQuery(c, usageQuery(face, switches));
    const show = (account: BctrlAccount) => usageOf(account, face);
    return c.json(listReply(accountsIn(c.env.session), query, { face, switches, show }));
  });

  app.get("/v1/subaccounts/:id", (c) => {
    const { include } = readQuery(c, readOneQuery);
    const account = find(c);
    if (account.status === "archived" && switches.getArchived === 404) throw notFound();
    const face = c.get("face");
    return c.json({
      ...accountReply(account, face, switches, "single read"),
      ...(include && { usage: usageOf(account, face) }),
    });
  });

  app.patch("/v1/subaccounts/:id", (c) =>
    once(c, () => {
      readQuery(c, noQuery);
      const patch = normalized(readBody(c, updateBody(switches)), switches);
      const account = find(c);
      refuseChange(account, patch, switches);
      refuseDuplicate(accountsIn(store), patch, account.id, switches);
      const next = applyUpdate(account, patch, { switches, now: now() });
      c.env.session.put(next.id, next);
      return { status: 200, id: next.id, body: reply(c, next, patch.limits) };
    }),
  );

  app.post("/v1/subaccounts/:id/archive", (c) =>
    once(c, () => {
      readQuery(c, noQuery);
      refuseBody(c);
      const account = find(c);
      if (account.status === "archived" && switches.secondArchive === 404) throw notFound();
      c.env.session.put(account.id, archived(account, now()));
      const { id } = account;
      return { status: 200, id, body: answered(c.get("face"), "subaccount", { archived: true, id }) };
    }),
  );

  capRoutes(app, once, world);
  keyRoutes(app, once, world);
  v2Routes(app, world);
  return app;
}
