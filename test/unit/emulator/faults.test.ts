import { describe, expect, it, vi } from "vitest";
import type { Emulator, FaultRule } from "../../../emulator";
import { client, dig, emulate } from "./support";

const base = "/v1/sub-accounts";
const body = { name: "A" };

async function scripted(rule: FaultRule): Promise<{ emulator: Emulator; send: ReturnType<typeof client> }> {
  const emulator = await emulate();
  emulator.fault(rule);
  return { emulator, send: client(emulator.zavu) };
}

describe("A scripted fault", () => {
  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("drops the connection %s the effect", async (when, accounts) => {
    const { emulator, send } = await scripted({ fault: { kind: "drop", when } });
    await expect(send("POST", base, body)).rejects.toThrow("fetch failed");
    expect(emulator.zavu.accounts()).toHaveLength(accounts);
    expect(emulator.requests).toMatchObject([
      { method: "POST", body, status: undefined, fault: `drop ${when}` },
    ]);
    expect((await send("GET", base)).status).toBe(200);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("replaces the status %s the effect, in the vendor's envelope", async (when, accounts) => {
    const headers = { "retry-after": "7" };
    const { emulator, send } = await scripted({ fault: { kind: "status", when, status: 429, headers } });
    const reply = await send("POST", base, body);
    expect(reply).toMatchObject({ status: 429, body: { code: "rate_limited", message: "Scripted 429" } });
    expect(reply.headers.get("retry-after")).toBe("7");
    expect(reply.headers.get("x-request-id")).toMatch(/^req_/);
    expect(emulator.zavu.accounts()).toHaveLength(accounts);
    expect(emulator.requests[0]?.status).toBe(429);
  });

  it("replaces the status in each vendor's own envelope, with a given body, and without one", async () => {
    const emulator = await emulate();
    const send = client(emulator.bolna);
    const get = () => send("GET", "/sub-accounts/all");
    emulator.fault({ fault: { kind: "status", when: "before", status: 403 } });
    emulator.fault({ fault: { kind: "status", when: "before", status: 500 } });
    emulator.fault({ fault: { kind: "status", when: "before", status: 418, body: { short: true } } });
    emulator.fault({ fault: { kind: "status", when: "before", status: 502, body: "<h1>no</h1>" } });
    emulator.fault({ fault: { kind: "status", when: "before", status: 204 } });
    expect(await get()).toMatchObject({ status: 403, body: { detail: "Scripted 403" } });
    expect(await get()).toMatchObject({ status: 500, body: { error: 500, message: "Scripted 500" } });
    expect(await get()).toMatchObject({ status: 418, body: { short: true } });
    expect(await get()).toMatchObject({ status: 502, body: "<h1>no</h1>" });
    expect(await get()).toMatchObject({ status: 204, body: undefined });
  });

  it.each([
    ["before", 0, undefined],
    ["after", 1, 503],
  ] as const)("answers garbage %s the effect", async (when, accounts, status) => {
    const fault = { kind: "garbage" as const, when, ...(status && { status }) };
    const { emulator, send } = await scripted({ fault });
    const reply = await send("POST", base, body);
    expect(reply.status).toBe(status ?? 200);
    expect(String(reply.body)).toMatch(/^<!doctype html>/);
    expect(reply.headers.get("content-type")).toContain("text/html");
    expect(emulator.zavu.accounts()).toHaveLength(accounts);
  });

  it("truncates the body, with the full content length, after the effect", async () => {
    const { emulator } = await scripted({ fault: { kind: "truncate" } });
    const response = await fetch(emulator.zavu.url + base, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(100);
    await expect(response.text()).rejects.toThrow("terminated");
    expect(emulator.zavu.accounts()).toHaveLength(1);
    expect(emulator.requests).toMatchObject([{ status: 201, fault: "truncate" }]);
  });

  it("truncates even a reply without a body", async () => {
    const { emulator, send } = await scripted({ method: "DELETE", fault: { kind: "truncate" } });
    const { id } = emulator.zavu.seed();
    const key = emulator.zavu.addKey(id);
    await expect(send("DELETE", `${base}/${id}/api-keys/${key.id}`)).rejects.toThrow();
    expect(emulator.zavu.keyWorks(key.key)).toBe(false);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("hangs %s the effect until the client leaves", async (when, accounts) => {
    const { emulator } = await scripted({ fault: { kind: "hang", when } });
    const leave = new AbortController();
    const pending = fetch(emulator.zavu.url + base, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: leave.signal,
    });
    await vi.waitUntil(
      () => emulator.requests[0]?.body !== undefined && emulator.zavu.accounts().length === accounts,
    );
    leave.abort();
    await expect(pending).rejects.toThrow("aborted");
    expect(emulator.requests).toMatchObject([{ status: undefined, fault: `hang ${when}` }]);
  });

  it("delays the reply, but not the effect", async () => {
    const { emulator, send } = await scripted({ fault: { kind: "delay", ms: 60 } });
    const reply = send("POST", base, body);
    await vi.waitUntil(() => emulator.zavu.accounts().length === 1, { interval: 1 });
    expect(emulator.requests[0]?.status).toBeUndefined();
    expect((await reply).status).toBe(201);
  });

  it("delays the effect, which then comes even though the client has left", async () => {
    const { emulator } = await scripted({ fault: { kind: "delay", ms: 40, when: "before" } });
    const leave = new AbortController();
    const pending = fetch(emulator.zavu.url + base, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: leave.signal,
    });
    await vi.waitUntil(() => emulator.requests[0]?.body !== undefined, { interval: 1 });
    leave.abort();
    await expect(pending).rejects.toThrow("aborted");
    expect(emulator.zavu.accounts()).toEqual([]);
    await vi.waitUntil(() => emulator.zavu.accounts().length === 1);
  });

  it("lets a create lag: invisible to the next reads, but not to writes", async () => {
    const { emulator, send } = await scripted({ method: "POST", fault: { kind: "lag", reads: 2 } });
    expect((await send("POST", base, body)).status).toBe(201);
    const path = `${base}/${emulator.zavu.accounts()[0]?.id}`;
    expect((await send("GET", path)).status).toBe(404);
    expect((await send("PATCH", path, { name: "B" })).status).toBe(200);
    expect((await send("GET", base)).body).toMatchObject({ items: [] });
    expect((await send("GET", base)).body).toMatchObject({ items: [{ name: "B" }] });
  });

  it("lets just that write lag, while others are seen, and several at once", async () => {
    const { emulator, send } = await scripted({ fault: { kind: "lag", reads: 1 } });
    const { id } = emulator.zavu.seed({ name: "v1" });
    const gone = emulator.bolna.seed({ name: "gone" });
    await send("PATCH", `${base}/${id}`, { name: "v2" });
    emulator.fault({ fault: { kind: "lag", reads: 2 } });
    await send("PATCH", `${base}/${id}`, { name: "v3" });
    await send("POST", base, { name: "other" });
    emulator.fault({ fault: { kind: "lag", reads: 1 } });
    const bolna = client(emulator.bolna);
    await bolna("DELETE", `/sub-accounts/${gone.id}`);
    const read = async () => {
      const { body } = await send("GET", base);
      return [dig(body, "items", 1, "name"), dig(body, "items", 0, "name")];
    };
    expect(await read()).toEqual(["v1", "other"]);
    expect(await read()).toEqual(["v2", "other"]);
    expect(await read()).toEqual(["v3", "other"]);
    expect((await bolna("GET", "/sub-accounts/all")).body).toHaveLength(1);
    expect((await bolna("GET", "/sub-accounts/all")).body).toHaveLength(0);
  });
});

describe("A fault rule", () => {
  const teapot = { kind: "status", when: "before", status: 418 } as const;

  it("hits one request unless told otherwise, after those it lets through", async () => {
    const { emulator, send } = await scripted({ skip: 1, times: 2, fault: teapot });
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await send("GET", base)).status);
    expect(statuses).toEqual([200, 418, 418, 200]);
    emulator.fault({ times: Number.POSITIVE_INFINITY, fault: teapot });
    for (let i = 0; i < 3; i += 1) expect((await send("GET", base)).status).toBe(418);
    emulator.clearFaults();
    expect((await send("GET", base)).status).toBe(200);
  });

  it("matches by vendor, method and path, where {id} is one segment", async () => {
    const { emulator, send } = await scripted({
      vendor: "zavu",
      method: "get",
      path: `${base}/{id}`,
      times: Number.POSITIVE_INFINITY,
      fault: teapot,
    });
    const { id } = emulator.zavu.seed();
    expect((await send("GET", `${base}/${id}`)).status).toBe(418);
    expect((await send("DELETE", `${base}/${id}`)).status).toBe(200);
    expect((await send("GET", base)).status).toBe(200);
    expect((await send("GET", `${base}/${id}/api-keys`)).status).toBe(200);
    emulator.clearFaults();
    emulator.fault({ vendor: "bolna", fault: teapot });
    expect((await send("GET", base)).status).toBe(200);
  });

  it("matches by pattern, and by an exact path that is not taken for a pattern", async () => {
    const { emulator, send } = await scripted({ path: /api-keys$/g, times: 2, fault: teapot });
    const { id } = emulator.zavu.seed();
    for (let i = 0; i < 2; i += 1) expect((await send("GET", `${base}/${id}/api-keys`)).status).toBe(418);
    emulator.fault({ path: "/v1/sub.accounts", fault: teapot });
    expect((await send("GET", base)).status).toBe(200);
  });

  it("leaves a request to the first rule that is ready", async () => {
    const { emulator, send } = await scripted({ skip: 1, fault: teapot });
    emulator.fault({ fault: { kind: "status", when: "before", status: 500 } });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await send("GET", base)).status);
    expect(statuses).toEqual([500, 418, 200]);
  });

  it("loses and doubles nothing with requests in parallel", async () => {
    const { emulator, send } = await scripted({ times: 3, fault: teapot });
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => send("POST", base, { name: `n${i}` })),
    );
    expect(replies.filter(({ status }) => status === 418)).toHaveLength(3);
    expect(emulator.zavu.accounts()).toHaveLength(5);
    expect(new Set(emulator.zavu.accounts().map(({ id }) => id)).size).toBe(5);
    expect(emulator.requests).toHaveLength(8);
    expect(new Set(emulator.requests.map((request) => dig(request.body, "name"))).size).toBe(8);
    expect(emulator.requests.every(({ status }) => status === 418 || status === 201)).toBe(true);
  });
});
