/** The stack's configuration, decrypted. */
export interface StackConfig {
  /** The value of a namespaced key, such as `subaccounts:zavuApiKey`. */
  readonly get: (key: string) => string | undefined;
  /** All keys, for messages about one that is mistyped. */
  readonly keys: readonly string[];
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value, where it came from, and the command that changes it; the config goes before the environment. */
export function plainSetting(
  config: StackConfig,
  env: Environment,
  key: string,
  variable: string,
  value: string,
): { value: string; source: string; command: string } | undefined {
  const configured = config.get(key);
  if (configured) {
    const command = `pulumi config set ${value === "<key>" ? "--secret " : ""}${key} ${value}`;
    return { value: configured, source: `the config key ${key}`, command };
  }
  const inherited = env[variable];
  if (!inherited) return undefined;
  const source = `the environment variable ${variable}`;
  return { value: inherited, source, command: `export ${variable}=${value}` };
}
