import { describe, expect, it } from "vitest";
import { client, emulate, newest, noon, text } from "./support";

const base = "/v1/subaccounts";
const keys = "/v1/api-keys";
const once = { "idempotency-key": "k1" };
const body = { name: "A" };

describe("bctrl's Idempotency-Key", () => {
  it("has the same request done once and replays its reply, even if the account has changed since", async () => {
    const { bctrl } = await emulate();
    const send = newest(bctrl);
    const first = await send("POST", base, body, once);
    bctrl.archive(text(first.body, "id"));
    const again = await send("POST", base, body, once);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(bctrl.accounts()).toHaveLength(1);
  });

  it("covers update, archive, and the creation and revocation of keys", async () => {
    const { bctrl } = await emulate({ bctrl: { secondArchive: 404 } });
    const { id } = bctrl.seed();
    const send = newest(bctrl);
    const twice = async (method: string, path: string, body?: unknown) => {
      const headers = { "idempotency-key": `${method} ${path}` };
      const first = await send(method, path, body, headers);
      expect(await send(method, path, body, headers)).toMatchObject({
        status: first.status,
        body: first.body,
      });
      return first;
    };
    expect((await twice("PATCH", `${base}/${id}`, { name: "B" })).status).toBe(200);
    const created = await twice("POST", keys, { subaccountId: id });
    expect(created.status).toBe(201);
    expect(bctrl.keys()).toHaveLength(1);
    expect((await twice("DELETE", `${keys}/${text(created.body, "data", "id")}`)).status).toBe(200);
    expect((await twice("POST", `${base}/${id}/archive`)).status).toBe(200);
  });

  it("is refused with 409 for another body, path or method", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const send = newest(bctrl);
    await send("PATCH", `${base}/${id}`, body, once);
    const mismatch = {
      status: 409,
      body: { error: { code: "idempotency.mismatch", reasonClass: "conflict" } },
    };
    expect(await send("PATCH", `${base}/${id}`, { name: "B" }, once)).toMatchObject(mismatch);
    expect(await send("PATCH", `${base}/${bctrl.seed().id}`, body, once)).toMatchObject(mismatch);
    expect(await send("POST", base, body, once)).toMatchObject(mismatch);
    expect(bctrl.accounts()).toHaveLength(2);
  });

  it("is forgotten when its retention ends", async () => {
    let now = noon;
    const { bctrl } = await emulate({ now: () => now, bctrl: { idempotencyRetentionMs: 1000 } });
    const send = newest(bctrl);
    await send("POST", base, body, once);
    now = new Date(noon.getTime() + 999);
    await send("POST", base, body, once);
    expect(bctrl.accounts()).toHaveLength(1);
    now = new Date(noon.getTime() + 1000);
    await send("POST", base, { name: "B" }, once);
    expect(bctrl.accounts()).toHaveLength(2);
  });

  it("survives a lost reply, and is not used up by a refusal", async () => {
    const emulator = await emulate();
    const { bctrl } = emulator;
    const send = newest(bctrl);
    expect((await send("POST", base, {}, once)).status).toBe(400);
    emulator.fault({ vendor: "bctrl", fault: { kind: "drop", when: "after" } });
    await expect(send("POST", base, body, once)).rejects.toThrow("fetch failed");
    expect((await send("POST", base, body, once)).status).toBe(201);
    expect(bctrl.accounts()).toHaveLength(1);
  });

  it("has requests that come at once done once", async () => {
    const { bctrl } = await emulate();
    const send = newest(bctrl);
    const replies = await Promise.all([1, 2, 3].map(() => send("POST", base, body, once)));
    expect(new Set(replies.map(({ body }) => text(body, "id"))).size).toBe(1);
    expect(bctrl.accounts()).toHaveLength(1);
  });

  it("must not be empty", async () => {
    const { bctrl } = await emulate();
    expect(await newest(bctrl)("POST", base, body, { "idempotency-key": "" })).toMatchObject({
      status: 400,
      body: { error: { code: "idempotency_key.invalid" } },
    });
  });

  it("is ignored by v1 and v2", async () => {
    const { bctrl } = await emulate();
    for (const path of [base, "/v2/subaccounts"]) {
      await client(bctrl)("POST", path, body, once);
      await client(bctrl)("POST", path, body, once);
    }
    expect(bctrl.accounts()).toHaveLength(4);
  });

  it("replaySecret: the same secret, or a fresh one of the same key that ends the one before", async () => {
    const { bctrl } = await emulate();
    const send = newest(bctrl);
    const asked = { subaccountId: bctrl.seed().id };
    const first = await send("POST", keys, asked, once);
    expect((await send("POST", keys, asked, once)).body).toEqual(first.body);
    bctrl.switches.replaySecret = "fresh";
    const fresh = await send("POST", keys, asked, once);
    expect(text(fresh.body, "data", "id")).toBe(text(first.body, "data", "id"));
    expect(bctrl.keyWorks(text(fresh.body, "secret"))).toBe(true);
    expect(bctrl.keyWorks(text(first.body, "secret"))).toBe(false);
    expect(bctrl.keys()).toHaveLength(1);
    bctrl.revokeKey(text(first.body, "data", "id"));
    expect((await send("POST", keys, asked, once)).body).toEqual(first.body);
    expect(bctrl.keyWorks(text(first.body, "secret"))).toBe(false);
  });
});
