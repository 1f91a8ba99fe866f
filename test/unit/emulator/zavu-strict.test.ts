import { describe, expect, it } from "vitest";
import { client, emulate } from "./support";

const base = "/v1/sub-accounts";
const json = { "content-type": "application/json" };

describe("Zavu refuses", () => {
  it.each([
    ["an unknown field", { name: "A", plan: "x" }, "plan", "unknown field"],
    ["a missing name", {}, "name", "expected string"],
    ["a name of a wrong type", { name: 5 }, "name", "expected string"],
    ["an empty name", { name: "" }, "name", "Too small"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "name", "Too big"],
    ["a limit below 0", { name: "A", creditLimit: -1 }, "creditLimit", "Too small"],
    ["a limit that is no integer", { name: "A", creditLimit: 1.5 }, "creditLimit", "expected int"],
    ["a limit in a string", { name: "A", creditLimit: "1" }, "creditLimit", "expected number"],
    ["null as a limit on create", { name: "A", creditLimit: null }, "creditLimit", "expected number"],
    ["null as externalId", { name: "A", externalId: null }, "externalId", "expected string"],
    ["metadata in a list", { name: "A", metadata: [] }, "metadata", "expected record"],
    ["a status on create", { name: "A", status: "active" }, "status", "unknown field"],
    ["a body that is no object", [], "", "expected object"],
  ])("%s on create, naming the field", async (_, body, field, message) => {
    const { zavu } = await emulate();
    const reply = await client(zavu)("POST", base, body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: "invalid_request", details: { field } });
    expect(reply.body).toHaveProperty("message", expect.stringContaining(field));
    expect(reply.body).toHaveProperty("message", expect.stringContaining(message));
    expect(zavu.accounts()).toEqual([]);
  });

  it.each([
    ["an unknown field", { nope: 1 }, "nope"],
    ["null as externalId", { externalId: null }, "externalId"],
    ["null as metadata", { metadata: null }, "metadata"],
    ["null as a name", { name: null }, "name"],
    ["an unknown status", { status: "paused" }, "status"],
    ["what the vendor assigns", { totalSpent: 0 }, "totalSpent"],
  ])("%s on PATCH", async (_, body, field) => {
    const { zavu } = await emulate();
    const { id } = zavu.seed();
    const reply = await client(zavu)("PATCH", `${base}/${id}`, body);
    expect(reply).toMatchObject({ status: 400, body: { code: "invalid_request", details: { field } } });
  });

  it.each([
    ["an unknown field", { name: "k", scope: "x" }, "scope"],
    ["a missing name", {}, "name"],
    ["an unknown environment", { name: "k", environment: "prod" }, "environment"],
    ["permissions of a wrong type", { name: "k", permissions: [1] }, "permissions.0"],
  ])("%s on the creation of a key", async (_, body, field) => {
    const { zavu } = await emulate();
    const { id } = zavu.seed();
    const reply = await client(zavu)("POST", `${base}/${id}/api-keys`, body);
    expect(reply).toMatchObject({ status: 400, body: { details: { field } } });
  });

  it.each([
    ["a limit of 0", "?limit=0", "limit"],
    ["a limit above 100", "?limit=101", "limit"],
    ["a limit that is no number", "?limit=ten", "limit"],
    ["a cursor it never gave out", "?cursor=xyz", "cursor"],
    ["a filter it does not have", "?externalId=t1", "externalId"],
  ])("%s in the listing", async (_, query, field) => {
    const { zavu } = await emulate();
    expect(await client(zavu)("GET", base + query)).toMatchObject({
      status: 400,
      body: { details: { field } },
    });
  });

  it("query parameters where there are none", async () => {
    const { zavu } = await emulate();
    expect((await client(zavu)("POST", `${base}?dryRun=1`, { name: "A" })).status).toBe(400);
    expect((await client(zavu)("GET", "/v1/me?x=1")).status).toBe(400);
  });

  it("malformed JSON, a wrong content type, none at all, and a missing body", async () => {
    const { zavu } = await emulate();
    const send = client(zavu);
    expect((await send("POST", base, '{"name":')).body).toMatchObject({
      message: "the body is not valid JSON",
    });
    const wrong = await send("POST", base, '{"name":"A"}', { "content-type": "text/plain" });
    expect(wrong).toMatchObject({ status: 400, body: { details: { field: "content-type" } } });
    expect(await send("POST", base)).toMatchObject({
      status: 400,
      body: { details: { field: "content-type" } },
    });
    expect((await send("POST", base, undefined, json)).status).toBe(400);
    expect(
      (await send("POST", base, '{"name":"A"}', { "content-type": "application/json; charset=utf-8" }))
        .status,
    ).toBe(201);
  });

  it("a body on DELETE", async () => {
    const { zavu } = await emulate();
    expect((await client(zavu)("DELETE", `${base}/${zavu.seed().id}`, {})).status).toBe(400);
  });

  it("no key, an unknown key, another scheme and a revoked key with 401", async () => {
    const { zavu } = await emulate();
    const { id, apiKey } = zavu.seed();
    zavu.revokeKey(id, zavu.accounts()[0]?.keys[0]?.id ?? "");
    for (const key of ["", "zv_live_unknown", apiKey]) {
      expect(await client(zavu, key)("GET", base)).toMatchObject({
        status: 401,
        body: { code: "unauthorized" },
      });
    }
    const basic = await client(zavu, "")("GET", base, undefined, { authorization: `Basic ${zavu.apiKey}` });
    expect(basic.status).toBe(401);
  });

  it("a sub-account's key on management calls with 403", async () => {
    const { zavu } = await emulate();
    const send = client(zavu, zavu.seed().apiKey);
    for (const [method, path] of [
      ["GET", base],
      ["DELETE", `${base}/${zavu.accounts()[0]?.id}`],
    ] as const) {
      expect(await send(method, path)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
  });

  it("unknown accounts, keys, paths and methods with 404", async () => {
    const { zavu } = await emulate();
    const { id } = zavu.seed();
    const send = client(zavu);
    for (const [method, path, body] of [
      ["GET", `${base}/jx7nothing00000`],
      ["PATCH", `${base}/jx7nothing00000`, { name: "A" }],
      ["DELETE", `${base}/jx7nothing00000`],
      ["GET", `${base}/jx7nothing00000/balance`],
      ["GET", `${base}/jx7nothing00000/api-keys`],
      ["DELETE", `${base}/${id}/api-keys/nothing`],
      ["PUT", `${base}/${id}`, { name: "A" }],
      ["GET", "/v2/sub-accounts"],
      ["GET", ""],
    ] as const) {
      expect(await send(method, path, body)).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });

  it("never repeats a value that was sent", async () => {
    const { zavu } = await emulate();
    const reply = await client(zavu)("POST", base, {
      name: ["canary-1"],
      creditLimit: "canary-2",
      status: "canary-3",
    });
    expect(JSON.stringify(reply.body)).not.toContain("canary");
  });
});
