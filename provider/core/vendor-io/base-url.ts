import { ConfigError } from "../base/errors";
import { type Environment, plainSetting, type Sourced, type StackConfig } from "./stack-config";
import type { VendorFacts } from "./vendor";

/** The environment variables of a vendor's base URL: ours, then the one that its SDK reads. */
export function baseUrlVariables({ env }: VendorFacts): string[] {
  return env.sdkBaseUrl === undefined ? [env.baseUrl] : [env.baseUrl, env.sdkBaseUrl];
}

/** A vendor's own base URL, unchecked, from the config, the environment or the default. @throws ConfigError */
export function plainBaseUrl(vendor: VendorFacts, config: StackConfig, env: Environment): Sourced {
  const key = `subaccounts:${vendor.name}BaseUrl`;
  const variables = baseUrlVariables(vendor);
  const [found, other] = variables.flatMap(
    (variable) => plainSetting(config, env, key, variable, "<url>") ?? [],
  );
  if (found && other && tidy(found.value) !== tidy(other.value)) {
    throw new ConfigError(
      `${vendor.title}: the environment variables ${variables.join(" and ")} name different base URLs, so where the key belongs cannot be ` +
        "told. Unset one, or give both the same value",
      `unset ${vendor.env.sdkBaseUrl}`,
    );
  }
  return (
    found ?? {
      value: vendor.defaultBaseUrl,
      source: `the default, since neither config nor ${variables.join(" nor ")} has one`,
      command: `export ${vendor.env.baseUrl}=<url>`,
      isConfigured: false,
    }
  );
}

/** The base URL as calls use it: without slashes at its end. @throws ConfigError */
export function checkedBaseUrl(vendor: VendorFacts, { value, source, command }: Sourced): string {
  const problem = baseUrlProblem(value);
  if (problem === undefined) return tidy(value);
  throw new ConfigError(
    `${vendor.title}: the base URL from ${source} ${problem}; use one like ${vendor.defaultBaseUrl}`,
    command,
  );
}

/** Why a text that surrounds its value with quotes, as lines of a .env file do, cannot be used. */
export function quotesProblem(text: string): string | undefined {
  return /^["'`\u2018-\u201F]|["'`\u2018-\u201F]$/.test(text)
    ? "has a quotation mark at its beginning or end, as copied from a .env file; take the quotes out"
    : undefined;
}

/** Whether a host (of a parsed URL) is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * The vendors' SDKs and documents write a base URL with `/v1` or without; the paths that are appended have their
 * version, so that it is taken off.
 */
function tidy(text: string): string {
  if (!URL.canParse(text)) return text;
  const { origin, pathname } = new URL(text);
  return origin + pathname.replace(/(?:\/+v1)?\/*$/, "");
}

function baseUrlProblem(text: string): string | undefined {
  const quotes = quotesProblem(text);
  if (quotes !== undefined) return quotes;
  // The parser would drop line breaks.
  if (/[\s\p{Cc}\p{Cf}]/u.test(text)) return "holds a blank, a line break or an invisible character";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return "is not an http or https URL";
  }
  if (url.username !== "" || url.password !== "") {
    return "carries a user name or password, and the key has its own place";
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "is http to another machine, so the key would cross the network in clear: http is for localhost alone";
  }
  if (url.search !== "" || url.hash !== "") return "has a query or a fragment";
  if (/\/v\d+$/.test(tidy(text))) {
    return "ends in another version than v1, and a version belongs to the paths that are appended";
  }
  return undefined;
}
