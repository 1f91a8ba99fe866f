import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ConnectProxyOptions, hideVendor, startConnectProxy } from "../../support/connect-proxy";
import { emulate } from "../emulator/support";
import { doctor, keys } from "./program";

/** An emulator that a proxy alone can reach, and the environment that names both. */
async function hidden(options: ConnectProxyOptions = {}) {
  const emulator = await emulate();
  const vendor = await hideVendor(emulator.url);
  const proxy = await startConnectProxy({ routes: vendor.routes, ...options });
  const trusted = getCACertificates("default");
  setDefaultCACertificates([...trusted, vendor.authority.cert]);
  onTestFinished(async () => {
    setDefaultCACertificates(trusted);
    await Promise.all([proxy.close(), vendor.close()]);
  });
  const env = {
    ZAVU_BASE_URL: `${vendor.url}/zavu`,
    ZAVUDEV_API_KEY: emulator.zavu.apiKey,
    HTTPS_PROXY: proxy.url,
  };
  return { emulator, proxy, env };
}

describe("the route to a vendor", () => {
  it("is shown, and taken", async () => {
    const { proxy, env } = await hidden();
    const { code, output } = await doctor([], { env });
    expect(output).toContain(
      `ok    base URL https://api.vendor.test/zavu, from the environment variable ZAVU_BASE_URL; via proxy ${proxy.address} from HTTPS_PROXY\n`,
    );
    expect(output).toContain("ok    the key from the environment variable ZAVUDEV_API_KEY is accepted");
    expect(new Set(proxy.asked)).toEqual(new Set(["api.vendor.test:443"]));
    expect(code).toBe(0);
  });

  it("is direct to this machine", async () => {
    const { emulator, env } = await hidden();
    const { output } = await doctor([], { env: { ...env, ZAVU_BASE_URL: emulator.zavu.url } });
    expect(output).toContain("from the environment variable ZAVU_BASE_URL; direct\n");
    expect(output).toContain("is accepted");
  });

  it("is what fails where the proxy wants another password, which is not shown", async () => {
    const { env } = await hidden({ credentials: "user:right" });
    const HTTPS_PROXY = env.HTTPS_PROXY.replace("//", "//user:canary-password@");
    const { code, output } = await doctor([], { env: { ...env, HTTPS_PROXY } });
    expect(output).toMatch(
      /FAIL {2}Zavu could not look up the key: the proxy \S+ from HTTPS_PROXY answered 407.*\n +→ export HTTPS_PROXY=<url>/,
    );
    expect(output).not.toContain("canary");
    expect(code).toBe(1);
  });

  it("is refused where the variable names no proxy", async () => {
    const { env } = await hidden();
    const { output } = await doctor(["--offline"], { env: { ...env, HTTPS_PROXY: "ftp://user:canary@p" } });
    expect(output).toMatch(
      /FAIL {2}Zavu: the proxy from .* HTTPS_PROXY is not .*\n +→ export HTTPS_PROXY=http:/,
    );
    expect(output).not.toContain("canary");
  });
});

describe("a proxy in lower case", () => {
  const https_proxy = "http://proxy.example:3128";

  it("fails where Pulumi's gRPC would ask it for the engine on this machine", async () => {
    const { code, output } = await doctor(["--offline"], { env: { https_proxy, no_proxy: "internal" } });
    expect(output).toMatch(
      /FAIL {2}https_proxy .* at 127\.0\.0\.1\n +→ export no_proxy=127\.0\.0\.1,internal\n/,
    );
    expect(code).toBe(1);
  });

  it("is fine where no_proxy names that", async () => {
    const env = { https_proxy, no_proxy: "internal,127.0.0.1", ZAVUDEV_API_KEY: "zv_live_x" };
    expect((await doctor(["--offline"], { env })).code).toBe(0);
  });
});

describe("a base URL", () => {
  const env = { ZAVUDEV_API_KEY: "zv_live_x" };

  it("of the config with a key of the environment is worth a note", async () => {
    const config = { "subaccounts:zavuBaseUrl": "https://eu.example" };
    const { code, output } = await doctor(["--offline"], { env, config });
    expect(output).toMatch(
      /note {2}Zavu: the base URL comes from the config key .*\n +→ export ZAVU_BASE_URL=<url>/,
    );
    expect(code).toBe(0);
  });

  it.each([
    [
      "http to another machine",
      { ZAVU_BASE_URL: "http://emulator:8787/zavu" },
      /→ export ZAVU_BASE_URL=<url>/,
    ],
    [
      "of two names that differ",
      { ZAVU_BASE_URL: "https://a.example", ZAVUDEV_BASE_URL: "https://b.example" },
      /→ unset ZAVUDEV_BASE_URL/,
    ],
  ])("is refused: %s", async (_what, more, mend) => {
    const { code, output } = await doctor(["--offline"], { env: { ...env, ...more } });
    expect(output).toMatch(mend);
    expect(code).toBe(1);
  });

  it("that is set under the SDK's name is noted as idle where the config has one", async () => {
    const config = { "subaccounts:zavuBaseUrl": "https://eu.example", "subaccounts:zavuApiKey": "zv_live_x" };
    const { output } = await doctor(["--offline"], {
      env: { ZAVUDEV_BASE_URL: "https://b.example" },
      config,
    });
    expect(output).toMatch(/note {2}the environment variable ZAVUDEV_BASE_URL is set and not used/);
  });
});

it("a vendor's words are shown as a line of printable characters, by doctor and keys alike", async () => {
  const { emulator, env } = await hidden();
  const words = `no\n::stop::not\u001b[2J\u202e ${"valid ".repeat(400)}`;
  const body = { code: "bad", message: words };
  emulator.fault({ times: 9, fault: { kind: "status", when: "before", status: 400, body } });
  const { output } = await doctor([], { env });
  expect(output).toContain('answered 400 bad "no … valid valid');
  expect(output).not.toMatch(/(?!\n)\p{Cc}|\u202e|^::|(?:valid ){50}/mu);

  emulator.clearFaults();
  const { id } = emulator.zavu.seed({ name: "Acme" });
  emulator.zavu.addKey(id, { name: "pulumi-subaccounts" });
  const listed = {
    id: "k1\n::x::",
    name: "pulumi-subaccounts\u001b[2J",
    keyPrefix: "zv_live_1",
    createdAt: 1,
  };
  emulator.fault({
    path: "/v1/sub-accounts/{id}/api-keys",
    fault: { kind: "status", when: "before", status: 200, body: { items: [listed] } },
  });
  const type = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";
  const account = {
    type,
    urn: `urn:pulumi:dev::tenants::${type}::acme`,
    id,
    inputs: {},
    outputs: { name: "A\u001b[2J" },
  };
  const state = { version: 3, deployment: { resources: [account] } };
  const said = await keys(["--unknown"], { env, state });
  expect(said.output).not.toMatch(/(?!\n)\p{Cc}|^::/mu);
});
