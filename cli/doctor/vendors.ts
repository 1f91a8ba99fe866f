import {
  ApiError,
  ConfigError,
  ConnectionError,
  MissingKeyError,
  ReplyError,
} from "../../provider/core/base/errors";
import { isObject } from "../../provider/core/base/json";
import { printableName } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import { baseUrlVariables } from "../../provider/core/vendor-io/base-url";
import { configKeys, keySource, type Settings, settings } from "../../provider/core/vendor-io/config";
import { connections } from "../../provider/core/vendor-io/named-connection";
import { routeText } from "../../provider/core/vendor-io/proxy";
import { SHARED_KEYS } from "../../provider/core/vendor-io/shared-settings";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { type AnyVendor, everyVendor } from "../../provider/vendors";
import { checkPin } from "./pin";
import { type Finding, fail, note, ok, type Section } from "./report";
import type { Wishes } from "./world";

const CONNECTIONS = "subaccounts:connections";

/**
 * Looks at the settings of each vendor and of each named connection with the provider's own rules, and asks the vendor
 * about the key.
 *
 * @param config undefined where it cannot be read: then nothing is checked, for a key of the environment might be sent
 *   to another place than the one that the config names.
 * @param cannotCall why no vendor is called, beside the user's wish.
 */
export async function checkVendors(
  run: Run,
  { vendor: only, offline }: Wishes,
  config: StackConfig | undefined,
  cannotCall: string | undefined,
): Promise<Section[]> {
  const wanted = everyVendor.filter(({ name }) => only === undefined || name === only);
  if (wanted.length === 0) {
    const names = everyVendor.map(({ name }) => name).join(", ");
    const finding = fail(`there is no vendor "${only}"`, `subaccounts doctor --vendor <one of ${names}>`);
    return [{ title: "Vendors", findings: [finding] }];
  }
  if (config === undefined) {
    const text = "not checked while the config cannot be read: it may say where a key belongs";
    return [{ title: "Vendors", findings: [note(text)] }];
  }
  const silent = offline ? "--offline" : cannotCall;
  const plain = wanted.map(async (vendor) => ({
    title: vendor.title,
    findings: [
      ...(await checkConnection(run, vendor, undefined, config, silent, only !== undefined)),
      ...shadowed(run, vendor, config),
    ],
  }));
  const entries = Object.entries(connections(config.get(CONNECTIONS)) ?? {});
  const named = entries.map(async ([name, entry]): Promise<Section> => {
    const vendor = everyVendor.find(({ name }) => isObject(entry) && entry["vendor"] === name);
    if (vendor === undefined) return { title: `Connection "${name}"`, findings: [ofNoVendor(name)] };
    if (!wanted.includes(vendor)) return { title: "", findings: [] };
    return {
      title: `Connection "${name}" (${vendor.title})`,
      findings: await checkConnection(run, vendor, name, config, silent, true),
    };
  });
  const keys = { title: "Config keys", findings: strayKeys(config) };
  const sections = await Promise.all([keys, ...plain, ...named]);
  return only === undefined && entries.length === 0 ? [...sections, ...noKeys(run, config)] : sections;
}

/** A program that declares an account fails without a key; which vendor it uses is not known here. */
function noKeys({ world }: Run, config: StackConfig): Section[] {
  const isThere = ({ name, env }: AnyVendor) =>
    world.env[env.apiKey] ||
    config.keys.some((key) => key.toLowerCase().startsWith(`subaccounts:${name}apikey`));
  if (everyVendor.some(isThere)) return [];
  const mend = `export ${everyVendor.map(({ env }) => `${env.apiKey}=<key>`).join(", or ")}, of the vendor's parent account`;
  return [{ title: "Keys", findings: [fail("there is no key of any vendor", mend)] }];
}

async function checkConnection(
  run: Run,
  vendor: AnyVendor,
  name: string | undefined,
  config: StackConfig,
  silent: string | undefined,
  isNeeded: boolean,
): Promise<Finding[]> {
  let found: Settings;
  try {
    found = settings(vendor, name, config, run.world.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!(error instanceof MissingKeyError) || isNeeded) return [fail(error.message, error.command)];
    const { env } = vendor;
    return [note(`not configured: neither ${env.apiKey} nor ${configKeys(vendor)[0]} is set`)];
  }
  run.redactor.add(found.apiKey);
  const version = found.apiVersion === undefined ? "" : `; API version ${found.apiVersion}`;
  const place = [
    ok(`base URL ${found.baseUrl}, from ${found.baseUrlSource}; ${routeText(found.proxy)}${version}`),
    ...(found.caution === undefined ? [] : [note(found.caution, `export ${vendor.env.baseUrl}=<url>`)]),
  ];
  const key = `the key from ${found.apiKeySource}`;
  if (silent !== undefined) return [...place, note(`${key} is not tried: ${silent}`)];
  try {
    const accepted = ok(`${key} is accepted: ${printableName(await vendor.probeWith(found, run))}`);
    return [...place, accepted, await checkPin(vendor, found, run)];
  } catch (error) {
    return [...place, refused(vendor, found, error)];
  }
}

function refused(vendor: AnyVendor, found: Settings, error: unknown): Finding {
  const said = error instanceof Error ? error.message : String(error);
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 401 || status === 403) return fail(said, found.apiKeyCommand);
  if (status === 429 || (status ?? 0) >= 500) return fail(said, "run this command again later");
  if (/NODE_EXTRA_CA_CERTS/.test(said)) return fail(said, "export NODE_EXTRA_CA_CERTS=<file.pem>");
  if (error instanceof ConnectionError && found.proxy !== undefined) {
    return fail(said, `export ${found.proxy.variable}=<url>; curl -v ${found.baseUrl} goes the same way`);
  }
  // Nobody answers, or somebody else does.
  if (status !== undefined || error instanceof ConnectionError || error instanceof ReplyError) {
    const isOwn = found.baseUrl === vendor.defaultBaseUrl;
    if (isOwn) return fail(said, `see what answers there: curl -i ${found.baseUrl}`);
    return fail(said, error instanceof ConnectionError ? nobodyThere(found) : found.baseUrlCommand);
  }
  return fail(`${vendor.title}: ${said}. It came from ${keySource(found)}`, found.apiKeyCommand);
}

/** Behind an address of this machine there should be the emulator. */
function nobodyThere({ baseUrl, baseUrlCommand }: Settings): string {
  const { hostname, port } = new URL(baseUrl);
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return baseUrlCommand;
  return `npx --no-install subaccounts emulate --port ${port || 80}, if the emulator should answer there; else ${baseUrlCommand}`;
}

/** Environment variables that look as if they counted. */
function shadowed({ world }: Run, vendor: AnyVendor, config: StackConfig): Finding[] {
  const variables = [[vendor.env.apiKey], baseUrlVariables(vendor), [vendor.env.apiVersion ?? ""]];
  return configKeys(vendor).flatMap((key, index) => {
    const idle = config.get(key) ? (variables[index] ?? []).filter((variable) => world.env[variable]) : [];
    return idle.map((variable) => {
      const text = `the environment variable ${variable} is set and not used: the config key ${key} goes before it`;
      return note(text, `pulumi config rm ${key}, if the variable is meant`);
    });
  });
}

/** Config keys of our namespace that belong to no vendor; mistyped ones of a vendor fail with its settings. */
function strayKeys(config: StackConfig): Finding[] {
  const findings = config.keys
    .filter((key) => key.startsWith("subaccounts:") && !SHARED_KEYS.includes(key))
    .filter((key) => !everyVendor.some(({ name }) => key.toLowerCase().startsWith(`subaccounts:${name}`)))
    .map((key) => {
      const known = [...everyVendor.flatMap(configKeys), ...SHARED_KEYS].join(", ");
      return fail(`the config key ${key} is no setting; there are ${known}`, `pulumi config rm ${key}`);
    });
  if (connections(config.get(CONNECTIONS)) !== undefined) return findings;
  return [
    ...findings,
    fail(`the config key ${CONNECTIONS} is not an object`, `pulumi config rm ${CONNECTIONS}`),
  ];
}

function ofNoVendor(name: string): Finding {
  const names = everyVendor.map(({ name }) => name);
  const path = `${CONNECTIONS}.${name}.vendor`;
  return fail(
    `the config key ${CONNECTIONS}, entry "${name}" has no vendor, or an unknown one; there are ${names.join(", ")}`,
    `pulumi config set --path '${path}' <${names.join("|")}>`,
  );
}
