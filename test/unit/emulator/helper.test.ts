import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startEmulator, vendorNames } from "../../../emulator";
import { client, emulate, newest } from "./support";

/** The status for a request that calls the emulator by this name. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host } }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    sent.once("error", reject).end();
  });
}

describe("An emulator for a person's own tests", () => {
  it("names the environment that points a program at it", async () => {
    const emulator = await emulate();
    expect(emulator.environment).toMatchObject({
      ZAVU_BASE_URL: emulator.zavu.url,
      ZAVUDEV_API_KEY: emulator.zavu.apiKey,
      BOLNA_BASE_URL: emulator.bolna.url,
      BOLNA_API_KEY: emulator.bolna.apiKey,
      BCTRL_BASE_URL: emulator.bctrl.url,
      BCTRL_API_KEY: emulator.bctrl.apiKey,
    });
    expect(Object.keys(emulator.environment)).toHaveLength(2 * vendorNames.length);
  });

  it("closes itself at the end of a block", async () => {
    let url = "";
    {
      await using emulator = await startEmulator();
      url = emulator.url;
      expect((await fetch(url)).status).toBe(200);
    }
    await expect(fetch(url)).rejects.toThrow();
  });

  it("forgets everything between two tests, and has the switches that it was started with", async () => {
    const emulator = await emulate({
      seed: { zavu: { accounts: [{ name: "A" }] } },
      zavu: { secondDelete: 404, enforceRateLimit: true, requestsPerMinute: 1 },
    });
    const create = () =>
      newest(emulator.bctrl)("POST", "/v1/subaccounts", { name: "B" }, { "idempotency-key": "same" });
    const first = await create();
    emulator.other.bolna.seed();
    emulator.fault("zavu:hang:always");
    emulator.zavu.switches.secondDelete = 200;
    emulator.zavu.switches.clampCreditLimit = 1;
    emulator.reset();
    expect([emulator.zavu.accounts(), emulator.bctrl.accounts(), emulator.other.bolna.accounts()]).toEqual([
      [],
      [],
      [],
    ]);
    expect([emulator.requests, emulator.pendingFaults]).toEqual([[], []]);
    expect(emulator.zavu.switches).toMatchObject({ secondDelete: 404 });
    expect(emulator.zavu.switches.clampCreditLimit).toBeUndefined();
    // Neither what was remembered of a call nor the used up rate is left.
    expect(await create()).not.toMatchObject({ body: first.body });
    expect((await client(emulator.zavu)("GET", "/v1/me")).status).toBe(200);
    emulator.reset();
    expect((await client(emulator.zavu)("GET", "/v1/me")).status).toBe(200);
  });
});

describe("The names by which it may be asked", () => {
  it("are those of this machine and those that are allowed, whatever the port", async () => {
    const { url } = await emulate({
      host: "0.0.0.0",
      allowHosts: ["emulator", "Vendors.Internal", "192.168.1.5"],
    });
    const local = new URL(url);
    expect(local.hostname).toBe("127.0.0.1");
    const ask = (host: string) => statusFor(url, host);
    for (const host of [
      "emulator",
      "EMULATOR:8787",
      "vendors.internal:80",
      "192.168.1.5",
      "localhost:8787",
    ]) {
      expect([host, await ask(host)]).toEqual([host, 200]);
    }
    for (const host of ["evil.example", "emulator.evil.example", "emulator.", "x.emulator", "192.168.1.6"]) {
      expect([host, await ask(host)]).toEqual([host, 421]);
    }
  });

  it.each([
    [{ host: "0.0.0.0" }, "Say by which names they may ask"],
    [{ host: "::" }, "Say by which names they may ask"],
    [{ allowHosts: ["*"] }, '"*" is not the name of one host'],
    [{ allowHosts: ["http://emulator"] }, "without http:// and port"],
    [{ allowHosts: ["emulator:8787"] }, "without http:// and port"],
    [{ allowHosts: [""] }, '"" is not the name of one host'],
  ])("are said one by one: %j", async (options, words) => {
    await expect(startEmulator(options)).rejects.toThrow(words);
  });
});

it("A latency delays the effect of a call, and one vendor's is not another's", async () => {
  const emulator = await emulate();
  emulator.zavu.switches.latencyMs = 60_000;
  const [pending, asked] = [client(emulator.zavu)("POST", "/v1/sub-accounts", { name: "A" }), emulator.bolna];
  const lost = expect(pending).rejects.toThrow();
  expect((await client(asked)("GET", "/sub-accounts/all")).status).toBe(200);
  await expect.poll(() => emulator.requests.length).toBe(2);
  expect(emulator.zavu.accounts()).toEqual([]);
  await emulator.close();
  await lost;
});
