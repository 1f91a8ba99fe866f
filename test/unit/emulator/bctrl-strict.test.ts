import { describe, expect, it } from "vitest";
import { client, emulate, newest } from "./support";

const base = "/v1/subaccounts";

describe("bctrl refuses", () => {
  it.each([
    ["an unknown field", { name: "A", plan: "x" }, "plan", "unknown field"],
    ["a missing name", {}, "name", "expected string"],
    ["an empty name", { name: "" }, "name", "Too small"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "name", "Too big"],
    ["null as externalId on create", { name: "A", externalId: null }, "externalId", "expected string"],
    ["an externalId of 201 characters", { name: "A", externalId: "x".repeat(201) }, "externalId", "Too big"],
    ["null as metadata on create", { name: "A", metadata: null }, "metadata", "expected record"],
    ["metadata in a list", { name: "A", metadata: [] }, "metadata", "expected record"],
    ["a status", { name: "A", status: "active" }, "status", "unknown field"],
    ["null as limits", { name: "A", limits: null }, "limits", "expected object"],
    [
      "an unknown limit",
      { name: "A", limits: { monthlyCredits: 1 } },
      "limits.monthlyCredits",
      "unknown field",
    ],
    ["half a run", { name: "A", limits: { maxActiveRuns: 0.5 } }, "limits.maxActiveRuns", "expected int"],
    ["a limit in a string", { name: "A", limits: { maxSpaces: "1" } }, "limits.maxSpaces", "expected number"],
    ["a body that is no object", [], "", "expected object"],
  ])("%s on create, naming the field", async (_, body, field, message) => {
    const { bctrl } = await emulate();
    const reply = await newest(bctrl)("POST", base, body);
    expect(reply).toMatchObject({
      status: 400,
      body: {
        error: { code: "request.invalid", message: expect.stringContaining(message), details: { field } },
      },
    });
    expect(bctrl.accounts()).toEqual([]);
  });

  it.each([
    ["an unknown field", { nope: 1 }, "nope"],
    ["null as a name", { name: null }, "name"],
    ["what the vendor assigns", { defaultSpaceId: "x" }, "defaultSpaceId"],
    ["an empty externalId", { externalId: "" }, "externalId"],
  ])("%s on PATCH", async (_, body, field) => {
    const { bctrl } = await emulate();
    const reply = await newest(bctrl)("PATCH", `${base}/${bctrl.seed().id}`, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { details: { field } } } });
  });

  it.each([
    ["a limit of 0", "?limit=0", "limit"],
    ["a limit above 200", "?limit=201", "limit"],
    ["an unknown status", "?status=inactive", "status"],
    ["an unknown expansion", "?include=keys", "include"],
    ["the old name of the search", "?query=x", "query"],
    ["a filter it does not have", "?name=x", "name"],
  ])("%s in the listing", async (_, query, field) => {
    const { bctrl } = await emulate();
    const reply = await newest(bctrl)("GET", base + query);
    expect(reply).toMatchObject({ status: 400, body: { error: { details: { field } } } });
  });

  it("a cursor that it never gave out, and an order in v1", async () => {
    const { bctrl } = await emulate();
    expect(await newest(bctrl)("GET", `${base}?cursor=xyz`)).toMatchObject({
      status: 400,
      body: { error: { code: "pagination.cursor_invalid" } },
    });
    expect(await client(bctrl)("GET", `${base}?order=asc`)).toMatchObject({
      status: 400,
      body: { details: { field: "order" } },
    });
  });

  it("malformed JSON, a wrong content type, and a body where there is none", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    const send = newest(bctrl);
    expect((await send("POST", base, '{"name":')).body).toMatchObject({
      error: { code: "request.invalid_json" },
    });
    expect((await send("POST", base, "{}", { "content-type": "text/plain" })).body).toMatchObject({
      error: { code: "request.invalid_content_type" },
    });
    expect((await client(bctrl)("POST", base, "{")).body).toMatchObject({ code: "request.invalid" });
    expect((await send("POST", `${base}/${id}/archive`, {})).status).toBe(400);
    expect((await send("DELETE", `/v1/api-keys/${bctrl.addKey(id).id}`, {})).status).toBe(400);
  });

  it("no key, an unknown one, another scheme and a revoked one with 401", async () => {
    const { bctrl } = await emulate();
    const { id, key } = bctrl.addKey(bctrl.seed().id);
    bctrl.revokeKey(id);
    expect(await newest(bctrl, "")("GET", base)).toMatchObject({
      status: 401,
      body: { error: { code: "auth.required", reasonClass: "unauthorized" } },
    });
    for (const wrong of ["bctrl_unknown", key]) {
      expect(await client(bctrl, wrong)("GET", base)).toMatchObject({
        status: 401,
        body: { code: "auth.invalid" },
      });
    }
    const basic = await client(bctrl, "")("GET", base, undefined, { authorization: `Basic ${bctrl.apiKey}` });
    expect(basic.status).toBe(401);
  });

  it("unknown accounts, keys, paths and methods with 404", async () => {
    const { bctrl } = await emulate();
    const { id } = bctrl.seed();
    for (const [method, path, body, code] of [
      ["GET", `${base}/none`, undefined, "subaccount.not_found"],
      ["PATCH", `${base}/none`, {}, "subaccount.not_found"],
      ["POST", `${base}/none/archive`, undefined, "subaccount.not_found"],
      ["DELETE", "/v1/api-keys/none", undefined, "api_key.not_found"],
      ["DELETE", `/v1/api-keys/${id}`, undefined, "api_key.not_found"],
      ["DELETE", `${base}/${id}`, undefined, "route.not_found"],
      ["PATCH", `/v1/api-keys/${id}`, {}, "route.not_found"],
      ["GET", "/v3/subaccounts", undefined, "route.not_found"],
    ] as const) {
      const reply = await newest(bctrl)(method, path, body);
      expect(reply).toMatchObject({ status: 404, body: { error: { code, reasonClass: "not_found" } } });
    }
  });

  it("as scripted, in the envelope of the request's version", async () => {
    const emulator = await emulate();
    const { bctrl } = emulator;
    const scripted = async (send: ReturnType<typeof client>, status: number) => {
      emulator.fault({ fault: { kind: "status", when: "before", status } });
      return send("GET", base);
    };
    const paid = await scripted(newest(bctrl), 402);
    const requestId = paid.headers.get("x-request-id");
    expect(paid.body).toMatchObject({
      error: { code: "billing.insufficient_credits", reasonClass: "capability_limit_exceeded", requestId },
    });
    const broken = await scripted(client(bctrl), 500);
    expect(broken.body).toMatchObject({
      code: "internal.error",
      error: "Scripted 500",
      reasonClass: "server",
    });
    expect(broken.body).not.toHaveProperty("hint");
  });

  it("without ever repeating a value that was sent", async () => {
    const { bctrl } = await emulate();
    const asked = { name: ["canary-1"], limits: { maxSpaces: "canary-2" }, metadata: "canary-3" };
    const reply = await newest(bctrl)("POST", base, asked);
    expect(JSON.stringify(reply.body)).not.toContain("canary");
  });
});
