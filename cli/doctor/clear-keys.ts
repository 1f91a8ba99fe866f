import { isObject } from "../../provider/core/base/json";
import type { Values } from "../../provider/core/contract/resource";
import { connections } from "../../provider/core/vendor-io/named-connection";
import { type Finding, fail } from "./report";

const CONNECTIONS = "subaccounts:connections";

/** A value of the stack's config, as Pulumi prints it; an object is secret if any part of it is. */
interface ConfigValue {
  readonly value?: string | undefined;
  readonly secret?: boolean | undefined;
}

/** Keys that the stack's config has in clear: one finding each. */
export function clearKeys(
  values: Readonly<Record<string, ConfigValue>>,
  stackFile: Values | undefined,
): Finding[] {
  const plain = Object.keys(values)
    .filter((key) => /^subaccounts:\w+ApiKey$/i.test(key) && !values[key]?.secret)
    .map((key) => inClear(`the config key ${key}`, key));
  const entries = Object.entries(connections(values[CONNECTIONS]?.value) ?? {});
  const written = values[CONNECTIONS]?.secret ? connectionsIn(stackFile) : undefined;
  const named = entries
    .filter(([name, entry]) => {
      if (!isObject(entry) || typeof entry["apiKey"] !== "string") return false;
      if (written === undefined) return true;
      const inFile = written[name];
      return isObject(inFile) && typeof inFile["apiKey"] === "string";
    })
    .map(([name]) =>
      inClear(`the config key ${CONNECTIONS}, entry "${name}",`, `--path '${CONNECTIONS}.${name}.apiKey'`),
    );
  return [...plain, ...named];
}

function inClear(what: string, setting: string): Finding {
  return fail(
    `${what} has a key in clear, since it was set without --secret: so it is in the stack's history and in saved plans, too`,
    `make a new key at the vendor, run pulumi config set --secret ${setting} <new key>, and revoke the old one`,
  );
}

/** The connections as the stack's file has them: what is encrypted there is an object. */
function connectionsIn(stackFile: Values | undefined): Values {
  const config = stackFile?.["config"];
  const found = isObject(config) ? config[CONNECTIONS] : undefined;
  return isObject(found) ? found : {};
}
