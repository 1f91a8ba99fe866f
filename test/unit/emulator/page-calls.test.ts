import { request } from "node:http";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { emulate } from "./support";

const json = { "content-type": "application/json" };

/** Asks as a program of any kind may: `fetch` would set its own `Origin` and `Host`. */
function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body = "",
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    sent.once("error", reject).end(body);
  });
}

describe("The page's calls", () => {
  it("may come from the page itself and from a command, and from no other site", async () => {
    const emulator = await emulate();
    const [url, { host }] = [`${emulator.url}/_/faults`, new URL(emulator.url)];
    const own = { ...json, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    const post = (headers: Record<string, string>) => ask(url, "POST", headers, '"zavu:hang"');
    expect(await post({ ...own, origin: "http://evil.example" })).toBe(403);
    expect(await post({ ...own, origin: "null" })).toBe(403);
    // Another port is another site's page, too, that a person has open.
    expect(await post({ ...own, origin: "http://127.0.0.1:1" })).toBe(403);
    expect(await post({ ...own, origin: `https://${host}` })).toBe(403);
    expect(await post({ ...json, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post({ ...own, "content-type": "text/plain" })).toBe(403);
    expect(await post({ origin: `http://${host}` })).toBe(403);
    expect(emulator.pendingFaults).toEqual([]);
    expect(await post(own)).toBe(204);
    expect(await post(json)).toBe(204);
    expect(emulator.pendingFaults).toHaveLength(2);
    expect(await ask(url, "DELETE", { ...own, "sec-fetch-site": "same-site" })).toBe(403);
    expect(await ask(url, "DELETE", own)).toBe(204);
    expect(emulator.pendingFaults).toEqual([]);
  });

  it("are not permitted to another origin that asks first, and are read by no other", async () => {
    const emulator = await emulate();
    const asked = { origin: "http://evil.example", "access-control-request-method": "POST" };
    const reply = await fetch(`${emulator.url}/_/faults`, { method: "OPTIONS", headers: asked });
    expect(reply.status).toBe(403);
    const { headers } = await fetch(`${emulator.url}/_/state`);
    for (const each of [reply.headers, headers]) expect(each.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  it("are told in words what they cannot do", async () => {
    const emulator = await emulate();
    const { id } = emulator.bolna.seed();
    const send = async (method: string, path: string, body: unknown) => {
      const sent = { method, headers: json, body: JSON.stringify(body) };
      const reply = await fetch(`${emulator.url}/_/${path}`, sent);
      return [reply.status, Object(await reply.json()).problem];
    };
    expect(await send("POST", "faults", "zavu:lostreply:1")).toEqual([
      400,
      expect.stringContaining("did you mean lost-reply?"),
    ]);
    expect(await send("PUT", "vendors/zavuu", { rate: 1, latencyMs: 0 })).toEqual([
      400,
      "there is no vendor zavuu",
    ]);
    expect(await send("PUT", "vendors/zavu", { rate: 1.5, latencyMs: 0 })).toEqual([
      400,
      expect.stringContaining("whole number of calls a minute"),
    ]);
    expect(await send("PATCH", `vendors/bolna/accounts/${id}`, { api_key: "x" })).toEqual([
      400,
      '"api_key" is not a field that can be changed by hand',
    ]);
    expect(await send("PATCH", "vendors/bolna/accounts/none", { name: "X" })).toEqual([
      400,
      "there is no account none any more",
    ]);
  });
});

it("The page forbids code of its own text, and anything from elsewhere", async () => {
  const response = await fetch((await emulate()).url);
  const policy = response.headers.get("content-security-policy");
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).not.toContain("unsafe");
  const text = await response.text();
  expect(text).not.toMatch(/https?:|<style|<script>| on\w+=| style=/);
});

it("The built package serves the page with all of its scripts", async () => {
  const built: typeof import("../../../emulator") = createRequire(__filename)("../../../dist/emulator");
  await using emulator = await built.startEmulator();
  const read = async (path: string) => {
    const reply = await fetch(emulator.url + path);
    expect([path, reply.status]).toEqual([path, 200]);
    return reply.text();
  };
  const seen = new Set<string>();
  const follow = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, name] of (await read(path)).matchAll(/from "\.\/([\w-]+\.mjs)"/g))
      await follow(`/_/${name}`);
  };
  for (const [, path = ""] of (await read("/")).matchAll(/(?:src|href)="([^"]+)"/g)) await follow(path);
  expect(seen.size).toBeGreaterThan(5);
  expect((await fetch(`${emulator.url}/_/none.mjs`)).status).toBe(404);
});

it("A person can change the limits of each generation of Bolna, and archive an account of bctrl", async () => {
  const emulator = await emulate({ bolna: { generation: "minimum" } });
  const [{ id: bolna }, { id: bctrl }] = [
    emulator.bolna.seed(),
    emulator.bctrl.seed({ limits: { maxSpaces: 3 } }),
  ];
  const change = (path: string, body: object) =>
    fetch(`${emulator.url}/_/vendors/${path}`, {
      method: "PATCH",
      headers: json,
      body: JSON.stringify(body),
    });
  await change(`bolna/accounts/${bolna}`, { min_concurrency: "2", max_concurrency: "" });
  expect(emulator.bolna.accounts()).toMatchObject([{ min_concurrency: 2, max_concurrency: null }]);
  await change(`bctrl/accounts/${bctrl}`, { "limits.maxActiveRuns": "7", status: "archived" });
  expect(emulator.bctrl.accounts()).toMatchObject([
    {
      limits: { maxActiveRuns: 7, maxSpaces: 3 },
      status: "archived",
      archivedAt: "2026-03-10T12:00:00.000Z",
    },
  ]);
});
