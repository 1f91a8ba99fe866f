import { describe, expect, it } from "vitest";
import { bolna } from "../../../provider/bolna/client";
import { settings } from "../../../provider/core/config";
import { zavu } from "../../../provider/zavu/client";

const from = (config: Record<string, string>) => (key: string) => config[key];
const named = (entry: object) => from({ "subaccounts:connections": JSON.stringify({ eu: entry }) });

describe("the settings of a connection", () => {
  it("come from the stack's config before the environment", () => {
    const config = from({ "subaccounts:zavuApiKey": "from-config" });
    const found = settings(zavu, undefined, config, {
      ZAVUDEV_API_KEY: "from-env",
      ZAVU_BASE_URL: "http://h/p",
    });
    expect(found).toEqual({
      apiKey: "from-config",
      apiKeySource: "the config key subaccounts:zavuApiKey",
      baseUrl: "http://h/p",
    });
  });

  it("come from the environment where the config says nothing", () => {
    const found = settings(bolna, undefined, from({}), { BOLNA_API_KEY: "from-env" });
    expect(found).toEqual({
      apiKey: "from-env",
      apiKeySource: "the environment variable BOLNA_API_KEY",
      baseUrl: "https://api.bolna.ai",
    });
  });

  it("come from a named connection", () => {
    const config = named({ vendor: "zavu", apiKey: "eu-key", baseUrl: "https://eu.example" });
    expect(settings(zavu, "eu", config, {})).toEqual({
      apiKey: "eu-key",
      apiKeySource: 'the config key subaccounts:connections, entry "eu"',
      baseUrl: "https://eu.example",
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

  it("never show a key or a password in an error", () => {
    const env = { ZAVUDEV_API_KEY: "canary-key", ZAVU_BASE_URL: "https://u:canary-pw@h" };
    expect(() => settings(zavu, undefined, from({}), env)).toThrow(/^(?!.*canary)/s);
  });

  it("refuse a Bolna sub-account's key as the parent key before any call", () => {
    const env = { BOLNA_API_KEY: `sa-${"0123456789abcdef".repeat(2)}` };
    expect(() => settings(bolna, undefined, from({}), env)).toThrow(
      /^(?!.*sa-0123).*environment variable BOLNA_API_KEY.*is the key of a sub-account/s,
    );
  });
});
