import { ConfigError, MissingKeyError } from "../provider/core/base/errors";
import { isObject } from "../provider/core/base/json";
import type { Run } from "../provider/core/base/run";
import { type Settings, settings } from "../provider/core/vendor-io/config";
import { connections } from "../provider/core/vendor-io/named-connection";
import type { StackConfig } from "../provider/core/vendor-io/stack-config";
import { type AnyVendor, everyVendor } from "../provider/vendors";

/** Which connections to read. */
export interface Reach {
  readonly vendor?: string;
  readonly connection?: string;
}

/** A connection, and its settings. */
export interface Target {
  readonly vendor: AnyVendor;
  readonly connection: string | undefined;
  readonly settings: Settings;
}

/**
 * Lists the configured connections: the vendors' own ones, and those of `subaccounts:connections`. A vendor without a key is one
 * that the program does not use, unless it is asked for.
 */
export function targetsOf(
  run: Run,
  config: StackConfig,
  { vendor: onlyVendor, connection: onlyConnection }: Reach,
): { targets: Target[]; problems: string[]; refused: Omit<Target, "settings">[] } {
  const names = everyVendor.map(({ name }) => name);
  if (onlyVendor !== undefined && !names.includes(onlyVendor)) {
    return {
      targets: [],
      refused: [],
      problems: [`there is no vendor "${onlyVendor}"; there are ${names.join(", ")}`],
    };
  }
  const named = Object.entries(connections(config.get("subaccounts:connections")) ?? {});
  if (onlyConnection !== undefined && named.every(([name]) => name !== onlyConnection)) {
    const known =
      named.length === 0 ? "there are none" : `there are ${named.map(([name]) => name).join(", ")}`;
    return {
      targets: [],
      refused: [],
      problems: [`subaccounts:connections has no connection "${onlyConnection}"; ${known}`],
    };
  }
  // It says which accounts an `up` takes over, and is refused where the fleet id is still looked for.
  const env = { ...run.world.env, SUBACCOUNTS_RECOVER: undefined };
  const targets: Target[] = [];
  const refused: Omit<Target, "settings">[] = [];
  const problems: string[] = [];
  const add = (vendor: AnyVendor, connection: string | undefined, isNeeded: boolean): void => {
    try {
      targets.push({ vendor, connection, settings: settings(vendor, connection, config, env) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!(error instanceof MissingKeyError)) refused.push({ vendor, connection });
      if (isNeeded || !(error instanceof MissingKeyError)) problems.push(error.message);
    }
  };
  for (const vendor of everyVendor) {
    if (onlyVendor !== undefined && vendor.name !== onlyVendor) continue;
    if (onlyConnection === undefined) add(vendor, undefined, onlyVendor !== undefined && named.length === 0);
    for (const [name, entry] of named) {
      const isOf = isObject(entry) && entry["vendor"] === vendor.name;
      if (isOf && (onlyConnection ?? name) === name) add(vendor, name, true);
    }
  }
  if (targets.length === 0 && problems.length === 0) {
    problems.push(
      `there is no key to read with: export ${everyVendor.map(({ env }) => `${env.apiKey}=<key>`).join(", or ")}`,
    );
  }
  return { targets, problems, refused };
}
