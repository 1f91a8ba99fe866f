import { describe, expect, it } from "vitest";
import { client, dig, emulate, noon, text } from "./support";

const base = "/v1/sub-accounts";

describe("Zavu's switches", () => {
  it("duplicateExternalId: accepts, or answers 409 on create and PATCH", async () => {
    const { zavu } = await emulate();
    const send = client(zavu);
    zavu.seed({ externalId: "t" });
    expect((await send("POST", base, { name: "A", externalId: "t" })).status).toBe(201);
    zavu.switches.duplicateExternalId = 409;
    expect(await send("POST", base, { name: "B", externalId: "t" })).toMatchObject({
      status: 409,
      body: { code: "conflict" },
    });
    const other = zavu.seed();
    expect((await send("PATCH", `${base}/${other.id}`, { externalId: "t" })).status).toBe(409);
  });

  it("duplicateCountsInactive: an inactive account may or may not hold its externalId", async () => {
    const { zavu } = await emulate({ zavu: { duplicateExternalId: 409 } });
    const send = client(zavu);
    const { id } = zavu.seed({ externalId: "t", status: "inactive" });
    expect((await send("PATCH", `${base}/${id}`, { externalId: "t" })).status).toBe(200);
    expect((await send("POST", base, { name: "A", externalId: "t" })).status).toBe(409);
    zavu.switches.duplicateCountsInactive = false;
    expect((await send("POST", base, { name: "A", externalId: "t" })).status).toBe(201);
  });

  it("emptyName, patchNameMaxLength and emptyPatch", async () => {
    const { zavu } = await emulate({
      zavu: { emptyName: "accept", patchNameMaxLength: 500, emptyPatch: 400 },
    });
    const send = client(zavu);
    expect((await send("POST", base, { name: "" })).status).toBe(201);
    const path = `${base}/${zavu.accounts()[0]?.id}`;
    expect((await send("PATCH", path, { name: "x".repeat(500) })).status).toBe(200);
    expect((await send("PATCH", path, { name: "x".repeat(501) })).status).toBe(400);
    expect((await send("PATCH", path, {})).status).toBe(400);
    zavu.switches.emptyPatch = "ok";
    expect((await send("PATCH", path, {})).status).toBe(200);
  });

  it("inactiveInList, getInactive, patchInactive and secondDelete", async () => {
    const { zavu } = await emulate();
    const send = client(zavu);
    const { id } = zavu.seed({ status: "inactive" });
    const path = `${base}/${id}`;
    expect(dig((await send("GET", base)).body, "items", 0, "id")).toBe(id);
    expect((await send("GET", path)).status).toBe(200);
    expect((await send("PATCH", path, { name: "B" })).status).toBe(200);
    expect((await send("DELETE", path)).status).toBe(200);
    Object.assign(zavu.switches, {
      inactiveInList: false,
      getInactive: 404,
      patchInactive: 400,
      secondDelete: 404,
    });
    expect((await send("GET", base)).body).toEqual({ items: [], nextCursor: null });
    expect((await send("GET", path)).status).toBe(404);
    expect((await send("PATCH", path, { name: "C" })).status).toBe(400);
    expect((await send("DELETE", path)).status).toBe(404);
    expect((await send("PATCH", path, { name: "C", status: "active" })).status).toBe(200);
  });

  it.each([
    ["replace", "removes", { b: null, c: 3 }],
    ["merge", "removes", { a: 1, c: 3 }],
    ["merge", "stores", { a: 1, b: null, c: 3 }],
    ["merge", "ignored", { a: 1, b: 2, c: 3 }],
  ] as const)("metadata %s, null %s", async (metadata, mergeNull, expected) => {
    const { zavu } = await emulate({ zavu: { metadata, mergeNull } });
    const { id } = zavu.seed({ metadata: { a: 1, b: 2 } });
    await client(zavu)("PATCH", `${base}/${id}`, { metadata: { b: null, c: 3 } });
    expect(zavu.accounts()[0]?.metadata).toEqual(expected);
  });

  it("statusInactiveRevokesKeys: suspending keeps the keys, or revokes them", async () => {
    const { zavu } = await emulate();
    const send = client(zavu);
    const { id, apiKey } = zavu.seed();
    await send("PATCH", `${base}/${id}`, { status: "inactive" });
    expect(zavu.keyWorks(apiKey)).toBe(false);
    await send("PATCH", `${base}/${id}`, { status: "active" });
    expect(zavu.keyWorks(apiKey)).toBe(true);
    zavu.switches.statusInactiveRevokesKeys = true;
    await send("PATCH", `${base}/${id}`, { status: "inactive" });
    await send("PATCH", `${base}/${id}`, { status: "active" });
    expect(zavu.keyWorks(apiKey)).toBe(false);
  });

  it("zeroLimitReadsAs and unsetReadsAs", async () => {
    const { zavu } = await emulate();
    const { id } = zavu.seed({ creditLimit: 0 });
    const read = async () => dig((await client(zavu)("GET", `${base}/${id}`)).body, "subAccount");
    expect(await read()).toMatchObject({ creditLimit: 0, externalId: null, metadata: null });
    zavu.switches.zeroLimitReadsAs = null;
    expect(await read()).toMatchObject({ creditLimit: null });
    Object.assign(zavu.switches, { zeroLimitReadsAs: "absent", unsetReadsAs: "absent" });
    expect(Object.keys(Object(await read())).sort()).toEqual([
      "createdAt",
      "id",
      "name",
      "status",
      "totalSpent",
    ]);
  });

  it("clampCreditLimit: silently stores another limit", async () => {
    const { zavu } = await emulate({ zavu: { clampCreditLimit: 10_000 } });
    const send = client(zavu);
    const created = await send("POST", base, { name: "A", creditLimit: 5000 });
    expect(dig(created.body, "subAccount", "creditLimit")).toBe(10_000);
    const path = `${base}/${text(created.body, "subAccount", "id")}`;
    await send("PATCH", path, { creditLimit: null });
    expect(zavu.accounts()[0]?.creditLimit).toBeNull();
    await send("PATCH", path, { creditLimit: 1 });
    expect(zavu.accounts()[0]?.creditLimit).toBe(10_000);
  });

  it("errorEnvelope: nested", async () => {
    const { zavu } = await emulate({ zavu: { errorEnvelope: "nested" } });
    const { body } = await client(zavu)("GET", `${base}/none`);
    expect(body).toEqual({ error: { code: "not_found", message: "Sub-account not found" } });
  });

  it("revokedKeysInList, secondRevoke, keyCreateStatus and keyCreateOnInactive", async () => {
    const { zavu } = await emulate({
      zavu: { revokedKeysInList: false, secondRevoke: 204, keyCreateStatus: 200 },
    });
    const send = client(zavu);
    const { id } = zavu.seed();
    const path = `${base}/${id}/api-keys`;
    const created = await send("POST", path, { name: "k" });
    expect(created.status).toBe(200);
    const key = `${path}/${text(created.body, "apiKey", "id")}`;
    expect((await send("DELETE", key)).status).toBe(204);
    expect((await send("DELETE", key)).status).toBe(204);
    zavu.switches.secondRevoke = 404;
    expect((await send("DELETE", key)).status).toBe(404);
    expect(dig((await send("GET", path)).body, "items", 1)).toBeUndefined();
    zavu.change(id, { status: "inactive" });
    expect((await send("POST", path, { name: "k" })).status).toBe(400);
    zavu.switches.keyCreateOnInactive = "ok";
    expect((await send("POST", path, { name: "k" })).status).toBe(200);
  });

  it("listOrder, pageSize, limitAboveMaximum and lastPageCursor", async () => {
    const { zavu } = await emulate({
      zavu: { listOrder: "oldest", pageSize: 2, limitAboveMaximum: "clamp", lastPageCursor: "" },
    });
    zavu.seedMany(4);
    const send = client(zavu);
    const first = await send("GET", `${base}?limit=1000`);
    expect(first.body).toMatchObject({ items: [{ name: "Foreign 0" }, { name: "Foreign 1" }] });
    const second = await send("GET", `${base}?cursor=${text(first.body, "nextCursor")}`);
    expect(second.body).toMatchObject({
      items: [{ name: "Foreign 2" }, { name: "Foreign 3" }],
      nextCursor: "",
    });
  });

  it("repeatCursor: the last page leads to itself for ever, also when it is the first", async () => {
    const { zavu } = await emulate({ zavu: { repeatCursor: true } });
    zavu.seedMany(3);
    const send = client(zavu);
    const only = await send("GET", base);
    const again = await send("GET", `${base}?cursor=${text(only.body, "nextCursor")}`);
    expect(again.body).toEqual(only.body);
    const first = await send("GET", `${base}?limit=2`);
    const cursor = text(first.body, "nextCursor");
    expect((await send("GET", `${base}?limit=2&cursor=${cursor}`)).body).toMatchObject({
      items: [{}],
      nextCursor: cursor,
    });
  });

  it("enforceRateLimit: counts by the minute and answers 429 with Retry-After", async () => {
    let now = noon.getTime() + 45_000;
    const { zavu } = await emulate({
      now: () => new Date(now),
      zavu: { enforceRateLimit: true, requestsPerMinute: 2 },
    });
    const send = client(zavu);
    expect((await send("GET", base)).headers.get("x-ratelimit-remaining")).toBe("1");
    expect((await send("GET", base)).headers.get("x-ratelimit-remaining")).toBe("0");
    const refused = await send("GET", base);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      code: "rate_limited",
      details: { retryAfter: noon.getTime() + 60_000 },
    });
    expect(refused.headers.get("retry-after")).toBe("15");
    zavu.switches.rateLimitResetUnit = "s";
    now += 15_000;
    const next = await send("GET", base);
    expect(next.status).toBe(200);
    expect(next.headers.get("x-ratelimit-reset")).toBe(String(noon.getTime() / 1000 + 120));
  });
});
