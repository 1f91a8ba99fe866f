import { request } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { describe, expect, it, vi } from "vitest";
import { describeAccounts, startEmulator } from "../../../emulator";
import { client, emulate, noon } from "./support";

const base = "/v1/sub-accounts";

describe("The emulator", () => {
  it("listens on loopback only, at a free port, with each vendor below its name", async () => {
    const emulator = await emulate();
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(emulator.zavu.url).toBe(`${emulator.url}/zavu`);
    expect(emulator.bolna.url).toBe(`${emulator.url}/bolna`);
    expect(emulator.bctrl.url).toBe(`${emulator.url}/bctrl`);
    expect((await fetch(`${emulator.url}/nothing`)).status).toBe(404);
  });

  it("answers requests for this machine alone, page and vendors alike: a web page may have its name point here", async () => {
    const emulator = await emulate();
    const { port } = new URL(emulator.url);
    const ask = (host: string, path: string) =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        const headers = { host, authorization: `Bearer ${emulator.zavu.apiKey}` };
        const sent = request({ port, host: "127.0.0.1", path, headers }, async (reply) => {
          resolve({ status: reply.statusCode, body: await textOf(reply) });
        });
        sent.once("error", reject).end();
      });
    for (const path of ["/", "/_/state", "/zavu/v1/me"]) {
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, "zavu.localhost", `[::1]:${port}`]) {
        expect(await ask(host, path)).toMatchObject({ status: 200 });
      }
      for (const host of [
        "evil.example",
        `rebound.example:${port}`,
        "127.0.0.1.evil.example",
        "localhost.evil",
      ]) {
        const { status, body } = await ask(host, path);
        expect([status, body]).toEqual([421, expect.stringMatching(/^The emulator answers .*DNS rebinding/)]);
      }
    }
    expect(emulator.requests).toHaveLength(4);
  });

  it("takes a given port, and rejects with the system's error if that is taken", async () => {
    const port = Number(new URL((await emulate()).url).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("accepts the same parent keys in every run", async () => {
    const [one, two] = [await emulate(), await emulate()];
    expect(one.zavu.apiKey).toBe(two.zavu.apiKey);
    expect(one.bolna.apiKey).toBe(two.bolna.apiKey);
    expect(one.bctrl.apiKey).toBe(two.bctrl.apiKey);
  });

  it("makes the same ids from the same randomness", async () => {
    const seeded = async () => {
      let state = 1;
      const random = () => {
        state = (state * 16_807) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      return (await emulate({ random })).zavu.seed();
    };
    expect(await seeded()).toEqual(await seeded());
  });

  it("keeps two emulators apart", async () => {
    const [one, two] = [await emulate(), await emulate({ zavu: { secondDelete: 404 } })];
    one.zavu.seed();
    expect(two.zavu.accounts()).toEqual([]);
    expect(one.zavu.switches.secondDelete).toBe(200);
  });

  it("closes although a request hangs, and can be closed again", async () => {
    const emulator = await startEmulator();
    emulator.fault({ fault: { kind: "hang", when: "before" } });
    const pending = client(emulator.zavu)("GET", base);
    const failed = expect(pending).rejects.toThrow("fetch failed");
    await vi.waitUntil(() => emulator.requests.length === 1, { interval: 1 });
    await emulator.close();
    await failed;
    await emulator.close();
    await expect(client(emulator.zavu)("GET", base)).rejects.toThrow("fetch failed");
  });

  it("closes although a delayed reply is due", async () => {
    const emulator = await startEmulator();
    emulator.fault({ fault: { kind: "delay", ms: 3_600_000 } });
    const failed = expect(client(emulator.zavu)("GET", base)).rejects.toThrow("fetch failed");
    await vi.waitUntil(() => emulator.requests.length === 1, { interval: 1 });
    await emulator.close();
    await failed;
  });
});

describe("The log", () => {
  it("holds every request in order, with the vendor's path, its query, body, status and time", async () => {
    const emulator = await emulate();
    const send = client(emulator.zavu);
    await send("POST", base, { name: "A" });
    await send("GET", `${base}?limit=5`);
    await client(emulator.bolna)("GET", "/sub-accounts/all");
    await send("POST", base, "no json");
    expect(emulator.requests).toMatchObject([
      { vendor: "zavu", method: "POST", path: base, query: {}, body: { name: "A" }, status: 201, at: noon },
      { vendor: "zavu", method: "GET", path: base, query: { limit: "5" }, body: undefined, status: 200 },
      { vendor: "bolna", method: "GET", path: "/sub-accounts/all", status: 200 },
      { method: "POST", body: "no json", status: 400 },
    ]);
    emulator.clearRequests();
    expect(emulator.requests).toEqual([]);
  });

  it("masks the key, and keeps the other headers", async () => {
    const emulator = await emulate();
    await client(emulator.zavu)("GET", base, undefined, { "x-note": "kept" });
    await client(emulator.zavu, "")("GET", base, undefined, { authorization: emulator.zavu.apiKey });
    await client(emulator.zavu, "")("GET", base, undefined, {
      "x-api-key": emulator.zavu.apiKey,
      "x-acme-token": `Token ${emulator.zavu.apiKey}`,
      "idempotency-key": "kept",
    });
    const [first, second, third] = emulator.requests;
    expect(first?.headers).toMatchObject({ authorization: "Bearer zv_live_…", "x-note": "kept" });
    expect(second?.headers["authorization"]).toBe("…");
    expect(third?.headers).toMatchObject({
      "x-api-key": "…",
      "x-acme-token": "Token zv_live_…",
      "idempotency-key": "kept",
    });
  });

  it("leaves out what is not sent to a vendor", async () => {
    const emulator = await emulate();
    await fetch(emulator.url);
    await fetch(`${emulator.url}/_/state`);
    expect(emulator.requests).toEqual([]);
  });
});

describe("The page", () => {
  it("polls a state without any secret: keys by prefix, metadata by name, no bodies, queries without credentials", async () => {
    const emulator = await emulate();
    const { apiKey } = emulator.zavu.seed({ metadata: { "pulumi-subaccounts": { v: 1 }, token: "canary" } });
    const { api_key } = emulator.bolna.seed({ db_password: "canary" });
    const { id } = emulator.bctrl.seed({ metadata: { token: "canary" }, v2Limits: { spend: "canary" } });
    const { key } = emulator.bctrl.addKey(id);
    await client(emulator.zavu)("POST", base, { name: "canary", metadata: { a: "canary" }, nope: 1 });
    await client(emulator.zavu)("GET", `${base}?limit=5&token=canary`);
    const text = await (await fetch(`${emulator.url}/_/state`)).text();
    const parents = [emulator.zavu.apiKey, emulator.bolna.apiKey, emulator.bctrl.apiKey];
    for (const secret of [apiKey, api_key, key, "canary", ...parents]) {
      expect(text).not.toContain(secret);
    }
    const state = JSON.parse(text);
    const rowsOf = (name: string) =>
      state.vendors.find((vendor: { name: string }) => vendor.name === name).rows;
    expect(rowsOf("zavu")).toMatchObject([
      { metadata: "pulumi-subaccounts, token", keys: `${apiKey.slice(0, 20)}…` },
    ]);
    expect(rowsOf("bolna")).toMatchObject([{ key: `${api_key.slice(0, 8)}…` }]);
    expect(rowsOf("bctrl")).toMatchObject([
      { metadata: "token", limits: "v2 spend", keys: `${key.slice(0, 16)}…` },
    ]);
    expect(state).toMatchObject({
      count: 2,
      requests: [
        { method: "GET", path: base, query: "limit=5&token=…", status: 400, fault: null },
        { method: "POST", path: base, status: 400 },
      ],
    });
  });
});

describe("describeAccounts", () => {
  it("renders the accounts of every vendor as aligned text, without secrets or control characters", async () => {
    const emulator = await emulate();
    const { id, apiKey } = emulator.zavu.seed({ name: "Acme", externalId: "t1", creditLimit: 5000 });
    emulator.zavu.seed({ name: "Line\nbreak\u001b[31m" });
    const text = describeAccounts(emulator);
    expect(text).toContain("Bolna\n  (no accounts)");
    expect(text).toMatch(new RegExp(`\\n  ${id}  Acme +active  t1 +5000 ¢ `));
    expect(text).toContain("Line\u{fffd}break\u{fffd}[31m");
    expect(text).not.toContain(apiKey);
  });
});
