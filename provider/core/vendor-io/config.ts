import { ConfigError, MissingKeyError } from "../base/errors";
import { namedConnection } from "./named-connection";
import { type SharedSettings, sharedSettings } from "./shared-settings";
import { type Environment, plainSetting, type StackConfig } from "./stack-config";
import type { VendorFacts } from "./vendor";

/** Where calls go and with which key. */
export interface Settings extends SharedSettings {
  readonly apiKey: string;
  /** Where the key came from, for the message when the vendor refuses it; see `keySource`. */
  readonly apiKeySource: string;
  /** The command that puts another key there. */
  readonly apiKeyCommand: string;
  readonly baseUrl: string;
  /** Where the base URL came from, for the message when nobody answers there. */
  readonly baseUrlSource: string;
  /** The command that puts another base URL there. */
  readonly baseUrlCommand: string;
  /** One of the vendor's API versions; undefined where it has only one. */
  readonly apiVersion: string | undefined;
}

/** Why the environment is the better place for keys. */
export const OF_LAST_UP =
  "plain `pulumi refresh` and `pulumi destroy` use the config of the last `up`: after a change run `pulumi up`, or add " +
  "`--run-program`";

/** Where the key came from, with what to know before it is changed there. */
export function keySource({ apiKeySource }: Pick<Settings, "apiKeySource">): string {
  return apiKeySource.includes("config key") ? `${apiKeySource} (${OF_LAST_UP})` : apiKeySource;
}

/**
 * The settings of a connection: an entry of `subaccounts:connections`, or (without a name) the vendor's own config
 * keys, each with an environment variable behind it.
 *
 * @throws ConfigError that names the key or variable; MissingKeyError where there is no key at all.
 */
export function settings(
  vendor: VendorFacts,
  name: string | undefined,
  config: StackConfig,
  env: Environment,
): Settings {
  refuseMistyped(vendor, config);
  const found =
    name === undefined ? plainSettings(vendor, config, env) : namedSettings(vendor, name, config, env);
  checkBaseUrl(vendor, found);
  const { versionSource, versionCommand, ...rest } = found;
  const apiVersion = checkVersion(vendor, found);
  // A key from a file or a pipeline's secret often ends in a line break.
  const apiKey = found.apiKey.trim();
  const problem = /^[\x21-\x7e]+$/.test(apiKey)
    ? vendor.keyProblem?.(apiKey)
    : "holds a space, a line break or another character that no key has; take it out";
  if (problem)
    throw new ConfigError(
      `${vendor.title}: the API key ${problem}. It came from ${keySource(found)}`,
      found.apiKeyCommand,
    );
  return {
    ...rest,
    baseUrl: found.baseUrl.replace(/\/+$/, ""),
    apiKey,
    apiVersion,
    ...sharedSettings(vendor, config, env),
  };
}

/** A vendor's own config keys, the one of its API key first. */
export function configKeys({ name, apiVersions }: VendorFacts): string[] {
  const settings = ["ApiKey", "BaseUrl", ...(apiVersions ? ["ApiVersion"] : [])];
  return settings.map((setting) => `subaccounts:${name}${setting}`);
}

/** A mistyped base URL must not send calls to the real vendor. */
function refuseMistyped(vendor: VendorFacts, { keys }: StackConfig): void {
  const { name, title } = vendor;
  const known = configKeys(vendor);
  const prefix = `subaccounts:${name}`.toLowerCase();
  const wrong = keys.find((key) => key.toLowerCase().startsWith(prefix) && !known.includes(key));
  if (wrong === undefined) return;
  const meant = known.find((key) => key.toLowerCase() === wrong.toLowerCase());
  throw new ConfigError(
    `${title}: the config key ${wrong} is no setting; ${meant ? `did you mean ${meant}?` : `there are ${known.join(", ")}`}`,
    `pulumi config rm ${wrong}`,
  );
}

/** Settings before the API version is checked. */
type Found = Omit<Settings, keyof SharedSettings> & {
  readonly versionSource: string;
  readonly versionCommand: string;
};

function plainSettings(vendor: VendorFacts, config: StackConfig, env: Environment): Found {
  const keyName = `subaccounts:${vendor.name}ApiKey`;
  const apiKey = plainSetting(config, env, keyName, vendor.env.apiKey, "<key>");
  if (apiKey === undefined) throw noKey(vendor, keyName, config);
  return {
    apiKey: apiKey.value,
    apiKeySource: apiKey.source,
    apiKeyCommand: apiKey.command,
    ...plainPlace(vendor, config, env),
  };
}

/** Where calls go and what they speak: of a vendor, and of a named connection that does not say another. */
function plainPlace(
  vendor: VendorFacts,
  config: StackConfig,
  env: Environment,
): Omit<Found, `apiKey${string}`> {
  const { name, defaultBaseUrl } = vendor;
  const baseUrl = plainSetting(config, env, `subaccounts:${name}BaseUrl`, vendor.env.baseUrl, "<url>");
  const version =
    vendor.env.apiVersion === undefined
      ? undefined
      : plainSetting(config, env, `subaccounts:${name}ApiVersion`, vendor.env.apiVersion, "<version>");
  return {
    baseUrl: baseUrl?.value ?? defaultBaseUrl,
    baseUrlSource: baseUrl?.source ?? `the default, since neither config nor ${vendor.env.baseUrl} has one`,
    baseUrlCommand: baseUrl?.command ?? `export ${vendor.env.baseUrl}=<url>`,
    apiVersion: version?.value,
    versionSource: version?.source ?? "",
    versionCommand: version?.command ?? "",
  };
}

function noKey({ name, title, env }: VendorFacts, keyName: string, { keys }: StackConfig): ConfigError {
  const command = `pulumi config set --secret ${keyName} <key>`;
  const message =
    `${title}: there is no API key. Set the environment variable ${env.apiKey}, or run ` +
    `\`${command}\` (${OF_LAST_UP})`;
  const elsewhere = keys.find((key) => key !== keyName && key.endsWith(`:${name}ApiKey`));
  if (elsewhere === undefined) return new MissingKeyError(message, `export ${env.apiKey}=<key>`);
  const why = `the config key ${elsewhere} is not read, the namespace is "subaccounts"`;
  return new ConfigError(`${message}; ${why}`, command);
}

function namedSettings(vendor: VendorFacts, name: string, config: StackConfig, env: Environment): Found {
  const { apiKey, baseUrl, apiVersion, where, command, remove } = namedConnection(vendor, name, config);
  const versionCommand = vendor.apiVersions ? command("apiVersion", "<version>") : remove("apiVersion");
  return {
    apiKey,
    apiKeySource: where,
    apiKeyCommand: command("apiKey", "<key>"),
    // Else a key of the real vendor would go there from a program that is pointed at the emulator.
    ...plainPlace(vendor, config, env),
    ...(baseUrl === undefined
      ? {}
      : { baseUrl, baseUrlSource: where, baseUrlCommand: command("baseUrl", "<url>") }),
    ...(apiVersion === undefined ? {} : { apiVersion, versionSource: where, versionCommand }),
  };
}

/** @returns the version to speak: the one asked for, or the vendor's default. */
function checkVersion({ title, apiVersions }: VendorFacts, found: Found): string | undefined {
  const { apiVersion: asked, versionSource, versionCommand } = found;
  if (asked === undefined) return apiVersions?.[0];
  if (apiVersions?.includes(asked)) return asked;
  throw new ConfigError(
    `${title}: the API version from ${versionSource} is not supported; ` +
      `${apiVersions ? `use one of ${apiVersions.join(", ")}` : `${title} has only one: take apiVersion out`}`,
    versionCommand,
  );
}

function checkBaseUrl(vendor: VendorFacts, { baseUrl, baseUrlSource, baseUrlCommand }: Found): void {
  const problem = baseUrlProblem(baseUrl);
  if (problem === undefined) return;
  throw new ConfigError(
    `${vendor.title}: the base URL from ${baseUrlSource} ${problem}; use one like ${vendor.defaultBaseUrl}`,
    baseUrlCommand,
  );
}

function baseUrlProblem(baseUrl: string): string | undefined {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return "is not an http or https URL";
  }
  if (url.username !== "" || url.password !== "") {
    return "carries a user name or password, and the key has its own place";
  }
  if (url.search !== "" || url.hash !== "") return "has a query or a fragment";
  if (/\/v\d+\/*$/.test(url.pathname))
    return "ends in a version, which belongs to the paths that are appended to it";
  return undefined;
}
