import { z } from "zod";
import { ConfigError } from "../base/errors";
import type { Settings, StackConfig } from "./config";
import type { VendorFacts } from "./vendor";

const ALLOWED = "subaccounts:allowedOrganizations";
const CHECK_KEYS = "subaccounts:checkKeys";

/** Keys of the stack's configuration that are about all vendors. */
export const SHARED_KEYS: readonly string[] = [
  ALLOWED,
  CHECK_KEYS,
  "subaccounts:connections",
  "subaccounts:maxWaitSeconds",
];

/** Reads the settings that hold for every connection to a vendor. @throws ConfigError */
export function sharedSettings(
  vendor: VendorFacts,
  config: StackConfig,
): Pick<Settings, "allowedOrganizations" | "checksAllKeys"> {
  return {
    allowedOrganizations: allowedOrganizations(vendor, config),
    checksAllKeys: checksAllKeys(vendor, config),
  };
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
