import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest, noon, text } from "./support";

const base = "/v1/subaccounts";
const keys = "/v1/api-keys";
const at = noon.toISOString();

describe("bctrl's keys", () => {
  it("are created with 201 and show their secret only in that reply", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const send = newest(bctrl);
    const asked = { name: "backend", subaccountId: id, expiresAt: "2027-01-01T01:00:00+01:00" };
    const created = await send("POST", keys, { ...asked, scopes: ["*"], type: "subaccount" });
    expect(created.status).toBe(201);
    const data = {
      object: "api_key",
      id: expect.any(String),
      name: "backend",
      keyPrefix: expect.stringMatching(/^bctrl_[a-z0-9]{10}$/),
      type: "subaccount",
      subaccountId: id,
      scopes: ["*"],
      createdAt: at,
      updatedAt: at,
      expiresAt: "2027-01-01T00:00:00.000Z",
      lastUsedAt: null,
      usageCount: 0,
    };
    expect(created.body).toEqual({ data, secret: expect.stringMatching(/^bctrl_[a-z0-9]{32}$/) });
    const secret = text(created.body, "secret");
    expect(secret.startsWith(text(created.body, "data", "keyPrefix"))).toBe(true);
    const listed = await send("GET", keys);
    expect(listed.body).toEqual({ data: [data], hasMore: false, nextCursor: null });
    expect(JSON.stringify([listed.body, bctrl.keys(), bctrl.accounts()])).not.toContain(secret);
    expect(bctrl.accountOfKey(secret)).toBe(id);
  });

  it("belong to the organization without subaccountId, and then manage", async () => {
    const { bctrl } = await emulate();
    const { body } = await newest(bctrl)("POST", keys, {});
    expect(dig(body, "data")).toMatchObject({ type: "organization", subaccountId: null, name: null });
    const secret = text(body, "secret");
    expect((await client(bctrl, secret)("GET", base)).status).toBe(200);
    expect(bctrl.keyWorks(secret)).toBe(true);
    expect(bctrl.accountOfKey(secret)).toBeUndefined();
    expect((await client(bctrl, secret)("GET", "/v1/auth/whoami")).body).toMatchObject({
      scope: "organization",
      keyId: text(body, "data", "id"),
    });
  });

  it("are filtered by account and by type", async () => {
    const { bctrl } = await emulate();
    const [one, two] = [bctrl.seed(), bctrl.seed()];
    const first = bctrl.addKey(one.id);
    const second = bctrl.addKey(two.id);
    const send = newest(bctrl);
    const organization = text((await send("POST", keys, {})).body, "data", "id");
    const ids = async (query: string) => {
      const { body } = await send("GET", `${keys}?${query}`);
      return [0, 1, 2].map((index) => dig(body, "data", index, "id")).filter(Boolean);
    };
    expect(await ids("")).toEqual([organization, second.id, first.id]);
    expect(await ids("order=asc")).toEqual([first.id, second.id, organization]);
    expect(await ids(`subaccountId=${one.id}`)).toEqual([first.id]);
    expect(await ids("subaccountId=none")).toEqual([]);
    expect(await ids("type=organization")).toEqual([organization]);
    expect(await ids("type=agent")).toEqual([]);
  });

  it("end at once when revoked, and leave the listing", async () => {
    const { bctrl } = await emulate();
    const { id, key } = bctrl.addKey(bctrl.seed().id);
    const send = newest(bctrl);
    expect(await send("DELETE", `${keys}/${id}`)).toMatchObject({
      status: 200,
      body: { deleted: true, id, object: "api_key" },
    });
    expect(bctrl.keyWorks(key)).toBe(false);
    expect((await send("GET", keys)).body).toMatchObject({ data: [] });
    expect(bctrl.keys()).toMatchObject([{ id, revokedAt: at }]);
    expect(await send("DELETE", `${keys}/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: "api_key.not_found" } },
    });
    bctrl.switches.secondRevoke = 200;
    expect((await client(bctrl)("DELETE", `${keys}/${id}`)).body).toEqual({ deleted: true, id });
  });

  it("end when they expire, by the injected clock, and leave the listing", async () => {
    let now = noon;
    const { bctrl } = await emulate({ now: () => now });
    const { key } = bctrl.addKey(bctrl.seed().id, { expiresAt: "2026-03-10T12:00:01.000Z" });
    expect(bctrl.keyWorks(key)).toBe(true);
    now = new Date(noon.getTime() + 1000);
    expect(bctrl.keyWorks(key)).toBe(false);
    expect((await client(bctrl, key)("GET", "/v1/auth/whoami")).status).toBe(401);
    expect((await client(bctrl)("GET", keys)).body).toMatchObject({ data: [] });
  });

  it("say whose they are, count their use, and manage nothing if they are an account's", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const { id: keyId, key } = bctrl.addKey(id);
    const whoami = await newest(bctrl, key)("GET", "/v1/auth/whoami");
    const scope = { scope: "subaccount", subaccountId: id };
    expect(whoami.body).toMatchObject({ ...scope, object: "identity", effectiveScope: scope, keyId });
    expect((await newest(bctrl)("GET", "/v1/auth/whoami")).body).toMatchObject({
      scope: "organization",
      subaccountId: null,
      plan: "business",
    });
    for (const [method, path] of [
      ["GET", base],
      ["POST", `${base}/${id}/archive`],
      ["GET", keys],
      ["GET", "/v1/usage"],
      ["PATCH", `/v2/subaccounts/${id}/limits`],
    ] as const) {
      const flat = await client(bctrl, key)(method, path);
      expect(flat).toMatchObject({ status: 403, body: { code: "auth.forbidden" } });
    }
    expect((await newest(bctrl, key)("GET", base)).body).toMatchObject({
      error: { code: "subaccounts.access_denied", reasonClass: "capability_denied" },
    });
    expect(bctrl.keys()).toMatchObject([{ usageCount: 7, lastUsedAt: at }]);
  });

  it.each([
    ["an unknown field", { scope: "x" }, "scope"],
    ["an empty name", { name: "" }, "name"],
    ["another scope", { scopes: ["read"] }, "scopes.0"],
    ["an expiry without a zone", { expiresAt: "2027-01-01T00:00:00" }, "expiresAt"],
    ["an expiry in the past", { expiresAt: at }, "expiresAt"],
    ["a type that does not go with the account", { type: "subaccount" }, "type"],
    ["a type that there is not", { type: "agent" }, "type"],
  ])("are refused with %s", async (_, body, field) => {
    const { bctrl } = await emulate();
    const reply = await newest(bctrl)("POST", keys, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { details: { field } } } });
    expect(bctrl.keys()).toEqual([]);
  });

  it("have no type to ask for in v1", async () => {
    const { bctrl } = await emulate();
    expect((await client(bctrl)("POST", keys, { type: "organization" })).status).toBe(400);
    expect((await client(bctrl)("GET", `${keys}?type=agent`)).status).toBe(400);
  });
});

describe("bctrl's switches for keys", () => {
  it("keyCreateOnArchived and archivedKeysWork", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed({ status: "archived" });
    const send = newest(bctrl);
    expect(await send("POST", keys, { subaccountId: id })).toMatchObject({
      status: 403,
      body: { error: { code: "subaccount.archived" } },
    });
    bctrl.switches.keyCreateOnArchived = "ok";
    const { body } = await send("POST", keys, { subaccountId: id });
    expect(bctrl.keyWorks(text(body, "secret"))).toBe(false);
    bctrl.switches.archivedKeysWork = true;
    expect(bctrl.keyWorks(text(body, "secret"))).toBe(true);
  });

  it.each([
    [400, "request.invalid"],
    [403, "api_keys.subaccount_access_denied"],
    [404, "subaccount.not_found"],
  ] as const)("keyCreateForUnknown: %s", async (keyCreateForUnknown, code) => {
    const { bctrl } = await emulate({ bctrl: { keyCreateForUnknown } });
    const reply = await newest(bctrl)("POST", keys, { subaccountId: "none" });
    expect(reply).toMatchObject({ status: keyCreateForUnknown, body: { error: { code } } });
  });

  it("pastExpiry: accepts", async () => {
    const { bctrl } = await emulate({ bctrl: { pastExpiry: "accept" } });
    const { status, body } = await newest(bctrl)("POST", keys, { expiresAt: at });
    expect(status).toBe(201);
    expect(bctrl.keyWorks(text(body, "secret"))).toBe(false);
  });

  it("shortKeyPrefix: shortens with dots", async () => {
    const { bctrl } = await emulate({ bctrl: { shortKeyPrefix: 8 } });
    const { key } = bctrl.addKey(bctrl.seed().id);
    const { body } = await newest(bctrl)("GET", keys);
    expect(dig(body, "data", 0, "keyPrefix")).toBe(`${key.slice(0, 8)}...`);
  });
});
