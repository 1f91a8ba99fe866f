import type { Context, Hono } from "hono";
import { z } from "zod";
import { noQuery, readBody, readQuery } from "../core/input";
import { Refusal } from "../core/refusal";
import type { BctrlAccount } from "./account";
import type { BctrlEnv, BctrlWorld, Once } from "./call";
import { answered } from "./face";
import { accountIn } from "./records";

/** Whole US cents a calendar month; null for no cap. */
const capBody = z.strictObject({ amount: z.int().min(0).nullable(), currency: z.literal("USD") });

/**
 * The spending cap of a space: the organization's key names the sub-account by a header. Only default spaces are here.
 * @see https://github.com/bctrlhq/sdk-py, `spaces.spending_cap`
 */
export function capRoutes(app: Hono<BctrlEnv>, once: Once, { switches, now }: BctrlWorld): void {
  const path = "/v1/spaces/:id/spending-cap";

  const find = (c: Context<BctrlEnv>): BctrlAccount => {
    const account = accountIn(c.env.session, c.req.header("bctrl-subaccount-id") ?? "");
    if (account && account.defaultSpaceId === c.req.param("id")) return account;
    throw new Refusal(404, "Space not found", { code: "space.not_found" });
  };

  const reply = (c: Context<BctrlEnv>, { defaultSpaceId, spendingCap }: BctrlAccount) => {
    const at = now();
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
    const [start, end] = [month, month + 1].map((each) => new Date(Date.UTC(year, each)).toISOString());
    return answered(c.get("face"), "spending_cap", {
      amount: spendingCap,
      currency: "USD",
      period: { start, end },
      scope: "space",
      spaceId: defaultSpaceId,
      status: spendingCap === null ? "disabled" : spendingCap === 0 ? "reached" : "ok",
      usage: { amount: 0, currency: "USD" },
      warnAtPercent: 80,
    });
  };

  app.get(path, (c) => {
    readQuery(c, noQuery);
    return c.json(reply(c, find(c)));
  });

  app.patch(path, (c) =>
    once(c, () => {
      readQuery(c, noQuery);
      const { amount } = readBody(c, capBody);
      const account = find(c);
      if (switches.spendingCapByKey === 403) {
        throw new Refusal(403, "People set the spending cap", { code: "spending_cap.update_forbidden" });
      }
      const stored = amount === null ? null : (switches.clampSpendingCap ?? amount);
      const next = { ...account, spendingCap: stored };
      c.env.session.put(account.id, next);
      return { status: 200, id: account.id, body: reply(c, next) };
    }),
  );
}
