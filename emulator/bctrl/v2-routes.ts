import type { Hono } from "hono";
import { normalized } from "../core/common-switches";
import { noQuery, readBody, readQuery } from "../core/input";
import type { BctrlEnv, BctrlWorld } from "./call";
import { applyV2Limits, refuseChange, refuseDuplicate } from "./changes";
import { accountIn, accountsIn } from "./records";
import { notFound } from "./refusals";
import { accountReplyV2 } from "./replies";
import { createBodyV2, limitsBodyV2 } from "./schemas";

/**
 * The two v2 calls that are documented.
 * @see https://platform.bctrl.ai/v2/api/api-reference/account/create-subaccount and update-limits beside it
 */
export function v2Routes(app: Hono<BctrlEnv>, { store, switches, now, make }: BctrlWorld): void {
  app.post("/v2/subaccounts", (c) => {
    readQuery(c, noQuery);
    const { name, externalId = null, metadata = null } = normalized(readBody(c, createBodyV2), switches);
    refuseDuplicate(accountsIn(store), { name, externalId }, undefined, switches);
    const account = make({ name, externalId, metadata });
    c.env.session.put(account.id, account);
    return c.json({ data: accountReplyV2(account, switches) });
  });

  app.patch("/v2/subaccounts/:id/limits", (c) => {
    readQuery(c, noQuery);
    const patch = readBody(c, limitsBodyV2);
    const account = accountIn(c.env.session, c.req.param("id"));
    if (!account) throw notFound();
    refuseChange(account, patch, switches);
    const next = applyV2Limits(account, patch, now());
    c.env.session.put(next.id, next);
    return c.json(switches.v2LimitsReply === "data" ? { data: next.v2Limits } : {});
  });
}
