import { describe, expect, it } from "vitest";
import { client, dig, emulate, text } from "./support";

const create = "/sub-accounts/create";
const all = "/sub-accounts/all";
const unknownId = "00000000-0000-4000-8000-000000000000";

describe("Bolna's routes", () => {
  it("creates an account with 200 and a bare object that holds everything, the database too", async () => {
    const { bolna } = await emulate();
    const database = { db_host: "h", db_name: "n", db_port: "5432", db_user: "u", db_password: "canary" };
    const asked = { name: "Acme", allow_concurrent_calls: 4, multi_tenant: true, ...database };
    const created = await client(bolna)("POST", create, asked);
    expect(created.status).toBe(200);
    const uuid = expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(created.body).toEqual({
      ...asked,
      id: uuid,
      user_id: uuid,
      organization_id: uuid,
      api_key: expect.stringMatching(/^sa-[a-f0-9]{32}$/),
      created_at: "2026-03-10T12:00:00Z",
      updated_at: "2026-03-10T12:00:00Z",
    });
    const key = text(created.body, "api_key");
    expect(bolna.keyWorks(key)).toBe(true);
    expect(bolna.accountOfKey(key)).toBe(text(created.body, "id"));
    expect(JSON.stringify(bolna.accounts())).not.toMatch(/canary|sa-/);
  });

  it("takes the port as a number, as in the vendor's example, and defaults the database to null", async () => {
    const { bolna } = await emulate();
    const send = client(bolna);
    const ported = await send("POST", create, { name: "A", allow_concurrent_calls: 1, db_port: 5432 });
    expect(ported.body).toMatchObject({
      db_port: "5432",
      db_host: null,
      db_password: null,
      multi_tenant: false,
    });
    const nulls = { multi_tenant: false, db_host: null, db_port: null };
    expect((await send("POST", create, { name: "A", allow_concurrent_calls: 1, ...nulls })).status).toBe(200);
  });

  it("lists a bare array with the six documented fields, the key among them", async () => {
    const { bolna } = await emulate();
    const { id, organization_id, api_key } = bolna.seed({
      name: "A",
      allow_concurrent_calls: 2,
      db_password: "x",
    });
    const { status, body } = await client(bolna)("GET", all);
    expect(status).toBe(200);
    const item = { id, name: "A", organization_id, api_key, multi_tenant: false, allow_concurrent_calls: 2 };
    expect(body).toEqual([item]);
  });

  it("answers PATCH and DELETE with a message only", async () => {
    const { bolna } = await emulate();
    const { id, api_key } = bolna.seed({ name: "A", allow_concurrent_calls: 2 });
    const send = client(bolna);
    const patched = await send("PATCH", `/sub-accounts/${id}`, { name: "B" });
    expect(patched).toMatchObject({ status: 200, body: { message: "success", state: "updated" } });
    expect(bolna.accounts()).toMatchObject([{ name: "B", allow_concurrent_calls: 2 }]);
    const deleted = await send("DELETE", `/sub-accounts/${id}`);
    expect(deleted).toMatchObject({ status: 200, body: { message: "success", state: "deleted" } });
    expect(bolna.accounts()).toEqual([]);
    expect(bolna.keyWorks(api_key)).toBe(false);
    expect((await send("GET", all)).body).toEqual([]);
  });

  it("reports no usage, from the start of the month to the end of the day unless asked otherwise", async () => {
    const { bolna } = await emulate();
    const { id } = bolna.seed({ name: "A" });
    const send = client(bolna);
    const one = await send("GET", `/sub-accounts/${id}/usage`);
    expect(one.body).toMatchObject({
      from: "2026-03-01T00:00:00.000000",
      to: "2026-03-10T23:59:59.999000",
      total_cost: 0,
      status_map: { completed: 0, "no-answer": 0 },
      llm_cost_map: { cost: 0, tokens: {} },
    });
    const window = "?from=2026-01-01&to=2026-01-31T10:00:00Z";
    const every = await send("GET", `${all}/usage${window}`);
    expect(every.body).toMatchObject([
      { sub_account_id: id, sub_account_name: "A", from: "2026-01-01T00:00:00.000000" },
    ]);
  });

  it("reports the usage that a test sets", async () => {
    const { bolna } = await emulate();
    const { id } = bolna.seed({ name: "A" });
    bolna.seed({ name: "B" });
    bolna.setUsage(id, { total_records: 2, total_cost: 1.5 });
    const send = client(bolna);
    const used = { total_records: 2, total_cost: 1.5, total_duration: 0 };
    expect((await send("GET", `/sub-accounts/${id}/usage`)).body).toMatchObject(used);
    expect((await send("GET", `${all}/usage`)).body).toMatchObject([used, { total_records: 0 }]);
    expect(() => bolna.setUsage("x", {})).toThrow("bolna emulator: no account x");
  });

  it("sends a request id with every reply", async () => {
    const { bolna } = await emulate();
    for (const path of [all, "/nothing"]) {
      expect((await client(bolna)("GET", path)).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("Bolna refuses", () => {
  it.each([
    ["an unknown field", { name: "A", allow_concurrent_calls: 1, metadata: {} }, "metadata: unknown field"],
    ["a missing name", { allow_concurrent_calls: 1 }, "name: "],
    ["an empty name", { name: "", allow_concurrent_calls: 1 }, "name: "],
    ["a missing limit", { name: "A" }, "allow_concurrent_calls: "],
    ["a limit in a string", { name: "A", allow_concurrent_calls: "1" }, "allow_concurrent_calls: "],
    ["a limit below 0", { name: "A", allow_concurrent_calls: -1 }, "allow_concurrent_calls: "],
    ["a fraction as a limit", { name: "A", allow_concurrent_calls: 0.5 }, "allow_concurrent_calls: "],
    ["null as multi_tenant", { name: "A", allow_concurrent_calls: 1, multi_tenant: null }, "multi_tenant: "],
    ["a host of a wrong type", { name: "A", allow_concurrent_calls: 1, db_host: 1 }, "db_host: "],
  ])("%s on create, naming the field", async (_, body, message) => {
    const { bolna } = await emulate();
    const reply = await client(bolna)("POST", create, body);
    expect(reply).toMatchObject({ status: 400, body: { error: 1001 } });
    expect(text(reply.body, "message")).toContain(message);
    expect(bolna.accounts()).toEqual([]);
  });

  it("a PATCH without one of its two fields, in words of its own", async () => {
    const { bolna } = await emulate();
    const path = `/sub-accounts/${bolna.seed().id}`;
    for (const body of [{}, { multi_tenant: true }, []]) {
      const reply = await client(bolna)("PATCH", path, body);
      expect(reply).toMatchObject({
        status: 400,
        body: { error: "No valid fields provided", status: "failure" },
      });
    }
  });

  it("a PATCH with an unknown field beside a known one, and with a bad value", async () => {
    const { bolna } = await emulate();
    const path = `/sub-accounts/${bolna.seed({ name: "A" }).id}`;
    for (const [body, field] of [
      [{ name: "B", db_host: "h" }, "db_host"],
      [{ name: null }, "name"],
    ] as const) {
      const reply = await client(bolna)("PATCH", path, body);
      expect(reply.status).toBe(400);
      expect(text(reply.body, "message")).toContain(`${field}: `);
    }
    expect(bolna.accounts()).toMatchObject([{ name: "A" }]);
  });

  it("calls beyond the pool, with the vendor's figures", async () => {
    const { bolna } = await emulate({ bolna: { concurrencyPool: 50 } });
    const { id } = bolna.seed({ allow_concurrent_calls: 5 });
    bolna.seed({ allow_concurrent_calls: 35 });
    const send = client(bolna);
    const details = { requested: 50, available: 15, account_limit: 50, subaccount_usage: 35 };
    const patched = await send("PATCH", `/sub-accounts/${id}`, { allow_concurrent_calls: 50 });
    expect(patched.status).toBe(400);
    expect(patched.body).toEqual({ message: "Concurrency limit exceeded", details });
    expect((await send("PATCH", `/sub-accounts/${id}`, { allow_concurrent_calls: 15 })).status).toBe(200);
    const created = await send("POST", create, { name: "A", allow_concurrent_calls: 1 });
    expect(created).toMatchObject({ status: 400, body: { details: { requested: 1, available: 0 } } });
  });

  it("no key, an unknown key and a sub-account's key with 403 and a detail", async () => {
    const { bolna } = await emulate();
    for (const [key, detail] of [
      ["", "Not authenticated"],
      ["bn-unknown", "Unrecognized access token"],
      [bolna.seed().api_key, "Sub-account access tokens cannot manage sub-accounts"],
    ] as const) {
      const reply = await client(bolna, key)("GET", all);
      expect(reply).toMatchObject({ status: 403, body: { detail } });
    }
  });

  it("ids that are no UUID with 400; unknown ids, paths and methods with 404", async () => {
    const { bolna } = await emulate();
    const send = client(bolna);
    expect((await send("DELETE", "/sub-accounts/abc")).status).toBe(400);
    for (const [method, path, body] of [
      ["PATCH", `/sub-accounts/${unknownId}`, { name: "A" }],
      ["DELETE", `/sub-accounts/${unknownId}`],
      ["GET", `/sub-accounts/${unknownId}/usage`],
      ["GET", `/sub-accounts/${unknownId}`],
      ["GET", create],
      ["POST", "/sub-accounts", { name: "A" }],
    ] as const) {
      expect(await send(method, path, body)).toMatchObject({ status: 404, body: { error: 404 } });
    }
  });

  it("unknown query parameters, bad dates, and windows that are reversed or longer than 32 days", async () => {
    const { bolna } = await emulate();
    const usage = `/sub-accounts/${bolna.seed().id}/usage`;
    const send = client(bolna);
    for (const [path, field] of [
      [`${all}?page_number=1`, "page_number"],
      [`${usage}?since=2026-01-01`, "since"],
      [`${usage}?from=yesterday`, "from"],
      [`${usage}?from=2026-13-45`, "from"],
      [`${usage}?from=2026-02-02&to=2026-02-01`, "to"],
      [`${usage}?from=2026-01-01&to=2026-02-03`, "to"],
      [`${all}/usage?from=2026-01-01`, "to"],
    ] as const) {
      const reply = await send("GET", path);
      expect(reply.status).toBe(400);
      expect(text(reply.body, "message")).toContain(`${field}: `);
    }
    expect((await send("GET", `${usage}?from=2026-01-01&to=2026-02-02`)).status).toBe(200);
  });

  it("malformed JSON and a wrong content type", async () => {
    const { bolna } = await emulate();
    const send = client(bolna);
    expect(dig((await send("POST", create, "{")).body, "message")).toBe("the body is not valid JSON");
    const wrong = await send("POST", create, "{}", { "content-type": "application/x-www-form-urlencoded" });
    expect(wrong).toMatchObject({ status: 400, body: { message: "content-type: must be application/json" } });
    expect((await send("PATCH", `/sub-accounts/${unknownId}`)).status).toBe(400);
    expect((await send("DELETE", `/sub-accounts/${unknownId}`, {})).status).toBe(400);
  });
});
