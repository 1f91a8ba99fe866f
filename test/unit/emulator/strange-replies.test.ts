import { describe, expect, it } from "vitest";
import { client, emulate, newest, noon, text } from "./support";

const base = "/v1/sub-accounts";

describe("Bodies of a strange vendor", () => {
  it("gzip: compressed unasked, errors and scripted replies too", async () => {
    const emulator = await emulate({ zavu: { gzip: true } });
    const send = client(emulator.zavu);
    const identity = { "accept-encoding": "identity" };
    const listed = await send("GET", base, undefined, identity);
    expect(listed.headers.get("content-encoding")).toBe("gzip");
    expect(listed.body).toEqual({ items: [], nextCursor: null });
    const missing = await send("GET", `${base}/none`, undefined, identity);
    expect(missing).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(missing.headers.get("content-encoding")).toBe("gzip");
    emulator.fault({ fault: { kind: "foreign", as: "html" } });
    expect((await send("GET", base)).headers.get("content-encoding")).toBe("gzip");
    const { id } = emulator.zavu.seed();
    const key = emulator.zavu.addKey(id);
    expect((await send("DELETE", `${base}/${id}/api-keys/${key.id}`)).status).toBe(204);
  });

  it("endless: the body goes on until the client leaves", async () => {
    const emulator = await emulate();
    emulator.fault({ fault: { kind: "endless" } });
    const response = await fetch(emulator.zavu.url + base, {
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}` },
    });
    expect(response.status).toBe(200);
    let size = 0;
    let head = "";
    for await (const chunk of response.body ?? []) {
      head ||= Buffer.from(chunk).toString().trimEnd();
      size += chunk.length;
      if (size > 10_000_000) break;
    }
    expect(size).toBeGreaterThan(10_000_000);
    expect(head).toBe('{"items":[],"nextCursor":null');
    expect(emulator.requests).toMatchObject([{ fault: "endless" }]);
    expect((await client(emulator.zavu)("GET", base)).status).toBe(200);
  });

  it("slow: the head at once, the body in pieces, after the effect", async () => {
    const emulator = await emulate();
    emulator.fault({ fault: { kind: "slow", ms: 50 } });
    const startMs = performance.now();
    const response = await fetch(emulator.zavu.url + base, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "A" }),
    });
    expect(response.status).toBe(201);
    expect(emulator.zavu.accounts()).toHaveLength(1);
    let pieces = 0;
    for await (const _ of response.body ?? []) pieces += 1;
    expect(pieces).toBeGreaterThan(1);
    expect(performance.now() - startMs).toBeGreaterThan(40);
    expect(emulator.requests).toMatchObject([{ status: 201, fault: "slow, 50 ms" }]);
  });
});

describe("The clock of a vendor", () => {
  it("is the emulator's, in the Date of every reply, a scripted one's too", async () => {
    const emulator = await emulate();
    emulator.fault({ fault: { kind: "status", when: "before", status: 503 } });
    emulator.fault({ fault: { kind: "foreign", as: "code" } });
    for (const status of [503, 404, 200]) {
      const reply = await client(emulator.zavu)("GET", base);
      expect(reply.status).toBe(status);
      expect(reply.headers.get("date")).toBe(noon.toUTCString());
    }
  });

  it("clockOffsetMs: is ahead or behind, with its time stamps and rate windows", async () => {
    const hour = 3_600_000;
    const emulator = await emulate({ zavu: { clockOffsetMs: hour }, bctrl: { clockOffsetMs: -hour } });
    const reply = await client(emulator.zavu)("POST", base, { name: "A" });
    const ahead = new Date(noon.getTime() + hour);
    expect(reply.headers.get("date")).toBe(ahead.toUTCString());
    expect(reply.headers.get("x-ratelimit-reset")).toBe(String(ahead.getTime() + 60_000));
    expect(emulator.zavu.accounts()).toMatchObject([
      { createdAt: ahead.toISOString(), keys: [{ createdAt: ahead.getTime() }] },
    ]);
    const behind = await newest(emulator.bctrl)("POST", "/v1/subaccounts", { name: "A" });
    expect(text(behind.body, "createdAt")).toBe(new Date(noon.getTime() - hour).toISOString());
    expect(emulator.requests[0]?.at).toEqual(noon);
  });

  it("rateWindowMs: what is used up comes back in 20 hours", async () => {
    const { zavu } = await emulate({
      zavu: { enforceRateLimit: true, requestsPerMinute: 1, rateWindowMs: 72_000_000 },
    });
    const send = client(zavu);
    const { headers } = await send("GET", base);
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
    expect(headers.get("x-ratelimit-reset")).toBe(String(noon.getTime() + 72_000_000));
    const refused = await send("GET", base);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("72000");
  });

  it("rateWindowMs: a window of less than a minute is used up late in a minute as well", async () => {
    const { zavu } = await emulate({
      zavu: { enforceRateLimit: true, requestsPerMinute: 1, rateWindowMs: 10_000 },
      now: () => new Date(noon.getTime() + 25_000),
    });
    const send = client(zavu);
    await send("GET", base);
    const refused = await send("GET", base);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
  });
});
