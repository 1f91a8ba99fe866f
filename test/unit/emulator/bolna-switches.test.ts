import { describe, expect, it } from "vitest";
import { client, dig, emulate } from "./support";

const create = "/sub-accounts/create";
const all = "/sub-accounts/all";
const unknownId = "00000000-0000-4000-8000-000000000000";
const one = { name: "A", allow_concurrent_calls: 1 };

describe("Bolna's switches", () => {
  it("duplicateName: accepts, or answers 400 on create and PATCH, not for the account's own name", async () => {
    const { bolna } = await emulate();
    const send = client(bolna);
    const { id } = bolna.seed({ name: "A" });
    expect((await send("POST", create, one)).status).toBe(200);
    bolna.switches.duplicateName = 400;
    expect((await send("POST", create, one)).status).toBe(400);
    const other = bolna.seed({ name: "B" });
    expect((await send("PATCH", `/sub-accounts/${other.id}`, { name: "A" })).status).toBe(400);
    bolna.remove(bolna.accounts()[1]?.id ?? "");
    expect((await send("PATCH", `/sub-accounts/${id}`, { name: "A" })).status).toBe(200);
  });

  it("emptyName, minConcurrentCalls and multiTenantWithoutDatabase", async () => {
    const { bolna } = await emulate({
      bolna: { emptyName: "accept", minConcurrentCalls: 1, multiTenantWithoutDatabase: 400 },
    });
    const send = client(bolna);
    expect((await send("POST", create, { ...one, name: "" })).status).toBe(200);
    expect((await send("POST", create, { ...one, allow_concurrent_calls: 0 })).status).toBe(400);
    const refused = await send("POST", create, { ...one, multi_tenant: true, db_host: "h" });
    expect(refused.status).toBe(400);
    expect(refused.body).toHaveProperty("message", expect.stringMatching(/^db_name: .*db_password: /));
  });

  it("createChecksPool and poolCountsPatched", async () => {
    const { bolna } = await emulate({ bolna: { concurrencyPool: 10, createChecksPool: false } });
    const send = client(bolna);
    const { id } = bolna.seed({ allow_concurrent_calls: 10 });
    expect((await send("POST", create, { ...one, allow_concurrent_calls: 0 })).status).toBe(200);
    expect((await send("PATCH", `/sub-accounts/${id}`, { allow_concurrent_calls: 9 })).status).toBe(200);
    bolna.switches.poolCountsPatched = true;
    const refused = await send("PATCH", `/sub-accounts/${id}`, { allow_concurrent_calls: 8 });
    expect(refused.body).toMatchObject({ details: { available: 1, subaccount_usage: 9 } });
    expect((await send("POST", create, { ...one, allow_concurrent_calls: 5 })).status).toBe(200);
  });

  it("clampConcurrentCalls: silently stores another number", async () => {
    const { bolna } = await emulate({ bolna: { clampConcurrentCalls: 2 } });
    const send = client(bolna);
    expect((await send("POST", create, { ...one, allow_concurrent_calls: 8 })).body).toMatchObject({
      allow_concurrent_calls: 2,
    });
    bolna.switches.clampConcurrentCalls = 3;
    await send("PATCH", `/sub-accounts/${bolna.accounts()[0]?.id}`, { allow_concurrent_calls: 8 });
    expect(bolna.accounts()).toMatchObject([{ allow_concurrent_calls: 3 }]);
  });

  it("badKeyStatus and enterprise", async () => {
    const { bolna } = await emulate({ bolna: { badKeyStatus: 401 } });
    expect(await client(bolna, "x")("GET", all)).toMatchObject({
      status: 401,
      body: { detail: expect.any(String) },
    });
    expect((await client(bolna, bolna.seed().api_key)("GET", all)).status).toBe(403);
    bolna.switches.enterprise = false;
    expect((await client(bolna)("GET", all)).status).toBe(403);
  });

  it("unknownDeleteStatus and unknownIdStatus", async () => {
    const { bolna } = await emulate({ bolna: { unknownDeleteStatus: 400 } });
    const send = client(bolna);
    expect((await send("DELETE", `/sub-accounts/${unknownId}`)).status).toBe(400);
    expect((await send("PATCH", `/sub-accounts/${unknownId}`, { name: "A" })).status).toBe(404);
    bolna.switches.unknownIdStatus = 400;
    expect((await send("PATCH", `/sub-accounts/${unknownId}`, { name: "A" })).status).toBe(400);
  });

  it("deletePending: a deleted account stays listed for a while, but is gone for writes", async () => {
    const { bolna } = await emulate({ bolna: { deletePending: 2 } });
    const send = client(bolna);
    const { id } = bolna.seed();
    bolna.seed();
    await send("DELETE", `/sub-accounts/${id}`);
    expect(bolna.accounts()).toHaveLength(1);
    expect((await send("DELETE", `/sub-accounts/${id}`)).status).toBe(404);
    expect(dig((await send("GET", all)).body, 1, "id")).toBe(id);
    expect(dig((await send("GET", all)).body, 1, "id")).toBe(id);
    expect((await send("GET", all)).body).toHaveLength(1);
  });

  it("listEnvelope and listOrder: pages with their query parameters", async () => {
    const { bolna } = await emulate({ bolna: { listEnvelope: "paged", listOrder: "oldest" } });
    bolna.seedMany(3);
    const send = client(bolna);
    const first = await send("GET", `${all}?page_size=2`);
    expect(first.body).toMatchObject({ total: 3, page: 1, page_size: 2, has_more: true });
    expect(first.body).toMatchObject({ data: [{ name: "Foreign 0" }, { name: "Foreign 1" }] });
    const second = await send("GET", `${all}?page_size=2&page_number=2`);
    expect(second.body).toMatchObject({ has_more: false, data: [{ name: "Foreign 2" }] });
    expect((await send("GET", `${all}?page_size=51`)).status).toBe(400);
    expect((await send("GET", `${all}?page_number=0`)).status).toBe(400);
  });

  it("enforceRateLimit: answers 429", async () => {
    const { bolna } = await emulate({ bolna: { enforceRateLimit: true, requestsPerMinute: 1 } });
    expect((await client(bolna)("GET", all)).status).toBe(200);
    expect((await client(bolna)("GET", all)).status).toBe(429);
  });
});

describe("What tests do behind a program's back at Bolna", () => {
  it("seeds, changes and removes without a logged request", async () => {
    const emulator = await emulate();
    const { bolna } = emulator;
    const { id, api_key } = bolna.seed({ name: "A" });
    bolna.change(id, { name: "B", allow_concurrent_calls: 9 });
    expect(bolna.accounts()).toMatchObject([{ name: "B", allow_concurrent_calls: 9 }]);
    bolna.remove(id);
    expect(bolna.keyWorks(api_key)).toBe(false);
    expect(() => bolna.change(id, {})).toThrow(`no account ${id}`);
    bolna.seedMany(5000, (index) => ({ name: `n${index}` }));
    expect(bolna.accounts()[4999]?.name).toBe("n4999");
    expect(emulator.requests).toEqual([]);
  });
});

describe("Bolna's generations", () => {
  const newer = { name: "A", min_concurrency: 2, max_concurrency: 6 };

  it("generation: takes the fields of one, of the other, or of either, and shows them", async () => {
    const { bolna } = await emulate({ bolna: { generation: "minimum" } });
    const send = client(bolna);
    const made = await send("POST", create, newer);
    expect(made.body).toMatchObject({ min_concurrency: 2, max_concurrency: 6 });
    expect(made.body).not.toHaveProperty("allow_concurrent_calls");
    expect((await send("POST", create, one)).status).toBe(400);
    expect((await send("POST", create, { name: "B", min_concurrency: 0 })).body).toMatchObject({
      max_concurrency: null,
    });
    const id = String(dig(made.body, "id"));
    expect((await send("PATCH", `/sub-accounts/${id}`, { max_concurrency: null })).status).toBe(200);
    expect((await send("GET", all)).body).toMatchObject([{}, { min_concurrency: 2, max_concurrency: null }]);
    bolna.switches.generation = "calls";
    expect((await send("POST", create, newer)).status).toBe(400);
    bolna.switches.generation = "both";
    expect((await send("POST", create, one)).body).toMatchObject({
      allow_concurrent_calls: 1,
      min_concurrency: null,
    });
    expect((await send("POST", create, newer)).body).toMatchObject({
      allow_concurrent_calls: null,
      min_concurrency: 2,
    });
  });

  it("otherGeneration: takes the other fields without effect", async () => {
    const { bolna } = await emulate({ bolna: { generation: "minimum", otherGeneration: "ignore" } });
    const made = await client(bolna)("POST", create, one);
    expect(made.body).toMatchObject({ min_concurrency: 0, max_concurrency: null });
  });

  it("the minimum is what an account takes of the pool", async () => {
    const { bolna } = await emulate({ bolna: { generation: "minimum", concurrencyPool: 3 } });
    const send = client(bolna);
    expect((await send("POST", create, newer)).status).toBe(200);
    expect((await send("POST", create, newer)).body).toMatchObject({ details: { available: 1 } });
  });

  it("badFields and bodilessAuthErrors: refusals as the vendor's framework has them", async () => {
    const { bolna } = await emulate({ bolna: { badFields: "detail list", bodilessAuthErrors: true } });
    expect(await client(bolna)("POST", create, { name: "A" })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ["body", "allow_concurrent_calls"], msg: expect.any(String) }] },
    });
    const response = await fetch(`${bolna.url}${all}`, { headers: { authorization: "Bearer x" } });
    expect([response.status, await response.text()]).toEqual([403, ""]);
  });

  it("listEnvelope and emptyList: every shape in which the vendor's own client reads a listing", async () => {
    const { bolna } = await emulate();
    const list = async () =>
      (await fetch(`${bolna.url}${all}`, { headers: { authorization: `Bearer ${bolna.apiKey}` } })).text();
    bolna.switches.emptyList = "null";
    expect(await list()).toBe("null");
    bolna.switches.emptyList = "no body";
    expect(await list()).toBe("");
    bolna.seed({ name: "A" });
    for (const envelope of ["data", "items", "results"] as const) {
      bolna.switches.listEnvelope = envelope;
      expect(JSON.parse(await list())).toMatchObject({ [envelope]: [{ name: "A" }] });
    }
  });
});
