import { z } from "zod";
import { ConfigError } from "../base/errors";
import { type Environment, plainSetting, type StackConfig } from "./stack-config";
import type { VendorFacts } from "./vendor";

const ALLOWED = "subaccounts:allowedOrganizations";
const CHECK_KEYS = "subaccounts:checkKeys";
const FLEET = "subaccounts:fleet";
const MAX_WAIT = "subaccounts:maxWaitSeconds";
const RECOVER = "SUBACCOUNTS_RECOVER";

/** A day, in seconds. */
const LONGEST_WAIT = 86_400;

/** Keys of the stack's configuration that are about all vendors. */
export const SHARED_KEYS: readonly string[] = [
  ALLOWED,
  CHECK_KEYS,
  "subaccounts:connections",
  FLEET,
  MAX_WAIT,
];

/** Settings that hold for every connection to a vendor. */
export interface SharedSettings {
  /** How long the vendor's rate limit may make one call wait in all, in milliseconds; undefined for the default. */
  readonly maxWaitMs: number | undefined;
  /** The organizations that a connection to this vendor may reach; undefined for any. */
  readonly allowedOrganizations: readonly string[] | undefined;
  /** A refresh looks at the own key of every account, not of the first ones alone. */
  readonly checksAllKeys: boolean;
  /** Undefined where the stack's configuration names none. */
  readonly fleet?: Fleet | undefined;
}

/** A fleet: the stacks that may take over each other's accounts when a state is lost. */
export interface Fleet {
  readonly id: string;
  /** This run takes over accounts of the fleet. */
  readonly isRecovering: boolean;
}

/** Reads the settings that hold for every connection to a vendor. @throws ConfigError */
export function sharedSettings(vendor: VendorFacts, config: StackConfig, env: Environment): SharedSettings {
  return {
    maxWaitMs: maxWait(vendor, config, env),
    allowedOrganizations: allowedOrganizations(vendor, config),
    checksAllKeys: checksAllKeys(vendor, config),
    fleet: fleetOf(vendor, config, env),
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

/** The fleet of the stack. An id that is a name would soon be another stack's, too. */
function fleetOf({ title }: VendorFacts, config: StackConfig, env: Environment): Fleet | undefined {
  const id = config.get(FLEET)?.trim();
  const recover = env[RECOVER]?.trim();
  const command = `pulumi config set ${FLEET} "$(npx --no-install subaccounts fleet id)"`;
  if (id !== undefined && !/^[\w-]{16,64}$/.test(id)) {
    throw new ConfigError(
      `${title}: the config key ${FLEET} is not an id of 16 to 64 letters, digits, - and _, and a name may be another stack's, too. Run \`${command}\``,
      command,
    );
  }
  if (recover && id === undefined) {
    throw new ConfigError(
      `${title}: ${RECOVER} is set, and the stack has no ${FLEET}. Set that to the fleet id of the lost stack, as \`npx --no-install subaccounts list --owners\` shows it`,
      `pulumi config set ${FLEET} <id>`,
    );
  }
  if (recover && recover !== id) {
    throw new ConfigError(
      `${title}: ${RECOVER} is not the ${FLEET} of this stack, so nothing is taken over. Check which stack is selected, and give both the same id`,
      `unset ${RECOVER}`,
    );
  }
  return id === undefined ? undefined : { id, isRecovering: Boolean(recover) };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
