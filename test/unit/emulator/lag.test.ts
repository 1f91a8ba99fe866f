import { describe, expect, it, vi } from "vitest";
import { client, count, dig, emulate, newest, noon, text } from "./support";

/** An emulator whose clock moves when a test says so. */
async function clocked(options: Parameters<typeof emulate>[0] = {}) {
  let ms = noon.getTime();
  const emulator = await emulate({ now: () => new Date(ms), ...options });
  return {
    emulator,
    pass: (more: number) => {
      ms += more;
    },
  };
}

describe("lagMs: for so long a write is shown by its own reply alone", () => {
  it("at Zavu, a create, an update, a key and its revocation", async () => {
    const { emulator, pass } = await clocked({ zavu: { lagMs: 3000 } });
    const send = client(emulator.zavu);
    const created = await send("POST", "/v1/sub-accounts", { name: "A" });
    expect(created.status).toBe(201);
    const path = `/v1/sub-accounts/${text(created.body, "subAccount", "id")}`;
    const list = async () => dig((await send("GET", "/v1/sub-accounts")).body, "items");
    expect((await send("GET", path)).status).toBe(404);
    pass(2999);
    expect(await list()).toEqual([]);
    pass(1);
    expect(await list()).toMatchObject([{ name: "A" }]);

    expect((await send("PATCH", path, { name: "B" })).body).toMatchObject({ subAccount: { name: "B" } });
    pass(1000);
    const key = await send("POST", `${path}/api-keys`, { name: "k" });
    const names = async () => {
      const { body } = await send("GET", `${path}/api-keys`);
      return [
        dig(body, "items", 0, "name"),
        dig(body, "items", 1, "name"),
        dig(body, "items", 1, "revokedAt"),
      ];
    };
    expect(await list()).toMatchObject([{ name: "A" }]);
    pass(2000);
    expect(await list()).toMatchObject([{ name: "B" }]);
    expect(await names()).toEqual(["Default", undefined, undefined]);
    pass(1000);
    expect(await names()).toEqual(["Default", "k", null]);

    await send("DELETE", `${path}/api-keys/${text(key.body, "apiKey", "id")}`);
    expect(await names()).toEqual(["Default", "k", null]);
    emulator.zavu.switches.lagMs = 0;
    pass(3000);
    expect(await names()).toEqual(["Default", "k", expect.any(Number)]);
  });

  it("at bctrl, a create, its key and an archival", async () => {
    const { emulator, pass } = await clocked({ bctrl: { lagMs: 500 } });
    const send = newest(emulator.bctrl);
    const { body } = await send("POST", "/v1/subaccounts", { name: "A" });
    const subaccountId = text(body, "id");
    expect((await send("POST", "/v1/api-keys", { subaccountId })).status).toBe(201);
    const seen = async () => [
      (await send("GET", `/v1/subaccounts/${subaccountId}`)).status,
      count((await send("GET", "/v1/subaccounts?status=active")).body, "data"),
      count((await send("GET", "/v1/api-keys")).body, "data"),
    ];
    expect(await seen()).toEqual([404, 0, 0]);
    pass(500);
    expect(await seen()).toEqual([200, 1, 1]);
    await send("POST", `/v1/subaccounts/${subaccountId}/archive`);
    expect(await seen()).toEqual([200, 1, 1]);
    pass(500);
    expect(await seen()).toEqual([200, 0, 1]);
  });

  it("at Bolna, a create and a delete; writes see each other at once", async () => {
    const { emulator, pass } = await clocked({ bolna: { lagMs: 500, duplicateName: 400 } });
    const send = client(emulator.bolna);
    const body = { name: "A", allow_concurrent_calls: 1 };
    const created = await send("POST", "/sub-accounts/create", body);
    expect((await send("POST", "/sub-accounts/create", body)).status).toBe(400);
    const shown = async () => count((await send("GET", "/sub-accounts/all")).body);
    expect(await shown()).toBe(0);
    pass(500);
    expect(await shown()).toBe(1);
    await send("DELETE", `/sub-accounts/${text(created.body, "id")}`);
    expect(await shown()).toBe(1);
    pass(500);
    expect(await shown()).toBe(0);
  });
});

describe("A late effect", () => {
  it.each([
    [{ kind: "status", status: 502 }, 502],
    [{ kind: "status", status: 429 }, 429],
    [{ kind: "garbage" }, 200],
  ] as const)("comes after the reply %j, by the clock", async (fault, status) => {
    const { emulator, pass } = await clocked();
    emulator.fault({ method: "POST", fault: { ...fault, when: { lateMs: 5000 } } });
    const send = client(emulator.zavu);
    expect((await send("POST", "/v1/sub-accounts", { name: "A" })).status).toBe(status);
    pass(4999);
    expect((await send("GET", "/v1/sub-accounts")).body).toMatchObject({ items: [] });
    pass(1);
    expect((await send("GET", "/v1/sub-accounts")).body).toMatchObject({ items: [{ name: "A" }] });
  });

  it("comes after a dropped connection and a hanging one, the earliest first, without a request", async () => {
    const { emulator, pass } = await clocked();
    emulator.fault({ method: "POST", fault: { kind: "drop", when: { lateMs: 900 } } });
    emulator.fault({ method: "POST", fault: { kind: "hang", when: { lateMs: 100 } } });
    const send = client(emulator.zavu);
    await expect(send("POST", "/v1/sub-accounts", { name: "dropped" })).rejects.toThrow("fetch failed");
    const leave = new AbortController();
    const hanging = fetch(`${emulator.zavu.url}/v1/sub-accounts`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "hung" }),
      signal: leave.signal,
    });
    await vi.waitUntil(() => emulator.requests[1]?.body !== undefined);
    leave.abort();
    await expect(hanging).rejects.toThrow("aborted");
    await emulator.landLateEffects();
    expect(emulator.zavu.accounts()).toEqual([]);
    pass(1000);
    await emulator.landLateEffects();
    expect(emulator.zavu.accounts()).toMatchObject([{ name: "hung" }, { name: "dropped" }]);
    expect(emulator.requests.map(({ fault }) => fault)).toEqual([
      "drop, late by 900 ms",
      "hang, late by 100 ms",
    ]);
  });

  it("is done once under an Idempotency-Key that was sent again meanwhile", async () => {
    const { emulator, pass } = await clocked();
    emulator.fault({ fault: { kind: "status", status: 504, when: { lateMs: 1000 } } });
    const send = newest(emulator.bctrl);
    const create = () => send("POST", "/v1/subaccounts", { name: "A" }, { "idempotency-key": "k" });
    expect((await create()).status).toBe(504);
    expect((await create()).status).toBe(201);
    pass(1000);
    await emulator.landLateEffects();
    expect(emulator.bctrl.accounts()).toHaveLength(1);
  });
});
