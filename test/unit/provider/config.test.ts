import { describe, expect, it } from "vitest";
import { bctrl } from "../../../provider/bctrl/client";
import { bolna } from "../../../provider/bolna/client";
import { keySource, settings } from "../../../provider/core/vendor-io/config";
import { zavu } from "../../../provider/zavu/client";

const from = (config: Record<string, string>) => ({
  get: (key: string) => config[key],
  keys: Object.keys(config),
});
const named = (entry: object) => from({ "subaccounts:connections": JSON.stringify({ eu: entry }) });

describe("the settings of a connection", () => {
  it("come from the stack's config before the environment", () => {
    const config = from({ "subaccounts:zavuApiKey": "from-config" });
    const found = settings(zavu, undefined, config, {
      ZAVUDEV_API_KEY: "from-env",
      ZAVU_BASE_URL: "https://h/p",
    });
    expect(found).toEqual({
      checksAllKeys: false,
      apiKey: "from-config",
      apiKeySource: "the config key subaccounts:zavuApiKey",
      apiKeyCommand: "pulumi config set --secret subaccounts:zavuApiKey <key>",
      baseUrl: "https://h/p",
      baseUrlSource: "the environment variable ZAVU_BASE_URL",
      baseUrlCommand: "export ZAVU_BASE_URL=<url>",
    });
    expect(keySource(found)).toMatch(
      /^the config key subaccounts:zavuApiKey \(plain `pulumi refresh`.*--run-program/,
    );
  });

  it("come from the environment where the config says nothing", () => {
    const found = settings(bolna, undefined, from({}), { BOLNA_API_KEY: "from-env" });
    expect(found).toEqual({
      checksAllKeys: false,
      apiKey: "from-env",
      apiKeySource: "the environment variable BOLNA_API_KEY",
      apiKeyCommand: "export BOLNA_API_KEY=<key>",
      baseUrl: "https://api.bolna.ai",
      baseUrlSource: "the default, since neither config nor BOLNA_BASE_URL has one",
      baseUrlCommand: "export BOLNA_BASE_URL=<url>",
    });
    expect(keySource(found)).toBe("the environment variable BOLNA_API_KEY");
  });

  it("come from a named connection", () => {
    const config = named({ vendor: "zavu", apiKey: "eu-key", baseUrl: "https://eu.example" });
    const found = settings(zavu, "eu", config, {});
    expect(found).toEqual({
      checksAllKeys: false,
      apiKey: "eu-key",
      apiKeySource: 'the config key subaccounts:connections, entry "eu"',
      apiKeyCommand: "pulumi config set --secret --path 'subaccounts:connections.eu.apiKey' <key>",
      baseUrl: "https://eu.example",
      baseUrlSource: 'the config key subaccounts:connections, entry "eu"',
      baseUrlCommand: "pulumi config set --path 'subaccounts:connections.eu.baseUrl' <url>",
    });
    expect(keySource(found)).toMatch(/^the config key subaccounts:connections, entry "eu" \(plain/);
  });

  it("of a named connection that leaves them out go where the others go, with its own key", () => {
    const config = named({ vendor: "zavu", apiKey: "eu-key" });
    const env = { ZAVUDEV_API_KEY: "plain-key", ZAVU_BASE_URL: "https://emulator/zavu" };
    expect(settings(zavu, "eu", config, env)).toMatchObject({
      apiKey: "eu-key",
      baseUrl: "https://emulator/zavu",
      baseUrlSource: "the environment variable ZAVU_BASE_URL",
    });
  });

  it.each([
    [
      "no key",
      undefined,
      from({}),
      {},
      /Zavu: there is no API key.*ZAVUDEV_API_KEY.*pulumi config set --secret subaccounts:zavuApiKey/,
    ],
    [
      "an unknown connection",
      "us",
      named({ vendor: "zavu", apiKey: "k" }),
      {},
      /no connection "us".*there are: eu/,
    ],
    ["no connections at all", "us", from({}), {}, /no connection "us".*it has none.*pulumi config set/],
    [
      "another vendor's connection",
      "eu",
      named({ vendor: "bolna", apiKey: "k" }),
      {},
      /is for the vendor "bolna"/,
    ],
    [
      "a connection without a key",
      "eu",
      named({ vendor: "zavu" }),
      {},
      /entry "eu" is not \{ vendor, apiKey.*apiKey must be a non-empty string/,
    ],
    [
      "a connection that is a string",
      "eu",
      from({ "subaccounts:connections": '{"eu":"k"}' }),
      {},
      /must be an object/,
    ],
    [
      "a key under the name of another program",
      undefined,
      from({}),
      { ZAVU_API_KEY: "k" },
      /there is no API key.*; ZAVU_API_KEY is not read$/,
    ],
    [
      "a key that was never filled in",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "<key>" },
      /the API key is a placeholder; put the key itself in its place\. It came from/,
    ],
    [
      "a mistyped setting of all vendors",
      undefined,
      from({ "subaccounts:maxWait": "60" }),
      { ZAVUDEV_API_KEY: "k" },
      /the config key subaccounts:maxWait is no setting; did you mean subaccounts:maxWaitSeconds\?$/,
    ],
    [
      "a base URL with another version",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: "https://api.zavu.dev/v2/" },
      /ends in another version than v1/,
    ],
    [
      "a base URL with quotes",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: "'https://api.zavu.dev'" },
      /has a quotation mark at its beginning or end, as copied from a \.env file; take the quotes out; use one like/,
    ],
    [
      "a base URL with a quote at its end",
      "eu",
      named({ vendor: "zavu", apiKey: "k", baseUrl: 'https://api.zavu.dev"' }),
      {},
      /entry "eu" has a quotation mark/,
    ],
    [
      "a base URL with a line break within",
      undefined,
      from({ "subaccounts:zavuBaseUrl": "https://api.za\nvu.dev" }),
      { ZAVUDEV_API_KEY: "k" },
      /subaccounts:zavuBaseUrl holds a blank, a line break/,
    ],
    ["a blank base URL", undefined, from({}), { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: " " }, /is not an http/],
    ["a blank key", undefined, from({}), { ZAVUDEV_API_KEY: "\n" }, /the API key is blank/],
    [
      "a key with quotes",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: '"zv_live_x"' },
      /the API key has a quotation mark.*take the quotes out\. It came from the environment variable ZAVUDEV_API_KEY/,
    ],
    [
      "http to another machine",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: "http://127.0.0.1.example.com" },
      /is http to another machine, so the key would cross the network in clear/,
    ],
    [
      "two names of the base URL that differ",
      undefined,
      from({}),
      {
        ZAVUDEV_API_KEY: "k",
        ZAVU_BASE_URL: "https://api.zavu.dev",
        ZAVUDEV_BASE_URL: "https://staging.zavu.dev",
      },
      /ZAVU_BASE_URL and ZAVUDEV_BASE_URL name different base URLs/,
    ],
    [
      "a mistyped connection",
      "eu",
      named({ vendor: "zavu", apiKey: "k", baseURL: "x" }),
      {},
      /unknown keys: baseURL/,
    ],
    ["connections that are no JSON", "eu", from({ "subaccounts:connections": "eu" }), {}, /is not an object/],
    [
      "a base URL that is none",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: "api.zavu.dev" },
      /not an http or https URL; use one like https:\/\/api\.zavu\.dev/,
    ],
    [
      "another protocol",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: "ftp://h" },
      /not an http or https URL/,
    ],
    [
      "a base URL with a password",
      undefined,
      from({}),
      { ZAVUDEV_API_KEY: "k", ZAVU_BASE_URL: "https://u:pw@h" },
      /carries a user name or password/,
    ],
  ])("fail with the way out: %s", (_what, name, config, env, message) => {
    expect(() => settings(zavu, name, config, env as Record<string, string>)).toThrow(message);
  });

  it("take the line break off a key from a file, and refuse one within", () => {
    expect(settings(zavu, undefined, from({}), { ZAVUDEV_API_KEY: "key\n" }).apiKey).toBe("key");
    expect(() => settings(zavu, undefined, from({}), { ZAVUDEV_API_KEY: "ke\ny" })).toThrow(
      /holds a space, a line break/,
    );
  });

  it.each([
    ["ZAVU_BASE_URL", " https://eu.example/p/v1/\n", "https://eu.example/p"],
    ["ZAVU_BASE_URL", "https://eu.example//", "https://eu.example"],
    ["ZAVU_BASE_URL", "HTTPS://EU.example:443/v1", "https://eu.example"],
    ["ZAVUDEV_BASE_URL", "https://staging.zavu.dev/v1", "https://staging.zavu.dev"],
    ["ZAVU_BASE_URL", "http://localhost:8787/zavu", "http://localhost:8787/zavu"],
    ["ZAVU_BASE_URL", "http://api.localhost", "http://api.localhost"],
    ["ZAVU_BASE_URL", "http://127.9.9.9:1", "http://127.9.9.9:1"],
    ["ZAVU_BASE_URL", "http://[::1]:1", "http://[::1]:1"],
  ])("take a base URL from %s as people and SDKs write it: %j", (variable, given, baseUrl) => {
    const found = settings(zavu, undefined, from({}), { ZAVUDEV_API_KEY: "k", [variable]: given });
    expect(found).toMatchObject({ baseUrl, baseUrlSource: `the environment variable ${variable}` });
  });

  it("take two names of the base URL that say the same, and ask neither where the config has one", () => {
    const env = {
      BCTRL_API_KEY: "k",
      BCTRL_BASE_URL: "https://b.example/",
      BCTRL_API_BASE_URL: "https://b.example/v1",
    };
    expect(settings(bctrl, undefined, from({}), env).baseUrl).toBe("https://b.example");
    const differing = { ...env, BCTRL_API_BASE_URL: "https://c.example" };
    const config = from({ "subaccounts:bctrlBaseUrl": "https://d.example" });
    expect(settings(bctrl, undefined, config, differing).baseUrl).toBe("https://d.example");
    const entry = named({ vendor: "bctrl", apiKey: "k", baseUrl: "https://e.example" });
    expect(settings(bctrl, "eu", entry, differing).baseUrl).toBe("https://e.example");
  });

  it("warn where the config says where a key of the environment goes", () => {
    const config = from({ "subaccounts:zavuBaseUrl": "https://eu.example" });
    const env = { ZAVUDEV_API_KEY: "k" };
    expect(settings(zavu, undefined, config, env).caution).toMatch(
      /^Zavu: the base URL comes from the config key subaccounts:zavuBaseUrl, and the key from the environment variable ZAVUDEV_API_KEY: .*Set ZAVU_BASE_URL/,
    );
    const both = from({ "subaccounts:zavuBaseUrl": "https://eu.example", "subaccounts:zavuApiKey": "k" });
    const own = from({ "subaccounts:zavuBaseUrl": "https://api.zavu.dev/v1" });
    for (const fine of [both, own]) expect(settings(zavu, undefined, fine, env).caution).toBeUndefined();
  });

  it("name the mistyped key that would send calls to the real vendor, and the one without its namespace", () => {
    const mistyped = from({ "subaccounts:zavuBaseURL": "http://h" });
    expect(() => settings(zavu, undefined, mistyped, { ZAVUDEV_API_KEY: "k" })).toThrow(
      /did you mean subaccounts:zavuBaseUrl\?/,
    );
    expect(() => settings(zavu, undefined, from({ "tenants:zavuApiKey": "k" }), {})).toThrow(
      /tenants:zavuApiKey is not read/,
    );
  });

  it("never show a key or a password in an error", () => {
    const env = { ZAVUDEV_API_KEY: "canary-key", ZAVU_BASE_URL: "https://u:canary-pw@h" };
    expect(() => settings(zavu, undefined, from({}), env)).toThrow(/^(?!.*canary)/s);
  });

  it("refuse a Bolna sub-account's key as the parent key before any call", () => {
    const env = { BOLNA_API_KEY: `sa-${"0123456789abcdef".repeat(2)}` };
    expect(() => settings(bolna, undefined, from({}), env)).toThrow(
      /^(?!.*sa-0123).*is the key of a sub-account.*environment variable BOLNA_API_KEY/s,
    );
  });

  it("say which organizations a connection may reach, and how many own keys a refresh looks at", () => {
    const key = { "subaccounts:zavuApiKey": "k" };
    const of = (more: Record<string, string>) => settings(zavu, undefined, from({ ...key, ...more }), {});
    expect(of({}).allowedOrganizations).toBeUndefined();
    expect(
      of({ "subaccounts:allowedOrganizations": '{"bctrl":["o"]}' }).allowedOrganizations,
    ).toBeUndefined();
    expect(of({ "subaccounts:allowedOrganizations": '{"zavu":["t1","t2"]}' }).allowedOrganizations).toEqual([
      "t1",
      "t2",
    ]);
    for (const wrong of ["team", '{"zavu":"t1"}', '{"zavu":[]}']) {
      expect(() => of({ "subaccounts:allowedOrganizations": wrong })).toThrow(
        /is not a JSON object of lists of ids/,
      );
    }
    expect(of({ "subaccounts:checkKeys": "all" }).checksAllKeys).toBe(true);
    expect(() => of({ "subaccounts:checkKeys": "some" })).toThrow(/is not "first" or "all"/);
  });
});
