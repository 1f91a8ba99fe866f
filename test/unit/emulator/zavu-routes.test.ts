import { describe, expect, it } from "vitest";
import { client, dig, emulate, noon, text } from "./support";

const base = "/v1/sub-accounts";

describe("Zavu's routes", () => {
  it("creates an account with 201 and shows its key only in that reply", async () => {
    const { zavu } = await emulate();
    const send = client(zavu);
    const created = await send("POST", base, {
      name: "Acme",
      externalId: "t1",
      creditLimit: 50,
      metadata: { a: [1] },
    });
    const account = {
      id: expect.stringMatching(/^jx7[a-z0-9]{12}$/),
      name: "Acme",
      externalId: "t1",
      status: "active",
      creditLimit: 50,
      totalSpent: 0,
      metadata: { a: [1] },
      createdAt: noon.toISOString(),
    };
    expect(created.status).toBe(201);
    const apiKey = expect.stringMatching(/^zv_live_sub_[a-z0-9]{32}$/);
    expect(created.body).toEqual({ subAccount: { ...account, apiKey } });
    const id = text(created.body, "subAccount", "id");
    expect((await send("GET", `${base}/${id}`)).body).toEqual({ subAccount: account });
    expect((await send("GET", base)).body).toEqual({ items: [account], nextCursor: null });
    expect(zavu.keyWorks(text(created.body, "subAccount", "apiKey"))).toBe(true);
    expect(zavu.accountOfKey(text(created.body, "subAccount", "apiKey"))).toBe(id);
  });

  it("lists the first key by a true prefix of it, without its secret", async () => {
    const { zavu } = await emulate();
    const { id, apiKey } = zavu.seed();
    const { body } = await client(zavu)("GET", `${base}/${id}/api-keys`);
    const [key] = zavu.accounts()[0]?.keys ?? [];
    expect(body).toEqual({ items: [key] });
    expect(key).toMatchObject({
      name: "Default",
      createdAt: noon.getTime(),
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(apiKey.startsWith(String(key?.keyPrefix))).toBe(true);
    expect(JSON.stringify(body)).not.toContain(apiKey);
    expect(JSON.stringify(zavu.accounts())).not.toContain(apiKey);
  });

  it("changes just the fields of a PATCH, and takes null for the limit", async () => {
    const { zavu } = await emulate();
    const { id } = zavu.seed({ name: "Old", creditLimit: 5, externalId: "e" });
    const send = client(zavu);
    expect((await send("PATCH", `${base}/${id}`, { name: "New" })).body).toMatchObject({
      subAccount: { name: "New", creditLimit: 5, externalId: "e" },
    });
    expect((await send("PATCH", `${base}/${id}`, { creditLimit: null })).status).toBe(200);
    expect(zavu.accounts()).toMatchObject([{ name: "New", creditLimit: null }]);
  });

  it("deactivates on DELETE, revoking every key, and re-activates without bringing keys back", async () => {
    const { zavu } = await emulate();
    const { id, apiKey } = zavu.seed();
    zavu.addKey(id, { name: "second" });
    const send = client(zavu);
    const deleted = await send("DELETE", `${base}/${id}`);
    expect(deleted).toMatchObject({
      status: 200,
      body: { message: "Sub-account deactivated", keysRevoked: 2 },
    });
    expect((await send("PATCH", `${base}/${id}`, { status: "active" })).status).toBe(200);
    expect(zavu.accounts()[0]?.status).toBe("active");
    expect(zavu.keyWorks(apiKey)).toBe(false);
  });

  it("creates, lists and revokes further keys", async () => {
    const { zavu } = await emulate();
    const { id } = zavu.seed();
    const send = client(zavu);
    const path = `${base}/${id}/api-keys`;
    const created = await send("POST", path, {
      name: "test",
      environment: "test",
      permissions: ["messages:send"],
    });
    expect(created.status).toBe(201);
    const key = expect.stringMatching(/^zv_test_sub_/);
    expect(created.body).toEqual({
      apiKey: { id: expect.any(String), key, name: "test", environment: "test" },
    });
    const keyId = text(created.body, "apiKey", "id");
    expect(zavu.keyWorks(text(created.body, "apiKey", "key"))).toBe(true);
    const revoked = await send("DELETE", `${path}/${keyId}`);
    expect(revoked).toMatchObject({ status: 204, body: undefined });
    expect(zavu.keyWorks(text(created.body, "apiKey", "key"))).toBe(false);
    const { body } = await send("GET", path);
    expect(dig(body, "items", 1)).toMatchObject({
      permissions: ["messages:send"],
      revokedAt: noon.getTime(),
    });
  });

  it("reports spending per account, and the team's balance", async () => {
    const { zavu } = await emulate();
    const { id, apiKey } = zavu.seed({ totalSpent: 30, creditLimit: 100 });
    const spending = {
      balance: 999_970,
      currency: "usd",
      creditLimit: 100,
      totalSpent: 30,
      isSubAccount: true,
    };
    expect((await client(zavu)("GET", `${base}/${id}/balance`)).body).toEqual(spending);
    expect((await client(zavu, apiKey)("GET", "/v1/balance")).body).toEqual(spending);
    expect((await client(zavu)("GET", "/v1/balance")).body).toMatchObject({
      isSubAccount: false,
      creditLimit: null,
    });
  });

  it("tells whose key it is, and then knows that the key was used", async () => {
    const { zavu } = await emulate();
    const { id, apiKey } = zavu.seed();
    expect((await client(zavu)("GET", "/v1/me")).body).toMatchObject({
      project: { isSubAccount: false },
      isTestMode: false,
    });
    expect((await client(zavu, apiKey)("GET", "/v1/me")).body).toMatchObject({
      project: { isSubAccount: true, id },
    });
    expect(zavu.accounts()[0]?.keys[0]?.lastUsedAt).toBe(noon.getTime());
  });

  it("pages through a listing, each account once, even if one is created meanwhile", async () => {
    const { zavu } = await emulate();
    zavu.seedMany(7);
    const send = client(zavu);
    const names: unknown[] = [];
    let cursor = "";
    do {
      const { body } = await send("GET", `${base}?limit=3${cursor}`);
      names.push(
        ...[0, 1, 2].map((index) => dig(body, "items", index, "name")).filter((name) => name !== undefined),
      );
      zavu.seed({ name: "Late" });
      const next = dig(body, "nextCursor");
      cursor = typeof next === "string" ? `&cursor=${next}` : "";
    } while (cursor !== "");
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `Foreign ${index}`));
  });

  it("sends rate-limit headers and a request id with every reply", async () => {
    const { zavu } = await emulate();
    for (const path of [base, "/v1/nothing"]) {
      const { headers } = await client(zavu)("GET", path);
      expect(headers.get("x-request-id")).toMatch(/^req_/);
      expect(headers.get("x-ratelimit-limit")).toBe("600");
      expect(headers.get("x-ratelimit-remaining")).toBe("600");
      expect(headers.get("x-ratelimit-reset")).toBe(String(noon.getTime() + 60_000));
    }
  });
});
