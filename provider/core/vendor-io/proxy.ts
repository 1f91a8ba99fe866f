import { ConfigError } from "../base/errors";
import { isLoopback, quotesProblem } from "./base-url";
import type { Environment } from "./stack-config";

/** A proxy that calls go through. */
export interface ForwardProxy {
  /** With its user name and password: shown nowhere. */
  readonly url: string;
  /** `host:port`, for messages. */
  readonly address: string;
  /** The environment variable that names it. */
  readonly variable: string;
  readonly secrets: readonly string[];
}

// As undici's EnvHttpProxyAgent and curl: lower case first, empty is unset. A variable for http serves https as well where
// there is none of its own; calls over http stay on this machine.
const VARIABLES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

/**
 * The proxy for calls to a base URL, as the environment asks; undefined for a direct connection. What is on this machine
 * is always reached directly, as by Go's programs and so by the Pulumi CLI.
 *
 * @throws ConfigError
 */
export function proxyOf(title: string, baseUrl: string, env: Environment): ForwardProxy | undefined {
  const variable = VARIABLES.find((name) => env[name]?.trim());
  const { hostname, port } = new URL(baseUrl);
  if (variable === undefined || isLoopback(hostname)) return undefined;
  if (isExempt(hostname, port || "443", env["no_proxy"] || env["NO_PROXY"] || "")) return undefined;
  const text = env[variable]?.trim() ?? "";
  const proxy = parse(/^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (proxy !== undefined) return { ...proxy, variable };
  throw new ConfigError(
    `${title}: the proxy from the environment variable ${variable} is not an http or https URL of a host alone; use one ` +
      "like http://proxy.example.com:3128, with special characters of a password percent-encoded",
    `export ${variable}=http://<host>:<port>`,
  );
}

/** The way that calls take, for people. */
export function routeText(proxy: ForwardProxy | undefined): string {
  return proxy === undefined ? "direct" : `via proxy ${proxy.address} from ${proxy.variable}`;
}

function parse(text: string): Omit<ForwardProxy, "variable"> | undefined {
  if (!URL.canParse(text) || quotesProblem(text) !== undefined) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  if (pathname !== "/" || search !== "" || hash !== "") return undefined;
  try {
    decodeURIComponent(username);
    return {
      url: text,
      address: `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`,
      secrets: [password, decodeURIComponent(password)],
    };
  } catch {
    return undefined;
  }
}

/** Whether NO_PROXY names the host: by name, by a domain above it, with or without a port, or by `*`. */
function isExempt(hostname: string, port: string, list: string): boolean {
  const host = hostname.replace(/^\[(.+)\]$/, "$1").replace(/\.$/, "");
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      const [, name = entry, only = port] =
        /^\[(.+)\](?::(\d+))?$/.exec(entry) ?? /^([^:]+):(\d+)$/.exec(entry) ?? [];
      if (only !== port) return false;
      const domain = name.replace(/^\*?\./, "").replace(/\.$/, "");
      return (
        name === "*" ||
        (host === domain && !name.startsWith("*")) ||
        (domain !== "" && host.endsWith(`.${domain}`))
      );
    });
}
