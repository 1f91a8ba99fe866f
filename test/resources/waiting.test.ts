import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { bctrl } from "../../provider/bctrl/client";
import { bolna } from "../../provider/bolna/client";
import { Redactor } from "../../provider/core/base/redact";
import { Run } from "../../provider/core/base/run";
import { connect } from "../../provider/core/vendor-io/connection";
import { Http } from "../../provider/core/vendor-io/http";
import { RateBudget, type RateLimit } from "../../provider/core/vendor-io/rate-budget";
import type { Vendor } from "../../provider/core/vendor-io/vendor";
import { zavu } from "../../provider/zavu/client";
import { Stack } from "../support/stack";
import { VirtualTime } from "../support/virtual-time";

const HOUR = 3_600_000;
const MIB = 1024 * 1024;

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** A vendor of raw HTTP. @returns its base URL, and each request as "METHOD path". */
async function vendor(answer: RequestListener) {
  const requests: string[] = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, requests };
}

const error = (status: number) => ({ code: `code_${status}`, message: `Said ${status}` });

/** One connection without a vendor's words, in virtual time but for what the socket takes. */
function connection(baseUrl: string, options: { maxWaitMs?: number; documented?: RateLimit } = {}) {
  const { maxWaitMs = 600_000, documented } = options;
  const time = new VirtualTime();
  const run = new Run(time.surroundings({ tell: async () => undefined }));
  const http = new Http({
    run,
    budget: new RateBudget({ run, title: "Zavu", documented, progress: () => "some done" }),
    maxWaitMs,
    title: "Zavu",
    baseUrl,
    baseUrlSource: "a test",
    headers: {},
    credentials: new Redactor(),
    decodeFailure: zavu.decodeFailure,
    advice: async () => undefined,
  });
  const get = (path = "/") =>
    http.send({ operation: "look", method: "GET", path, reply: z.looseObject({ ok: z.boolean() }) });
  const startMs = time.now();
  return { get, time, http, passedMs: () => time.now() - startMs };
}

/** A vendor's client against a base URL. */
function clientOf<Client>(of: Vendor<Client>, baseUrl: string, time = new VirtualTime()): Client {
  const settings = {
    apiKey: "parent-key",
    apiKeySource: "a test",
    apiKeyCommand: "none",
    baseUrl,
    baseUrlSource: "a test",
    baseUrlCommand: "none",
    apiVersion: undefined,
    maxWaitMs: undefined,
    allowedOrganizations: undefined,
    checksAllKeys: false,
  };
  return connect(of, settings, new Run(time.surroundings())).client;
}

describe("a pause that ends later than a call may wait", () => {
  const far = (nowMs: number) => String(nowMs + 20 * HOUR);

  it.each([
    ["X-RateLimit-Remaining: 0 with a reset in 20 hours", 200],
    ["the same in a 429", 429],
  ])("fails the next call at once, by %s", async (_what, status) => {
    const nowMs = new VirtualTime().now();
    const { baseUrl, requests } = await vendor((_request, response) => {
      response.writeHead(status, {
        date: new Date(nowMs).toUTCString(),
        "x-ratelimit-limit": "600",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": far(nowMs),
      });
      response.end(JSON.stringify(status === 200 ? { ok: true } : error(status)));
    });
    const { get, time, passedMs } = connection(baseUrl, { maxWaitMs: 5_000 });
    await time.run(get().catch(() => undefined));
    await expect(time.run(get())).rejects.toThrow(
      /could not look: the rate limit asks to wait 72000 s, longer than a call may wait.*raise subaccounts:maxWaitSeconds/,
    );
    expect([requests.length, passedMs()]).toEqual([1, 0]);
  });

  it("is no longer than the window that the vendor documents", async () => {
    const nowMs = new VirtualTime().now();
    let calls = 0;
    const { baseUrl } = await vendor((_request, response) => {
      response.setHeader("date", new Date(nowMs).toUTCString());
      if (++calls === 1)
        response.writeHead(200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": far(nowMs) });
      response.end(JSON.stringify({ ok: true }));
    });
    const { get, time, passedMs } = connection(baseUrl, { documented: { requests: 600, perMs: 60_000 } });
    await time.run(get());
    await time.run(get());
    expect(passedMs()).toBe(60_000);
  });
});

describe("a vendor whose clock is off", () => {
  const offs = [
    ["an hour ahead", HOUR],
    ["an hour behind", -HOUR],
    ["a day ahead", 24 * HOUR],
  ] as const;
  const shapes = (vendorMs: number) => [
    { "retry-after": new Date(vendorMs + 3_000).toUTCString() },
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(vendorMs + 3_000) },
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String((vendorMs + 3_000) / 1_000) },
  ];

  it.each(offs.flatMap(([what, offMs]) => [0, 1, 2].map((shape) => [what, shape, offMs] as const)))(
    "(%s) is waited for as long as it means, in shape %i",
    async (_what, shape, offMs) => {
      const vendorMs = new VirtualTime().now() + offMs;
      let calls = 0;
      const { baseUrl } = await vendor((_request, response) => {
        const isFirst = ++calls === 1;
        response.writeHead(isFirst ? 429 : 200, {
          date: new Date(vendorMs).toUTCString(),
          ...(isFirst ? shapes(vendorMs)[shape] : {}),
        });
        response.end(JSON.stringify(isFirst ? error(429) : { ok: true }));
      });
      const { get, time, passedMs } = connection(baseUrl);
      await time.run(get());
      expect(passedMs()).toBe(3_000);
    },
  );
});

describe("the body of a reply", () => {
  const compressed = (text: string): readonly (readonly [string, Buffer])[] => [
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
    ["br", brotliCompressSync(text)],
    ["gzip, br", brotliCompressSync(gzipSync(text))],
    ["identity", Buffer.from(text)],
  ];

  it("is asked for without encoding, and decoded when it is encoded all the same", async () => {
    const asked = new Set<unknown>();
    for (const [encoding, bytes] of compressed('{"ok": true, "name": "é"}')) {
      const { baseUrl } = await vendor((request, response) => {
        asked.add(request.headers["accept-encoding"]);
        response.writeHead(200, { "content-encoding": encoding }).end(bytes);
      });
      const { get, time } = connection(baseUrl);
      expect(await time.run(get()), encoding).toMatchObject({ ok: true, name: "é" });
      server?.close();
    }
    expect([...asked]).toEqual(["identity"]);
  });

  it("of an error is decoded, too", async () => {
    const { baseUrl } = await vendor((_request, response) => {
      response.writeHead(400, { "content-encoding": "gzip" }).end(gzipSync(JSON.stringify(error(400))));
    });
    const { get, time } = connection(baseUrl);
    await expect(time.run(get())).rejects.toThrow(/answered 400 code_400 "Said 400"/);
  });

  it("without end is read for 8 MiB and refused with the reason", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(MIB / 4, " ");
    const { baseUrl } = await vendor((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on("drain", more);
      more();
    });
    const { http, time } = connection(baseUrl);
    const post = http.send({ operation: "create", method: "POST", path: "/", reply: z.unknown() });
    await expect(time.run(post)).rejects.toThrow(/POST \/ cannot be understood \(it is longer than 8 MiB\)/);
    // What the sockets of both sides buffer comes on top.
    expect(sent).toBeLessThan(32 * MIB);
  });

  it.each(compressed(" ".repeat(9 * MIB)).filter(([encoding]) => encoding !== "identity"))(
    "that decodes to more than that (%s) is refused like it",
    async (encoding, bytes) => {
      const { baseUrl } = await vendor((_request, response) => {
        response.writeHead(200, { "content-encoding": encoding }).end(bytes);
      });
      const { get, time } = connection(baseUrl);
      await expect(time.run(get())).rejects.toThrow(/it is longer than 8 MiB/);
    },
  );

  it.each([
    ["is cut short", "gzip", gzipSync('{"ok": true}').subarray(0, 20), /content-encoding cannot be decoded/],
    ["is no gzip", "gzip", Buffer.from('{"ok": true}'), /content-encoding cannot be decoded/],
    ["has an encoding nobody asked for", "compress", Buffer.from("??"), /content-encoding is not supported/],
  ])("that %s is refused with the reason", async (_what, encoding, bytes, message) => {
    const { baseUrl } = await vendor((_request, response) => {
      response.writeHead(200, { "content-encoding": encoding }).end(bytes);
    });
    const { get, time } = connection(baseUrl);
    await expect(time.run(get())).rejects.toThrow(message);
  });
});

describe("after the first refused key of a connection", () => {
  it.each([
    ["zavu", 401, { code: "unauthorized", message: "Invalid API key" }],
    ["bctrl", 401, { error: { code: "auth.invalid", message: "Invalid API key" } }],
    ["bolna", 401, { detail: "Unrecognized access token" }],
    ["bolna", 403, { detail: "Unrecognized access token" }],
    ["bolna", 403, { detail: "Not authenticated" }],
  ] as const)(
    "nothing more is sent, and every call fails with that answer: %s, %i %j",
    async (name, status, body) => {
      const { baseUrl, requests } = await vendor((_request, response) => {
        response.writeHead(status).end(JSON.stringify(body));
      });
      const list = lister(name, baseUrl);
      await expect(list()).rejects.toThrow(new RegExp(`answered ${status}`));
      expect(requests).toHaveLength(1);
      for (const call of await Promise.allSettled(Array.from({ length: 100 }, list))) {
        expect(call).toMatchObject({ status: "rejected", reason: { status, effect: "none" } });
        const { message } = (call as PromiseRejectedResult).reason;
        expect(message).toMatch(
          new RegExp(
            `nothing was sent, because the key was refused before in this run \\(${status}\\)\\. See the first such error`,
          ),
        );
      }
      expect(requests).toHaveLength(1);
    },
  );

  it("calls that wait for their turn are not sent either", async () => {
    const { baseUrl, requests } = await vendor((_request, response) => {
      response.writeHead(401).end(JSON.stringify(error(401)));
    });
    const list = lister("zavu", baseUrl);
    await Promise.allSettled(Array.from({ length: 200 }, list));
    // Those that were under way, and one that took the place of the first.
    expect(requests.length).toBeLessThanOrEqual(33);
  });

  it.each([
    ["zavu", 403, { code: "forbidden", message: "No access to this account" }],
    ["bctrl", 403, { error: { code: "api_keys.subaccount_access_denied", message: "Archived" } }],
    ["bolna", 403, { detail: "This sub-account is not yours" }],
    ["bolna", 403, { error: 403, message: "The token of this call has no access to the account" }],
  ] as const)("but not after a 403 about one account: %s, %i %j", async (name, status, body) => {
    const { baseUrl, requests } = await vendor((_request, response) => {
      response.writeHead(status).end(JSON.stringify(body));
    });
    const list = lister(name, baseUrl);
    await expect(list()).rejects.toThrow(/answered 403/);
    const before = requests.length;
    await expect(list()).rejects.toThrow(/answered 403/);
    expect(requests.length).toBeGreaterThan(before);
  });

  /** Lists the accounts over one connection. */
  function lister(name: "zavu" | "bctrl" | "bolna", baseUrl: string): () => Promise<unknown> {
    if (name === "zavu") {
      const client = clientOf(zavu, baseUrl);
      return () => client.page(undefined);
    }
    if (name === "bctrl") {
      const client = clientOf(bctrl, baseUrl);
      return () => client.listSubaccounts({});
    }
    const client = clientOf(bolna, baseUrl);
    return () => client.listSubAccounts(undefined);
  }
});

describe("a program of many accounts", () => {
  const type = "zavu.SubAccount";
  let stack: Stack | undefined;
  afterEach(() => stack?.close());

  it("sends a refused key no more often than calls are under way at once", async () => {
    const opened = await Stack.open();
    stack = opened;
    opened.env["ZAVUDEV_API_KEY"] = "zv_live_refused";
    await opened.operation(async () => {
      const names = Array.from({ length: 100 }, (_, index) => `t${index}`);
      const ups = names.map((name) => opened.up(type, { name, externalId: name }, { name }));
      for (const up of await Promise.allSettled(ups)) {
        expect(up).toMatchObject({
          status: "rejected",
          reason: { message: expect.stringMatching(/answered 401.*ZAVUDEV_API_KEY/) },
        });
      }
    });
    expect(opened.emulator.requests.length).toBeLessThanOrEqual(33);
  });

  it("sends no further create after eight of unknown outcome in a row", async () => {
    const opened = await Stack.open();
    stack = opened;
    const fault = { kind: "status", when: "before", status: 502 } as const;
    opened.emulator.fault({ method: "POST", times: Number.POSITIVE_INFINITY, fault });
    await opened.operation(async () => {
      for (let index = 0; index < 10; index++) {
        const name = `t${index}`;
        const message =
          index < 8 ? /502.*may or may not have taken effect/ : /8 creates in a row could not be told/;
        await expect(opened.up(type, { name, externalId: name }, { name })).rejects.toThrow(message);
      }
    });
    expect(opened.writes()).toHaveLength(8 * 2);
  });
});

describe("a 404", () => {
  const reading = {
    zavu: (baseUrl: string) => clientOf(zavu, baseUrl).get("id1"),
    bctrl: (baseUrl: string) => clientOf(bctrl, baseUrl).retrieveSubaccount("id1"),
    bolna: (baseUrl: string) => clientOf(bolna, baseUrl).retrieveUsage("id1", {}),
  };
  const answering = (body: unknown) =>
    vendor((_request, response) => {
      response.writeHead(404).end(typeof body === "string" ? body : JSON.stringify(body));
    });

  it.each([
    ["zavu", { code: "not_found", message: "Sub-account not found" }],
    ["zavu", { error: { code: "not_found", message: "Sub-account not found" } }],
    ["bctrl", { code: "subaccount.not_found", error: "No such subaccount" }],
    ["bctrl", { error: { code: "api_key.not_found", message: "No such key" } }],
  ] as const)("of %s in its own words says that there is no such thing: %j", async (name, body) => {
    const { baseUrl } = await answering(body);
    expect(await reading[name](baseUrl)).toBeUndefined();
  });

  const foreign = [
    "<html><body><h1>404 Not Found</h1></body></html>",
    "",
    "null",
    { message: "no Route matched with those values" },
    { message: "Not Found" },
    { error: "Not Found" },
    { error: { code: "NOT_FOUND" } },
    { code: 404, message: "Not Found" },
  ];
  it.each((["zavu", "bctrl"] as const).flatMap((name) => foreign.map((body) => [name, body] as const)))(
    "of anything else before %s proves nothing and points at the base URL: %j",
    async (name, body) => {
      const { baseUrl } = await answering(body);
      await expect(reading[name](baseUrl)).rejects.toThrow(
        new RegExp(
          `answered 404.*This is no answer of ${name}: check the base URL, ${baseUrl} from a test`,
          "i",
        ),
      );
    },
  );

  it("of bctrl about a route proves nothing", async () => {
    const { baseUrl } = await answering({ error: { code: "route.not_found", message: "No such route" } });
    await expect(reading.bctrl(baseUrl)).rejects.toThrow(/no proof that it is gone.*check.*base URL/);
  });

  it.each([{ error: 404, message: "Not found" }, { detail: "Not found" }, "<html></html>"])(
    "of Bolna never proves anything: %j",
    async (body) => {
      const { baseUrl } = await answering(body);
      await expect(reading.bolna(baseUrl)).rejects.toThrow(/answered 404.*check.*the base URL/);
    },
  );
});

describe("a reply about another account than the one that was asked for", () => {
  const account = { id: "other", name: "Other", status: "active" };
  const zavuReply = { subAccount: account };
  type At = readonly [baseUrl: string, time: VirtualTime];

  const calls: readonly [string, object, (at: At) => Promise<unknown>][] = [
    ["zavu, read", zavuReply, (at: At) => clientOf(zavu, ...at).get("mine")],
    ["zavu, update", zavuReply, (at: At) => clientOf(zavu, ...at).update("mine", {}, undefined, () => {})],
    ["bctrl, read", account, (at: At) => clientOf(bctrl, ...at).retrieveSubaccount("mine")],
    ["bctrl, update", account, (at: At) => clientOf(bctrl, ...at).updateSubaccount("mine", {})],
    ["bctrl, usage", { ...account, usage: {} }, (at: At) => clientOf(bctrl, ...at).retrieveUsage("mine")],
  ];

  it.each(calls)("is refused: %s", async (_what, reply, call) => {
    const { baseUrl } = await vendor((_request, response) => void response.end(JSON.stringify(reply)));
    const time = new VirtualTime();
    await expect(time.run(call([baseUrl, time]))).rejects.toMatchObject({
      name: "ReplyError",
      message: expect.stringMatching(/the 200 reply to \w+ \S+\/mine is about another id, other/),
    });
  });
});
