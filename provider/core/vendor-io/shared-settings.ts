import { z } from "zod";
import { ConfigError } from "../base/errors";
import { type Environment, plainSetting, type StackConfig } from "./stack-config";
import type { VendorFacts } from "./vendor";

const ALLOWED = "subaccounts:allowedOrganizations";
const CHECK_KEYS = "subaccounts:checkKeys";
const MAX_WAIT = "subaccounts:maxWaitSeconds";

/** A day, in seconds. */
const LONGEST_WAIT = 86_400;

/** Keys of the stack's configuration that are about all vendors. */
export const SHARED_KEYS: readonly string[] = [ALLOWED, CHECK_KEYS, "subaccounts:connections", MAX_WAIT];

/** Settings that hold for every connection to a vendor. */
export interface SharedSettings {
  /** How long the vendor's rate limit may make one call wait in all, in milliseconds; undefined for the default. */
  readonly maxWaitMs: number | undefined;
  /** The organizations that a connection to this vendor may reach; undefined for any. */
  readonly allowedOrganizations: readonly string[] | undefined;
  /** A refresh looks at the own key of every account, not of the first ones alone. */
  readonly checksAllKeys: boolean;
}

/** Reads the settings that hold for every connection to a vendor. @throws ConfigError */
export function sharedSettings(vendor: VendorFacts, config: StackConfig, env: Environment): SharedSettings {
  return {
    maxWaitMs: maxWait(vendor, config, env),
    allowedOrganizations: allowedOrganizations(vendor, config),
    checksAllKeys: checksAllKeys(vendor, config),
  };
}

/** How long a rate limit may make a call wait, for all vendors alike. */
function maxWait({ title }: VendorFacts, config: StackConfig, env: Environment): number | undefined {
  const found = plainSetting(config, env, MAX_WAIT, "SUBACCOUNTS_MAX_WAIT_SECONDS", "600");
  if (found === undefined) return undefined;
  const seconds = Number(found.value);
  if (/^\d+$/.test(found.value.trim()) && seconds >= 1 && seconds <= LONGEST_WAIT) return seconds * 1000;
  throw new ConfigError(
    `${title}: the longest wait from ${found.source} is not a whole number of seconds from 1 to ${LONGEST_WAIT}`,
    found.command,
  );
}

/** The vendor's list in a JSON object of lists of ids. */
function allowedOrganizations(
  { name, title }: VendorFacts,
  config: StackConfig,
): readonly string[] | undefined {
  const text = config.get(ALLOWED);
  if (text === undefined) return undefined;
  const parsed = z.record(z.string(), z.array(z.string().min(1)).min(1)).safeParse(parsedJson(text));
  if (parsed.success) return parsed.data[name];
  throw new ConfigError(
    `${title}: the config key ${ALLOWED} is not a JSON object of lists of ids, such as {"zavu": ["<team id>"]}`,
    `pulumi config set ${ALLOWED} '{"${name}": ["<id>"]}'`,
  );
}

function checksAllKeys({ title }: VendorFacts, config: StackConfig): boolean {
  const value = config.get(CHECK_KEYS);
  if (value === undefined || value === "first") return false;
  if (value === "all") return true;
  throw new ConfigError(
    `${title}: the config key ${CHECK_KEYS} is not "first" or "all"`,
    `pulumi config set ${CHECK_KEYS} all`,
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
