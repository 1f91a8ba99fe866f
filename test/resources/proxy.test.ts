import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realSurroundings } from "../../provider/core/base/run";
import { openLookups } from "../../provider/lookups";
import { type ConnectProxyOptions, hideVendor, startConnectProxy } from "../support/connect-proxy";
import { argsOf, declare, outcomeOf } from "../support/customers";
import { Stack } from "../support/stack";

const TYPE = "zavu.SubAccount";
const PASSWORD = "canary p@ss";
const USER = `user:${encodeURIComponent(PASSWORD)}`;

let stack: Stack;
let hidden: Awaited<ReturnType<typeof hideVendor>>;
const trusted = getCACertificates("default");

const trust = () => setDefaultCACertificates([...trusted, hidden.authority.cert]);
const acme = () => stack.up(TYPE, argsOf("zavu", "Acme"));
const said = () => stack.printed.join("\n");

/** Starts a proxy that the environment names, with a user if it asks for one. */
async function proxied(options: ConnectProxyOptions = {}, user = "") {
  const proxy = await startConnectProxy({ routes: hidden.routes, ...options });
  closing.push(proxy.close);
  stack.env["HTTPS_PROXY"] = proxy.url.replace("//", `//${user && `${user}@`}`);
  return proxy;
}

let closing: (() => Promise<void>)[];
beforeEach(async () => {
  stack = await Stack.open();
  hidden = await hideVendor(stack.emulator.url);
  closing = [() => stack.close(), hidden.close];
  stack.env["ZAVU_BASE_URL"] = `${hidden.url}/zavu`;
  trust();
});
afterEach(async () => {
  setDefaultCACertificates(trusted);
  for (const close of closing.reverse()) await close();
});

describe("a vendor that a proxy alone can reach", () => {
  it("has its accounts created, read and ended, and looked up, each call in a tunnel", async () => {
    const proxy = await proxied();
    await acme();
    expect(await stack.refresh(TYPE)).toBe("same");
    const look = openLookups({}, async () => {}, { ...realSurroundings, env: stack.env });
    const found = await look({
      vendor: "zavu",
      name: "getSubAccount",
      args: { name: "Acme" },
      isSecret: false,
    });
    expect(found).toMatchObject({ result: { id: stack.resource(TYPE).id } });
    stack.pass(60_000);
    await stack.upAll([]);
    expect(stack.emulator.zavu.accounts()).toMatchObject([{ status: "inactive" }]);
    expect(new Set(proxy.asked)).toEqual(new Set(["api.vendor.test:443"]));
    // Tunnels are kept for later calls of the same process.
    expect(proxy.asked.length).toBeLessThan(stack.emulator.requests.length);
  });

  it("is reached with the user and password of the variable, which no message shows", async () => {
    await proxied({ credentials: `user:${PASSWORD}` }, USER);
    stack.env["SUBACCOUNTS_DEBUG"] = "1";
    await acme();
    expect(said()).toContain(`"proxy":"${new URL(stack.env["HTTPS_PROXY"] ?? "").host}"`);
    expect(said()).not.toMatch(/canary|Basic/);
  });
});

describe("a proxy that does not let a call pass", () => {
  it("is asked once where it does not accept its user, for some lock one out, and is named without the password", async () => {
    const proxy = await proxied({ credentials: "user:other" }, USER);
    stack.env["BCTRL_BASE_URL"] = `${hidden.url}/bctrl`;
    const program = [declare("zavu", "Acme"), declare("bctrl", "Acme")];
    const failure = await outcomeOf(stack.upAll(program, { continueOnError: true, parallel: 2 }));
    const [first, second] = failure.split("\n");
    expect(first).toMatch(
      /^Zavu could not .*: the proxy 127\.0\.0\.1:\d+ from HTTPS_PROXY answered 407 when asked for api\.vendor\.test; nothing was sent\. Give it the right user and password: export HTTPS_PROXY=http:\/\/<user>:<password>@127/,
    );
    expect(second).toMatch(/nothing was sent, because the proxy .* answered 407 .* before in this run/);
    expect(failure).not.toContain("canary");
    expect(proxy.asked).toHaveLength(1);
  });

  it.each<[string, ConnectProxyOptions, RegExp]>([
    [
      "refuses with a page",
      { routes: {} },
      /the proxy \S+ from HTTPS_PROXY answered 403 when asked for api\.vendor\.test; nothing was sent\. Have the proxy let api\.vendor\.test pass, or add/,
    ],
    [
      "answers with a page, as if all were well",
      { says: "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html><body>Welcome</body></html>" },
      /https:\/\/api\.vendor\.test cannot be reached via proxy \S+ from HTTPS_PROXY \(\w+\); nothing was sent\. Check the network, the proxy and the base URL/,
    ],
    [
      "never answers",
      { says: "" },
      /cannot be reached via proxy \S+ from HTTPS_PROXY \(\w+\); nothing was sent/,
    ],
    [
      "says what is no HTTP",
      { says: "220 mail.example.com ESMTP\r\n" },
      /cannot be reached via proxy \S+ from HTTPS_PROXY \(\w+\); nothing was sent/,
    ],
  ])("is named where it %s", async (_what, options, message) => {
    stack.connectMs = 200;
    await proxied(options);
    expect(await outcomeOf(acme())).toMatch(message);
    expect(stack.emulator.requests).toEqual([]);
  });

  it("is named where it is down", async () => {
    const proxy = await proxied();
    await proxy.close();
    expect(await outcomeOf(acme())).toMatch(
      /https:\/\/api\.vendor\.test cannot be reached via proxy 127\.0\.0\.1:\d+ from HTTPS_PROXY \(ECONNREFUSED\); nothing was sent/,
    );
  });
});

it("a certificate of an authority that is not trusted is told with the variable that names one", async () => {
  await proxied();
  setDefaultCACertificates(trusted);
  expect(await outcomeOf(acme())).toMatch(
    /cannot be reached via proxy \S+ from HTTPS_PROXY \((?:UNABLE_TO|SELF_SIGNED)\w+\); nothing was sent\. Its certificate is not trusted here: .*NODE_EXTRA_CA_CERTS/,
  );
});

it("an emulator on this machine is reached directly, whatever the variables say", async () => {
  const proxy = await proxied();
  stack.env["HTTP_PROXY"] = proxy.url;
  stack.env["ZAVU_BASE_URL"] = stack.emulator.zavu.url;
  await acme();
  expect(proxy.asked).toEqual([]);
});

it("a proxy that is none is refused in the preview", async () => {
  stack.env["https_proxy"] = "socks5://proxy.example:1080";
  await expect(stack.preview(TYPE, argsOf("zavu", "Acme"))).rejects.toThrow(
    /environment variable https_proxy is not an http or https URL/,
  );
});
