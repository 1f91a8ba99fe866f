import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest, noon, text } from "./support";

const base = "/v1/subaccounts";
const at = noon.toISOString();
const full = {
  name: "Acme",
  externalId: "t1",
  metadata: { a: [1] },
  limits: { maxActiveRuns: 5, maxSpaces: null, monthlyCreditLimit: 0.5 },
};
const account = {
  ...full,
  id: expect.stringMatching(/^[A-Za-z0-9_-]{21}$/),
  status: "active",
  defaultSpaceId: expect.stringMatching(/^sp_u[\w-]{22}$/),
  createdAt: at,
  updatedAt: at,
  archivedAt: null,
};
const thisMonth = { startedAt: "2026-03-01T00:00:00.000Z", endsAt: "2026-04-01T00:00:00.000Z" };

describe("bctrl in its newest version", () => {
  it("creates an account with 201, bare, without any key, and says what each object is", async () => {
    const { bctrl } = await emulate();
    const send = newest(bctrl);
    const created = await send("POST", base, full);
    expect(created).toMatchObject({ status: 201, body: { ...account, object: "subaccount" } });
    expect(Object.keys(Object(created.body)).sort()).toEqual([...Object.keys(account), "object"].sort());
    expect((await send("GET", `${base}/${text(created.body, "id")}`)).body).toEqual(created.body);
    expect((await send("GET", base)).body).toEqual({
      data: [created.body],
      hasMore: false,
      nextCursor: null,
    });
    expect(bctrl.keys()).toEqual([]);
  });

  it("creates without any limit unless asked", async () => {
    const { bctrl } = await emulate();
    expect((await newest(bctrl)("POST", base, { name: "A" })).body).toMatchObject({
      limits: { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: null },
      externalId: null,
      metadata: null,
    });
  });

  it("changes just the fields of a PATCH, and clears by null", async () => {
    const { bctrl } = await emulate({ now: () => new Date(noon.getTime() + 1000) });
    const { id } = bctrl.seed(full);
    const send = newest(bctrl);
    const patched = await send("PATCH", `${base}/${id}`, { name: "New", limits: { maxActiveRuns: null } });
    expect(patched.status).toBe(200);
    const limits = { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: 0.5 };
    expect(patched.body).toMatchObject({ ...full, name: "New", limits });
    expect(dig(patched.body, "updatedAt")).toBe("2026-03-10T12:00:01.000Z");
    await send("PATCH", `${base}/${id}`, { externalId: null, metadata: null });
    expect(bctrl.accounts()).toMatchObject([{ name: "New", externalId: null, metadata: null, limits }]);
  });

  it("archives for good and keeps the row listed", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const { key } = bctrl.addKey(id);
    const send = newest(bctrl);
    expect(await send("POST", `${base}/${id}/archive`)).toMatchObject({
      status: 200,
      body: { archived: true, id, object: "subaccount" },
    });
    expect(bctrl.keyWorks(key)).toBe(false);
    expect((await send("GET", `${base}/${id}`)).body).toMatchObject({ status: "archived", archivedAt: at });
    expect((await send("GET", `${base}?status=active`)).body).toMatchObject({ data: [] });
    expect((await send("GET", `${base}?status=archived`)).body).toMatchObject({ data: [{ id }] });
  });

  it("finds accounts by externalId and by words, in either order", async () => {
    const { bctrl } = await emulate();
    bctrl.seed({ name: "Alpha", externalId: "t1" });
    bctrl.seed({ name: "Beta", externalId: "t12" });
    const names = async (query: string) => {
      const { body } = await newest(bctrl)("GET", `${base}?${query}`);
      return [0, 1].map((index) => dig(body, "data", index, "name")).filter(Boolean);
    };
    expect(await names("externalId=t1")).toEqual(["Alpha"]);
    expect(await names("q=BET")).toEqual(["Beta"]);
    expect(await names("q=t1")).toEqual(["Beta", "Alpha"]);
    expect(await names("order=asc")).toEqual(["Alpha", "Beta"]);
  });

  it("takes a name for an id, and refuses one that two accounts have", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed({ name: "Acme Ltd" });
    const send = newest(bctrl);
    expect((await send("GET", `${base}/Acme%20Ltd`)).body).toMatchObject({ id });
    bctrl.seed({ name: "Acme Ltd" });
    expect(await send("GET", `${base}/Acme%20Ltd`)).toMatchObject({
      status: 409,
      body: { error: { code: "resource.name_ambiguous" } },
    });
    expect((await client(bctrl)("GET", `${base}/Acme%20Ltd`)).status).toBe(404);
    bctrl.switches.resolvesNames = false;
    expect((await send("GET", `${base}/Acme%20Ltd`)).status).toBe(404);
  });

  it("shows the usage that a test sets, in the words of each version", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed({ limits: { monthlyCreditLimit: 7 } });
    bctrl.setUsage(id, { usedCredits: 5, activeRuns: 1, usedSpaces: 2 });
    const path = `${base}/${id}?include=usage`;
    const used = { credits: { used: 5, limit: 7 }, runs: { active: 1 }, spaces: { used: 2 } };
    expect(dig((await newest(bctrl)("GET", path)).body, "usage")).toMatchObject(used);
    const settled = { settled: 5, remaining: 2, breakdown: { browserCredits: 5 } };
    expect(dig((await client(bctrl)("GET", path)).body, "usage")).toMatchObject({
      ...used,
      credits: settled,
    });
    expect(() => bctrl.setUsage("x", {})).toThrow("bctrl emulator: no account x");
  });

  it("shows usage where it is asked for", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed({ limits: { monthlyCreditLimit: 7, maxSpaces: 2 } });
    const send = newest(bctrl);
    const usage = {
      subaccountId: id,
      computedAt: at,
      period: thisMonth,
      credits: { used: 0, limit: 7 },
      runs: { active: 0, limit: null },
      spaces: { used: 0, limit: 2 },
    };
    expect(dig((await send("GET", `${base}/${id}`)).body, "usage")).toBeUndefined();
    expect(dig((await send("GET", `${base}/${id}?include=usage`)).body, "usage")).toEqual(usage);
    expect(dig((await send("GET", `${base}?include=usage`)).body, "data", 0, "usage")).toEqual(usage);
    expect((await send("GET", `${base}/usage`)).body).toEqual({
      data: [usage],
      hasMore: false,
      nextCursor: null,
    });
    expect((await send("GET", "/v1/usage")).body).toMatchObject({
      object: "account.usage",
      isBlocked: false,
      cycle: thisMonth,
    });
  });

  it("nests its errors, with a hint, and with the request id of the header", async () => {
    const { bctrl } = await emulate();
    const { body, headers } = await newest(bctrl)("POST", base, { name: "", plan: 1 });
    expect(body).toEqual({
      error: {
        code: "request.invalid",
        message: expect.stringContaining("plan: unknown field"),
        reasonClass: "invalid_input",
        requestId: headers.get("x-request-id"),
        hint: expect.any(String),
        details: { field: "name", problems: expect.any(Array) },
      },
    });
    expect(headers.get("x-request-id")).toMatch(/^req_[a-z0-9]{16}$/);
  });
});

describe("bctrl without a version", () => {
  it("answers as v1 did: the same accounts, without object and hasMore", async () => {
    const { bctrl } = await emulate();
    const send = client(bctrl);
    const created = await send("POST", base, full);
    expect(created).toMatchObject({ status: 201, body: account });
    expect(dig(created.body, "object")).toBeUndefined();
    const id = text(created.body, "id");
    expect((await send("GET", `${base}?query=acme`)).body).toEqual({
      data: [created.body],
      nextCursor: null,
    });
    expect((await newest(bctrl)("GET", `${base}/${id}`)).body).toMatchObject({ id, object: "subaccount" });
    expect((await send("POST", `${base}/${id}/archive`)).body).toEqual({ archived: true, id });
    const { body } = await send("GET", `${base}/usage`);
    expect(dig(body, "data", 0)).toMatchObject({
      subaccountId: id,
      isBlocked: false,
      credits: { remaining: 0.5, breakdown: { aiCredits: 0 } },
    });
  });

  it("has flat errors", async () => {
    const { bctrl } = await emulate();
    const { body, headers } = await client(bctrl)("GET", `${base}/none`);
    expect(body).toEqual({
      code: "subaccount.not_found",
      error: "Subaccount not found",
      reasonClass: "not_found",
      requestId: headers.get("x-request-id"),
      hint: expect.any(String),
    });
  });

  it("withoutVersion: answers as the newest version, or refuses", async () => {
    const { bctrl } = await emulate({ bctrl: { withoutVersion: "current" } });
    const send = client(bctrl);
    expect((await send("GET", base)).body).toMatchObject({ hasMore: false });
    bctrl.switches.withoutVersion = 400;
    expect(await send("GET", base)).toMatchObject({
      status: 400,
      body: { error: { code: "request.version_unsupported" } },
    });
  });

  it("has no version but the newest one", async () => {
    const { bctrl } = await emulate();
    const reply = await client(bctrl)("GET", base, undefined, { "bctrl-version": "2026-01-01" });
    expect(reply).toMatchObject({ status: 400, body: { error: { code: "request.version_unsupported" } } });
  });
});

describe("bctrl's v2 paths", () => {
  it("create an account that v1 knows, too, without any v1 limit", async () => {
    const { bctrl } = await emulate();
    const asked = { name: "Acme & Söhne, Ltd.", externalId: "t1", metadata: { a: 1 } };
    const { status, body } = await client(bctrl)("POST", "/v2/subaccounts", asked);
    expect(status).toBe(200);
    const { limits: _, defaultSpaceId: __, ...common } = account;
    expect(body).toEqual({ data: { ...common, ...asked, slug: "acme-s-hne-ltd" } });
    expect((await newest(bctrl)("GET", `${base}/${text(body, "data", "id")}`)).body).toMatchObject({
      ...asked,
      limits: { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: null },
    });
  });

  it("store limits as they are sent, and clear them by null", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const send = client(bctrl);
    const path = `/v2/subaccounts/${id}/limits`;
    const runs = { anything: [1, { deep: null }] };
    expect(await send("PATCH", path, { runs, spend: 5 })).toMatchObject({
      status: 200,
      body: { data: { runs, spaces: null, spend: 5 } },
    });
    expect((await send("PATCH", path, { spend: null })).body).toEqual({
      data: { runs, spaces: null, spend: null },
    });
    expect(bctrl.accounts()).toMatchObject([{ v2Limits: { runs, spaces: null, spend: null } }]);
    bctrl.switches.v2LimitsReply = "empty";
    expect((await send("PATCH", path, { spend: "x" })).body).toEqual({});
  });

  it.each([
    ["POST", "/v2/subaccounts", { name: "A", limits: {} }, "limits"],
    ["POST", "/v2/subaccounts", { externalId: "x" }, "name"],
    ["POST", "/v2/subaccounts", { name: "A", externalId: null }, "externalId"],
    ["PATCH", "/v2/subaccounts/{id}/limits", { maxSpaces: 1 }, "maxSpaces"],
  ])("refuse what is not documented: %s %s", async (method, path, body, field) => {
    const { bctrl } = await emulate();
    const reply = await client(bctrl)(method, path.replace("{id}", bctrl.seed().id), body);
    expect(reply).toMatchObject({ status: 400, body: { code: "request.invalid", details: { field } } });
  });

  it("v2Errors: flat, or nested", async () => {
    const { bctrl } = await emulate();
    const send = newest(bctrl);
    expect(await send("PATCH", "/v2/subaccounts/none/limits", {})).toMatchObject({
      status: 404,
      body: { code: "subaccount.not_found" },
    });
    bctrl.switches.v2Errors = "nested";
    expect((await send("GET", "/v2/subaccounts")).body).toMatchObject({ error: { code: "route.not_found" } });
  });

  it("are two, and no more", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    for (const [method, path] of [
      ["GET", "/v2/subaccounts"],
      ["GET", `/v2/subaccounts/${id}`],
      ["GET", `/v2/subaccounts/${id}/limits`],
      ["POST", `/v2/subaccounts/${id}/archive`],
      ["GET", "/v2/api-keys"],
    ] as const) {
      expect(await client(bctrl)(method, path)).toMatchObject({
        status: 404,
        body: { code: "route.not_found" },
      });
    }
  });
});
