import { Dispatcher, EnvHttpProxyAgent } from "undici";
import { describe, expect, it } from "vitest";
import { proxyOf, routeText } from "../../../provider/core/vendor-io/proxy";

const BASE = "https://api.zavu.dev";
const proxy = (env: Record<string, string>, baseUrl = BASE) => proxyOf("Zavu", baseUrl, env);
const route = (env: Record<string, string>, baseUrl = BASE) => routeText(proxy(env, baseUrl));

describe("the way to a vendor", () => {
  it.each<[Record<string, string>, string]>([
    [{}, "direct"],
    [{ HTTPS_PROXY: "http://p:3128" }, "via proxy p:3128 from HTTPS_PROXY"],
    [{ HTTPS_PROXY: "http://p:3128", https_proxy: "http://q" }, "via proxy q:80 from https_proxy"],
    [{ HTTPS_PROXY: "https://p", https_proxy: "" }, "via proxy p:443 from HTTPS_PROXY"],
    [{ HTTP_PROXY: "http://p:1", HTTPS_PROXY: "http://q:2" }, "via proxy q:2 from HTTPS_PROXY"],
    [{ HTTP_PROXY: "http://p:1" }, "via proxy p:1 from HTTP_PROXY"],
    [{ http_proxy: "http://p:1" }, "via proxy p:1 from http_proxy"],
    [{ HTTPS_PROXY: "p:3128\n" }, "via proxy p:3128 from HTTPS_PROXY"],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "zavu.dev" }, "direct"],
    [{ HTTPS_PROXY: "http://p", no_proxy: "zavu.dev", NO_PROXY: "x" }, "direct"],
    [{ HTTPS_PROXY: "http://p", no_proxy: "", NO_PROXY: "zavu.dev" }, "direct"],
  ])("of %j is %s", (env, text) => {
    expect(route(env)).toBe(text);
  });

  it.each(["http://127.0.0.1:8787/zavu", "http://localhost:8787", "http://zavu.localhost", "https://[::1]"])(
    "to this machine is direct, whatever the variables say: %s",
    (baseUrl) => {
      expect(route({ HTTP_PROXY: "http://p", HTTPS_PROXY: "http://p" }, baseUrl)).toBe("direct");
    },
  );

  it.each([
    "socks5://p:1080",
    '"http://p:3128"',
    "http://user:p#w@p:3128",
    "http://user:100%@p:3128",
    "http://p:port",
    "http://p:3128/path",
    "http://p:3128?x",
    "http://p:3128#x",
  ])("is refused before anything is sent where the variable is no proxy, without its value: %s", (value) => {
    expect(() => proxy({ HTTPS_PROXY: value })).toThrow(
      /^(?!.*(?:p#w|100%|socks)).*environment variable HTTPS_PROXY is not an http or https URL of a host alone; use one like/,
    );
    expect(route({ HTTPS_PROXY: value, NO_PROXY: "*" })).toBe("direct");
  });

  it("keeps user and password for the proxy alone", () => {
    const found = proxy({ HTTPS_PROXY: "http://user:p%40ss@p:3128" });
    expect(found).toMatchObject({ address: "p:3128", secrets: ["p%40ss", "p@ss"] });
    expect(routeText(found)).not.toMatch(/user|ss@/);
  });
});

/** Whether undici's own agent would go through the proxy, without a connection. */
function undiciProxies(origin: string, noProxy: string): boolean {
  let isProxied = false;
  class Noted extends Dispatcher {
    override dispatch(): boolean {
      return true;
    }
  }
  const agent = new EnvHttpProxyAgent({
    httpProxy: "http://p",
    httpsProxy: "http://p",
    noProxy,
    factory: (_origin, options) => {
      // Of a direct connection it is ours, of a tunnel undici's.
      isProxied = "connect" in options && typeof options.connect === "function";
      return new Noted();
    },
  });
  agent.dispatch({ origin, path: "/", method: "GET" }, {});
  return isProxied;
}

describe("NO_PROXY", () => {
  const lists = [
    ["", "*", "x,*", "*:443", "*:80", " api.zavu.dev ", "API.ZAVU.DEV", "api.zavu.dev.", "api.zavu.dev:443"],
    [
      "api.zavu.dev:80",
      "zavu.dev",
      ".zavu.dev",
      "*.zavu.dev",
      "*.api.zavu.dev",
      "avu.dev",
      "dev",
      "x zavu.dev",
    ],
    [
      "10.1.2.3",
      "10.1.2.3:443",
      "10.1.2.3:8443",
      "10.0.0.0/8",
      "fd00::1",
      "[fd00::1]",
      "[fd00::1]:443",
      ",,",
    ],
  ].flat();
  const origins = [
    BASE,
    "https://api.zavu.dev:8443",
    "https://zavu.dev.",
    "https://10.1.2.3",
    "https://[fd00::1]",
    "https://notzavu.dev",
  ];

  it.each(lists)("%j means what it means to undici", (noProxy) => {
    const ours = origins.map(
      (origin) => route({ HTTPS_PROXY: "http://p", NO_PROXY: noProxy }, origin) !== "direct",
    );
    expect(ours).toEqual(origins.map((origin) => undiciProxies(origin, noProxy)));
  });
});
