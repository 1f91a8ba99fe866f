import { ConfigError, MissingKeyError } from "../base/errors";
import { nearest } from "../base/nearest";
import { checkedBaseUrl, plainBaseUrl, quotesProblem } from "./base-url";
import { namedConnection } from "./named-connection";
import { type ForwardProxy, proxyOf } from "./proxy";
import { SHARED_KEYS, type SharedSettings, sharedSettings } from "./shared-settings";
import { type Environment, plainSetting, type Sourced, type StackConfig } from "./stack-config";
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
  /** The proxy that the environment asks for; undefined for a direct connection. */
  readonly proxy?: ForwardProxy | undefined;
  /** What is risky about where key and base URL come from, for a warning. */
  readonly caution?: string | undefined;
  /** One of the vendor's API versions; undefined where it has only one. */
  readonly apiVersion: string | undefined;
}

const NAMESPACE = "subaccounts:";

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
  refuseMistypedShared(vendor, config);
  const found =
    name === undefined ? plainSettings(vendor, config, env) : namedSettings(vendor, name, config, env);
  const { key, place, version } = found;
  const baseUrl = checkedBaseUrl(vendor, place);
  const apiVersion = checkedVersion(vendor, version);
  const problem = keyProblem(vendor, key.value);
  if (problem) {
    const source = keySource({ apiKeySource: key.source });
    throw new ConfigError(`${vendor.title}: the API key ${problem}. It came from ${source}`, key.command);
  }
  return {
    apiKey: key.value,
    apiKeySource: key.source,
    apiKeyCommand: key.command,
    baseUrl,
    baseUrlSource: place.source,
    baseUrlCommand: place.command,
    proxy: proxyOf(vendor.title, baseUrl, env),
    caution: baseUrl === vendor.defaultBaseUrl ? undefined : cautionOf(vendor, found),
    apiVersion,
    ...sharedSettings(vendor, config, env),
  };
}

function keyProblem(vendor: VendorFacts, apiKey: string): string | undefined {
  if (apiKey === "") return "is blank";
  if (/^<.*>$/.test(apiKey)) return "is a placeholder; put the key itself in its place";
  const quotes = quotesProblem(apiKey);
  if (quotes !== undefined) return quotes;
  return /^[\x21-\x7e]+$/.test(apiKey)
    ? vendor.keyProblem?.(apiKey)
    : "holds a space, a line break or another character that no key has; take it out";
}

/** A stack's config is reviewed and changed by others than those who hold the key. */
function cautionOf({ title, env }: VendorFacts, { key, place }: Found): string | undefined {
  if (key.isConfigured || !place.isConfigured) return undefined;
  return (
    `${title}: the base URL comes from ${place.source}, and the key from ${key.source}: anyone who may change the stack's config, as by a ` +
    `pull request, decides where the key is sent. Set ${env.baseUrl} in the environment instead`
  );
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
  const own = (key: string) => key.slice(prefix.length);
  const meant = known.find((key) => own(key) === nearest(own(wrong), known.map(own)));
  throw new ConfigError(
    `${title}: the config key ${wrong} is no setting; ${meant ? `did you mean ${meant}?` : `there are ${known.join(", ")}`}`,
    `pulumi config rm ${wrong}`,
  );
}

/** Settings of all vendors alike; what looks like none of them may be another program's. */
function refuseMistypedShared({ title }: VendorFacts, { keys }: StackConfig): void {
  const known = SHARED_KEYS.map((key) => key.slice(NAMESPACE.length));
  for (const key of keys) {
    if (!key.startsWith(NAMESPACE) || SHARED_KEYS.includes(key)) continue;
    const own = key.slice(NAMESPACE.length);
    const meant = nearest(own, known) ?? known.find((each) => own.length > 3 && each.startsWith(own));
    if (meant === undefined) continue;
    throw new ConfigError(
      `${title}: the config key ${key} is no setting; did you mean ${NAMESPACE}${meant}?`,
      `pulumi config rm ${key}`,
    );
  }
}

/** Settings as they are found, before they are checked. */
interface Found {
  readonly key: Sourced;
  readonly place: Sourced;
  readonly version: Sourced | undefined;
}

function plainSettings(vendor: VendorFacts, config: StackConfig, env: Environment): Found {
  const keyName = `subaccounts:${vendor.name}ApiKey`;
  const key = plainSetting(config, env, keyName, vendor.env.apiKey, "<key>");
  if (key === undefined) throw noKey(vendor, keyName, config, env);
  return { key, place: plainBaseUrl(vendor, config, env), version: plainVersion(vendor, config, env) };
}

function plainVersion(vendor: VendorFacts, config: StackConfig, env: Environment): Sourced | undefined {
  const { apiVersion } = vendor.env;
  if (apiVersion === undefined) return undefined;
  return plainSetting(config, env, `subaccounts:${vendor.name}ApiVersion`, apiVersion, "<version>");
}

function noKey(
  { name, title, env }: VendorFacts,
  keyName: string,
  { keys }: StackConfig,
  variables: Environment,
): ConfigError {
  const command = `pulumi config set --secret ${keyName} <key>`;
  const message =
    `${title}: there is no API key. Set the environment variable ${env.apiKey}, or run ` +
    `\`${command}\` (${OF_LAST_UP})`;
  const elsewhere = keys.find((key) => key !== keyName && key.endsWith(`:${name}ApiKey`));
  if (elsewhere === undefined) {
    const alike = new RegExp(`^${name}\\w*_(?:KEY|TOKEN)$`, "i");
    const other = Object.keys(variables).find((each) => alike.test(each) && variables[each]);
    const hint = other === undefined ? "" : `; ${other} is not read`;
    return new MissingKeyError(`${message}${hint}`, `export ${env.apiKey}=<key>`);
  }
  const why = `the config key ${elsewhere} is not read, the namespace is "subaccounts"`;
  return new ConfigError(`${message}; ${why}`, command);
}

function namedSettings(vendor: VendorFacts, name: string, config: StackConfig, env: Environment): Found {
  const {
    apiKey,
    baseUrl,
    apiVersion,
    where: source,
    command,
    remove,
  } = namedConnection(vendor, name, config);
  const setting = (value: string, change: string): Sourced => {
    return { value: value.trim(), source, command: change, isConfigured: true };
  };
  return {
    key: setting(apiKey, command("apiKey", "<key>")),
    // Else a key of the real vendor would go there from a program that is pointed at the emulator.
    place:
      baseUrl === undefined
        ? plainBaseUrl(vendor, config, env)
        : setting(baseUrl, command("baseUrl", "<url>")),
    version:
      apiVersion === undefined
        ? plainVersion(vendor, config, env)
        : setting(apiVersion, vendor.apiVersions ? command("apiVersion", "<version>") : remove("apiVersion")),
  };
}

/** YAML takes a version such as 2026-10-03 for a date, unless it is quoted. */
function hintOfDate(apiVersions: readonly string[] | undefined, asked: string): string {
  const isDate = apiVersions?.some(
    (version) => asked.startsWith(`${version}T`) || asked.startsWith(`${version} `),
  );
  return isDate ? "YAML read it as a date: put it in quotes; " : "";
}

/** @returns the version to speak: the one asked for, or the vendor's default. */
function checkedVersion({ title, apiVersions }: VendorFacts, asked: Sourced | undefined): string | undefined {
  if (asked === undefined) return apiVersions?.[0];
  if (apiVersions?.includes(asked.value)) return asked.value;
  throw new ConfigError(
    `${title}: the API version from ${asked.source} is not supported; ${hintOfDate(apiVersions, asked.value)}` +
      `${apiVersions ? `use one of ${apiVersions.join(", ")}` : `${title} has only one: take apiVersion out`}`,
    asked.command,
  );
}
