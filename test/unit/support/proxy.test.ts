import { describe, expect, it, onTestFinished } from "vitest";
import { environmentOf } from "../../support/environment.mts";
import { startProxy } from "../../support/proxy";
import { client, emulate, noon } from "../emulator/support";

const base = "/v1/sub-accounts";

async function proxied() {
  const emulator = await emulate();
  const proxy = await startProxy(emulator.url);
  onTestFinished(() => proxy.close());
  const { apiKey } = emulator.zavu;
  return { emulator, proxy, send: client({ url: `${proxy.url}/zavu`, apiKey }) };
}

describe("A proxy in front of the emulator", () => {
  it("lets requests and replies pass and logs them", async () => {
    const { emulator, proxy, send } = await proxied();
    const created = await send("POST", base, { name: "é" });
    expect(created.status).toBe(201);
    expect(created.headers.get("date")).toBe(noon.toUTCString());
    const listed = await send("GET", `${base}?limit=1`);
    expect(listed.body).toMatchObject({ items: [{ name: "é" }] });
    expect((await send("DELETE", `${base}/none/api-keys/none`)).status).toBe(404);
    expect(proxy.passed).toMatchObject([
      { method: "POST", path: `/zavu${base}`, body: '{"name":"é"}', status: 201, by: "vendor" },
      { method: "GET", path: `/zavu${base}?limit=1`, body: "", status: 200, by: "vendor" },
      { method: "DELETE", status: 404, by: "vendor" },
    ]);
    expect(emulator.requests).toHaveLength(3);
  });

  it("changes a request, answers one, and drops one, before the vendor sees it", async () => {
    const { emulator, proxy, send } = await proxied();
    proxy.onRequest((request) =>
      request.body.includes("changed") ? { ...request, body: '{"name":"other"}' } : undefined,
    );
    proxy.onRequest(async ({ method }) => {
      return method === "DELETE" ? { status: 451, headers: { "x-by": "test" }, body: "{}" } : undefined;
    });
    proxy.onRequest(({ method }) => (method === "PATCH" ? "drop" : undefined));
    expect((await send("POST", base, { name: "changed" })).body).toMatchObject({
      subAccount: { name: "other" },
    });
    const refused = await send("DELETE", `${base}/x`);
    expect(refused).toMatchObject({ status: 451, body: {} });
    expect(refused.headers.get("x-by")).toBe("test");
    await expect(send("PATCH", `${base}/x`, {})).rejects.toThrow("fetch failed");
    expect(proxy.passed.map(({ by, status }) => [by, status])).toEqual([
      ["vendor", 201],
      ["test", 451],
      ["test", undefined],
    ]);
    expect(emulator.requests).toHaveLength(1);
    proxy.clear();
    expect((await send("DELETE", `${base}/x`)).status).toBe(404);
  });

  it("changes a reply and drops one, after the effect", async () => {
    const { emulator, proxy, send } = await proxied();
    proxy.onReply((_, { method }) => (method === "POST" ? "drop" : undefined));
    proxy.onReply((reply, { path }) => {
      if (!path.endsWith(base)) return undefined;
      return { ...reply, status: 203, body: reply.body.replace('"A"', '"B"') };
    });
    await expect(send("POST", base, { name: "A" })).rejects.toThrow("fetch failed");
    expect(emulator.zavu.accounts()).toMatchObject([{ name: "A" }]);
    const listed = await send("GET", base);
    expect(listed).toMatchObject({ status: 203, body: { items: [{ name: "B" }] } });
    expect(listed.headers.get("content-type")).toContain("json");
  });

  it("drops what the vendor drops, and streams what has no end", async () => {
    const { emulator, proxy, send } = await proxied();
    emulator.fault({ fault: { kind: "drop", when: "before" } });
    await expect(send("GET", base)).rejects.toThrow("fetch failed");
    emulator.fault({ fault: { kind: "endless" } });
    const response = await fetch(`${proxy.url}/zavu${base}`, {
      headers: { authorization: `Bearer ${emulator.zavu.apiKey}` },
    });
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > 1_000_000) break;
    }
    expect(size).toBeGreaterThan(1_000_000);
  });

  it("stands for the emulator in a provider's environment", async () => {
    const { emulator, proxy } = await proxied();
    const env = proxy.through(environmentOf(emulator));
    expect(env).toMatchObject({
      ZAVU_BASE_URL: `${proxy.url}/zavu`,
      BCTRL_BASE_URL: `${proxy.url}/bctrl`,
      ZAVUDEV_API_KEY: emulator.zavu.apiKey,
    });
  });
});
