import { createHash } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "./errors";
import { type Failure, Http } from "./http";
import type { Run } from "./run";

/** What core needs to know of a vendor to reach it; each vendor's client.ts exports one. */
export interface Vendor<Client> {
  /** As in type tokens, config keys and the registry: "zavu". */
  readonly name: string;
  /** As people write it: "Zavu". */
  readonly title: string;
  readonly defaultBaseUrl: string;
  /** Environment variables used where the config key is absent. */
  readonly env: { readonly apiKey: string; readonly baseUrl: string };
  /** What is wrong with a key that can be seen without a call, such as a sub-account's key. */
  readonly keyProblem?: (apiKey: string) => string | undefined;
  /** What the vendor's keys look like anywhere in a text; with the flag `g`. */
  readonly keyShape: RegExp;
  readonly authHeaders: (apiKey: string) => Record<string, string>;
  readonly decodeFailure: (body: unknown) => Failure;
  /** What to do about an error reply of this vendor, in one sentence; undefined for the general advice. */
  readonly advice: (status: number, failure: Failure, http: Http) => Promise<string | undefined>;
  readonly client: (http: Http) => Client;
}

/** Where calls go and with which key. */
export interface Settings {
  readonly apiKey: string;
  /** Where the key came from, for the message when the vendor refuses it. */
  readonly apiKeySource: string;
  readonly baseUrl: string;
}

/** A vendor's client, and a name for "the same vendor with the same credentials" within this process. */
export interface Connection<Client> {
  readonly client: Client;
  /** A hash: not secret, and equal for two connection names with the same settings. */
  readonly key: string;
}

/** Reads a key of the stack's config, such as `subaccounts:zavuApiKey`. */
export type ConfigReader = (key: string) => string | undefined;

const namedConnection = z.strictObject({
  vendor: z.string(),
  apiKey: z.string().min(1),
  baseUrl: z.string().optional(),
  apiVersion: z.string().optional(),
});

/**
 * The settings of a connection: an entry of `subaccounts:connections`, or (without a name) the vendor's own config
 * keys, each with an environment variable behind it.
 *
 * @throws ConfigError that names the key or variable and the command that sets it.
 */
export function settings(
  vendor: Vendor<unknown>,
  name: string | undefined,
  config: ConfigReader,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const found = name === undefined ? plainSettings(vendor, config, env) : namedSettings(vendor, name, config);
  checkBaseUrl(vendor, found.baseUrl, name);
  const problem = vendor.keyProblem?.(found.apiKey);
  if (problem) throw new ConfigError(`${vendor.title}: the API key (from ${found.apiKeySource}) ${problem}`);
  return found;
}

function plainSettings(
  vendor: Vendor<unknown>,
  config: ConfigReader,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const keyName = `subaccounts:${vendor.name}ApiKey`;
  const configured = config(keyName) || undefined;
  const apiKey = configured ?? (env[vendor.env.apiKey] || undefined);
  if (apiKey === undefined) {
    throw new ConfigError(
      `${vendor.title}: there is no API key. Set the environment variable ${vendor.env.apiKey}, or run ` +
        `\`pulumi config set --secret ${keyName} <key>\``,
    );
  }
  return {
    apiKey,
    apiKeySource:
      configured === undefined
        ? `the environment variable ${vendor.env.apiKey}`
        : `the config key ${keyName}`,
    baseUrl: config(`subaccounts:${vendor.name}BaseUrl`) || env[vendor.env.baseUrl] || vendor.defaultBaseUrl,
  };
}

function namedSettings(vendor: Vendor<unknown>, name: string, config: ConfigReader): Settings {
  const where = `the config key subaccounts:connections, entry "${name}"`;
  const text = config("subaccounts:connections");
  const how =
    `run \`pulumi config set --path 'subaccounts:connections.${name}.vendor' ${vendor.name}\` and ` +
    `\`pulumi config set --secret --path 'subaccounts:connections.${name}.apiKey' <key>\``;
  let all: unknown = {};
  try {
    if (text !== undefined) all = JSON.parse(text);
  } catch {
    throw new ConfigError(`${vendor.title}: the config key subaccounts:connections is not an object; ${how}`);
  }
  const entries = z.record(z.string(), z.unknown()).safeParse(all);
  const entry = entries.success ? entries.data[name] : undefined;
  if (entry === undefined) {
    const known = entries.success ? Object.keys(entries.data) : [];
    throw new ConfigError(
      `${vendor.title}: there is no connection "${name}" in the config key subaccounts:connections ` +
        `(${known.length > 0 ? `there are: ${known.join(", ")}` : "it has none"}); ${how}`,
    );
  }
  const parsed = namedConnection.safeParse(entry);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `has unknown keys: ${issue.keys.join(", ")}`
        : `${issue.path.join(".") || "it"} must be a non-empty string`,
    );
    throw new ConfigError(
      `${vendor.title}: ${where} is not { vendor, apiKey, baseUrl?, apiVersion? }: ${problems.join("; ")}`,
    );
  }
  if (parsed.data.vendor !== vendor.name) {
    throw new ConfigError(
      `${vendor.title}: ${where} is for the vendor "${parsed.data.vendor}"; a ${vendor.name} resource needs one of "${vendor.name}"`,
    );
  }
  return {
    apiKey: parsed.data.apiKey,
    apiKeySource: where,
    baseUrl: parsed.data.baseUrl ?? vendor.defaultBaseUrl,
  };
}

function checkBaseUrl(vendor: Vendor<unknown>, baseUrl: string, name: string | undefined): void {
  const where =
    name === undefined
      ? `subaccounts:${vendor.name}BaseUrl (or ${vendor.env.baseUrl})`
      : `subaccounts:connections, entry "${name}"`;
  const example = `use one like ${vendor.defaultBaseUrl}`;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new ConfigError(
      `${vendor.title}: the base URL in ${where} is not an http or https URL; ${example}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new ConfigError(
      `${vendor.title}: the base URL in ${where} carries a user name or password; take them out, the key has its own place`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw new ConfigError(`${vendor.title}: the base URL in ${where} has a query or a fragment; ${example}`);
  }
}

/** The client for some settings, one per run, so that resources share sockets, listings and rate limits. */
export function connect<Client>(vendor: Vendor<Client>, found: Settings, run: Run): Connection<Client> {
  const key = createHash("sha256")
    .update(JSON.stringify([vendor.name, found.baseUrl, found.apiKey]))
    .digest("base64url")
    .slice(0, 16);
  return run.shared(`connection ${key}`, () => {
    run.redactor.add(found.apiKey);
    run.redactor.addShape(vendor.keyShape);
    const options = {
      run,
      title: vendor.title,
      baseUrl: found.baseUrl,
      headers: vendor.authHeaders(found.apiKey),
      decodeFailure: vendor.decodeFailure,
    };
    // A vendor may ask about the key to advise; that call gets no advice of its own.
    const plain = new Http({ ...options, advice: async () => undefined });
    let aboutKey: Promise<string | undefined> | undefined;
    const http = new Http({
      ...options,
      advice: async (status, failure) => {
        if (status !== 401 && status !== 403) return vendor.advice(status, failure, plain);
        aboutKey ??= vendor.advice(status, failure, plain);
        return (
          `${(await aboutKey) ?? "Check the key"}. The key came from ${found.apiKeySource}; plain \`pulumi refresh\` and ` +
          "`pulumi destroy` use the config of the last `up`, so a changed key reaches them through the environment or " +
          "`--run-program`"
        );
      },
    });
    return { client: vendor.client(http), key };
  });
}
