import type { Hono } from "hono";
import { noQuery, readBody, readQuery, refuseBody } from "../core/input";
import { badRequest, Refusal } from "../core/refusal";
import { type BctrlKey, isLive, keyReply, newKey, newSecret } from "./api-key";
import type { BctrlEnv, BctrlWorld, Once } from "./call";
import { answered } from "./face";
import { listReply } from "./listing";
import { accountIn, keyIn, keysIn } from "./records";
import { isArchived } from "./refusals";
import { keyBody, keyListQuery } from "./schemas";

/**
 * bctrl's key API. It makes no agents' keys; it lists them.
 * @see https://platform.bctrl.ai/api/api-reference/api-keys/create
 */
export function keyRoutes(app: Hono<BctrlEnv>, once: Once, world: BctrlWorld): void {
  const { switches, now, random } = world;

  app.get("/v1/api-keys", (c) => {
    const face = c.get("face");
    const query = readQuery(c, keyListQuery(face, switches));
    const { subaccountId: asked, type: kind } = query;
    const shown = keysIn(c.env.session).filter(
      (key) =>
        isLive(key, now()) &&
        (asked === undefined || key.subaccountId === asked) &&
        (kind === undefined || key.type === kind),
    );
    const show = (key: BctrlKey) => keyReply(key, face, switches);
    return c.json(listReply(shown, query, { face, switches, show }));
  });

  app.post("/v1/api-keys", (c) => {
    const face = c.get("face");
    const shown = (key: BctrlKey) => {
      c.env.session.put(key.id, key);
      const body = { data: keyReply(key, face, switches), secret: key.secret };
      return { status: 201, id: key.id, body } as const;
    };
    const act = () => {
      readQuery(c, noQuery);
      const { subaccountId = null, ...fields } = readBody(c, keyBody(face, switches, now()));
      const type = subaccountId === null ? "organization" : "subaccount";
      if ((fields.type ?? type) !== type) {
        throw badRequest([{ field: "type", message: "does not go with subaccountId" }]);
      }
      if (subaccountId !== null) {
        const account = accountIn(c.env.session, subaccountId);
        if (!account) throw unknownAccount(switches.keyCreateForUnknown);
        if (account.status === "archived" && switches.keyCreateOnArchived === 403) throw isArchived(403);
      }
      const { name = null, expiresAt = null } = fields;
      return shown(newKey(world, { subaccountId, name, expiresAt }));
    };
    return once(c, act, (outcome) => {
      const key = keyIn(c.env.session, outcome.id);
      if (switches.replaySecret === "same" || !key || !isLive(key, now())) return outcome;
      return shown({ ...key, ...newSecret(random) });
    });
  });

  app.delete("/v1/api-keys/:id", (c) =>
    once(c, () => {
      readQuery(c, noQuery);
      refuseBody(c);
      const key = keyIn(c.env.session, c.req.param("id"));
      if (!key || (key.revokedAt !== null && switches.secondRevoke === 404)) {
        throw new Refusal(404, "API key not found", { code: "api_key.not_found" });
      }
      const { id, revokedAt } = key;
      c.env.session.put(id, { ...key, revokedAt: revokedAt ?? now().toISOString() });
      return { status: 200, id, body: answered(c.get("face"), "api_key", { deleted: true, id }) };
    }),
  );
}

function unknownAccount(status: 400 | 403 | 404): Refusal {
  const message = "unknown subaccount";
  if (status === 400) return badRequest([{ field: "subaccountId", message }]);
  const code = status === 403 ? "api_keys.subaccount_access_denied" : "subaccount.not_found";
  return new Refusal(status, message, { code });
}
