import * as pulumi from "@pulumi/pulumi";
import { perStack } from "./per-stack";
import { isConfigSecret } from "./pulumi-internals";

const CONNECTIONS = "subaccounts:connections";

/**
 * Warns of keys that the stack's config has in clear, once in a preview and once in an `up`: the provider is given its config
 * decrypted, so the program alone can tell. Of an object Pulumi says whether any part of it is encrypted.
 *
 * @internal
 */
export const warnOfClearKeys = perStack((): void => {
  const config = pulumi.runtime.allConfig();
  const keys = Object.keys(config).filter((key) => /^subaccounts:\w+ApiKey$/i.test(key));
  const settings = [
    ...keys.map((key) => ({ key, setting: key })),
    ...connectionsWithKey(config[CONNECTIONS]).map((name) => {
      return { key: CONNECTIONS, setting: `--path '${CONNECTIONS}.${name}.apiKey'` };
    }),
  ];
  for (const { key, setting } of settings) {
    if (isConfigSecret(key)) continue;
    void pulumi.log.warn(
      `A KEY IS IN CLEAR in the config key ${key}, since it was set without --secret: so it is in the stack's history and in saved ` +
        `plans, too. Make a new key at the vendor, run \`pulumi config set --secret ${setting} <new key>\`, and revoke the old one`,
    );
  }
});

/** The names of the connections with a key; a text that is no object has none, and the provider refuses it. */
function connectionsWithKey(text: string | undefined): string[] {
  try {
    const entries = Object.entries<unknown>(JSON.parse(text ?? "{}"));
    return entries.flatMap(([name, entry]) =>
      typeof entry === "object" && entry !== null && "apiKey" in entry ? [name] : [],
    );
  } catch {
    return [];
  }
}
