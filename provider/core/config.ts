import { z } from "zod";
import { ConfigError } from "./errors";
import type { VendorFacts } from "./vendor";

/** Where calls go and with which key. */
export interface Settings {
  readonly apiKey: string;
  /** Where the key came from and how to change it, for the message when the vendor refuses it. */
  readonly apiKeySource: string;
  readonly baseUrl: string;
  /** Where the base URL came from, for the message when nobody answers there. */
  readonly baseUrlSource: string;
  /** One of the vendor's API versions; undefined where it has only one. */
  readonly apiVersion: string | undefined;
}

/** The stack's configuration, decrypted. */
export interface StackConfig {
  /** The value of a namespaced key, such as `subaccounts:zavuApiKey`. */
  readonly get: (key: string) => string | undefined;
  /** All keys, for messages about one that is mistyped. */
  readonly keys: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const OF_LAST_UP =
  "plain `pulumi refresh` and `pulumi destroy` use the config of the last `up`: after a change run `pulumi up`, or add " +
  "`--run-program`";

/**
 * The settings of a connection: an entry of `subaccounts:connections`, or (without a name) the vendor's own config
 * keys, each with an environment variable behind it.
 *
 * @throws ConfigError that names the key or variable and the command that sets it.
 */
export function settings(
  vendor: VendorFacts,
  name: string | undefined,
  config: StackConfig,
  env: Environment,
): Settings {
  refuseMistyped(vendor, config);
  const found = name === undefined ? plainSettings(vendor, config, env) : namedSettings(vendor, name, config);
  checkBaseUrl(vendor, found);
  const { versionSource, ...rest } = found;
  const apiVersion = checkVersion(vendor, found.apiVersion, versionSource);
  // A key from a file or a pipeline's secret often ends in a line break.
  const apiKey = found.apiKey.trim();
  const problem = /^[\x21-\x7e]+$/.test(apiKey)
    ? vendor.keyProblem?.(apiKey)
    : "holds a space, a line break or another character that no key has; take it out";
  if (problem)
    throw new ConfigError(`${vendor.title}: the API key ${problem}. It came from ${found.apiKeySource}`);
  return { ...rest, apiKey, apiVersion };
}

/** A mistyped base URL must not send calls to the real vendor. */
function refuseMistyped({ name, title, apiVersions }: VendorFacts, { keys }: StackConfig): void {
  const known = ["ApiKey", "BaseUrl", ...(apiVersions ? ["ApiVersion"] : [])].map(
    (setting) => `subaccounts:${name}${setting}`,
  );
  const prefix = `subaccounts:${name}`.toLowerCase();
  const wrong = keys.find((key) => key.toLowerCase().startsWith(prefix) && !known.includes(key));
  if (wrong === undefined) return;
  const meant = known.find((key) => key.toLowerCase() === wrong.toLowerCase());
  throw new ConfigError(
    `${title}: the config key ${wrong} is no setting; ${meant ? `did you mean ${meant}?` : `there are ${known.join(", ")}`}`,
  );
}

/** Settings before the API version is checked. */
type Found = Settings & { readonly versionSource: string };

function plainSettings(vendor: VendorFacts, config: StackConfig, env: Environment): Found {
  const setting = (configKey: string, variable: string) => {
    const configured = config.get(configKey);
    if (configured) return { value: configured, source: `the config key ${configKey}` };
    const value = env[variable];
    return value ? { value, source: `the environment variable ${variable}` } : undefined;
  };
  const keyName = `subaccounts:${vendor.name}ApiKey`;
  const apiKey = setting(keyName, vendor.env.apiKey);
  const baseUrl = setting(`subaccounts:${vendor.name}BaseUrl`, vendor.env.baseUrl);
  if (apiKey === undefined) {
    const elsewhere = config.keys.find((key) => key !== keyName && key.endsWith(`:${vendor.name}ApiKey`));
    throw new ConfigError(
      `${vendor.title}: there is no API key. Set the environment variable ${vendor.env.apiKey}, or run ` +
        `\`pulumi config set --secret ${keyName} <key>\` (${OF_LAST_UP})` +
        `${elsewhere ? `; the config key ${elsewhere} is not read, the namespace is "subaccounts"` : ""}`,
    );
  }
  const version =
    vendor.env.apiVersion === undefined
      ? undefined
      : setting(`subaccounts:${vendor.name}ApiVersion`, vendor.env.apiVersion);
  const isConfigured = apiKey.source.includes("config key");
  return {
    apiKey: apiKey.value,
    apiKeySource: isConfigured ? `${apiKey.source} (${OF_LAST_UP})` : apiKey.source,
    baseUrl: baseUrl?.value ?? vendor.defaultBaseUrl,
    baseUrlSource: baseUrl?.source ?? `the default, since neither config nor ${vendor.env.baseUrl} has one`,
    apiVersion: version?.value,
    versionSource: version?.source ?? "",
  };
}

const namedConnection = z.strictObject({
  vendor: z.string().min(1),
  apiKey: z.string().min(1),
  baseUrl: z.string().min(1).optional(),
  apiVersion: z.string().min(1).optional(),
});

function namedSettings(vendor: VendorFacts, name: string, config: StackConfig): Found {
  const where = `the config key subaccounts:connections, entry "${name}"`;
  const how =
    `run \`pulumi config set --path 'subaccounts:connections.${name}.vendor' ${vendor.name}\` and ` +
    `\`pulumi config set --secret --path 'subaccounts:connections.${name}.apiKey' <key>\``;
  const entries = connections(config.get("subaccounts:connections"));
  if (entries === undefined) {
    throw new ConfigError(`${vendor.title}: the config key subaccounts:connections is not an object; ${how}`);
  }
  const entry = entries[name];
  if (entry === undefined) {
    const known = Object.keys(entries);
    throw new ConfigError(
      `${vendor.title}: there is no connection "${name}" in the config key subaccounts:connections ` +
        `(${known.length > 0 ? `there are: ${known.join(", ")}` : "it has none"}); ${how}`,
    );
  }
  const parsed = namedConnection.safeParse(entry);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      if (issue.code === "unrecognized_keys") return `has unknown keys: ${issue.keys.join(", ")}`;
      return issue.path.length === 0
        ? "must be an object"
        : `${issue.path.join(".")} must be a non-empty string`;
    });
    throw new ConfigError(
      `${vendor.title}: ${where} is not { vendor, apiKey, baseUrl?, apiVersion? }: ${problems.join("; ")}`,
    );
  }
  if (parsed.data.vendor !== vendor.name) {
    throw new ConfigError(
      `${vendor.title}: ${where} is for the vendor "${parsed.data.vendor}"; this resource needs one for "${vendor.name}"`,
    );
  }
  return {
    apiKey: parsed.data.apiKey,
    apiKeySource: `${where} (${OF_LAST_UP})`,
    baseUrl: parsed.data.baseUrl ?? vendor.defaultBaseUrl,
    baseUrlSource: where,
    apiVersion: parsed.data.apiVersion,
    versionSource: where,
  };
}

/** @returns the version to speak: the one asked for, or the vendor's default. */
function checkVersion(
  { title, apiVersions }: VendorFacts,
  asked: string | undefined,
  source: string,
): string | undefined {
  if (asked === undefined) return apiVersions?.[0];
  if (apiVersions?.includes(asked)) return asked;
  throw new ConfigError(
    `${title}: the API version from ${source} is none that there is; ` +
      `${apiVersions ? `use one of ${apiVersions.join(", ")}` : `${title} has only one: take apiVersion out`}`,
  );
}

/** The entries, `{}` where the key is absent, undefined where it is no JSON object. */
function connections(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return {};
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function checkBaseUrl(vendor: VendorFacts, { baseUrl, baseUrlSource }: Settings): void {
  const problem = baseUrlProblem(baseUrl);
  if (problem === undefined) return;
  throw new ConfigError(
    `${vendor.title}: the base URL from ${baseUrlSource} ${problem}; use one like ${vendor.defaultBaseUrl}`,
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
