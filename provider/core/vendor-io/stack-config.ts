/** The stack's configuration, decrypted. */
export interface StackConfig {
  /** The value of a namespaced key, such as `subaccounts:zavuApiKey`. */
  readonly get: (key: string) => string | undefined;
  /** All keys, for messages about one that is mistyped. */
  readonly keys: readonly string[];
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value, and how people change it. */
export interface Sourced {
  readonly value: string;
  /** Where it came from, for messages. */
  readonly source: string;
  /** The command that puts another value there. */
  readonly command: string;
  /** It is in the stack's config, which others than the owner of the environment may change. */
  readonly isConfigured: boolean;
}

/** A setting without blanks at its ends; the config goes before the environment. */
export function plainSetting(
  config: StackConfig,
  env: Environment,
  key: string,
  variable: string,
  value: string,
): Sourced | undefined {
  const configured = config.get(key);
  if (configured) {
    const command = `pulumi config set ${value === "<key>" ? "--secret " : ""}${key} ${value}`;
    return { value: configured.trim(), source: `the config key ${key}`, command, isConfigured: true };
  }
  const inherited = env[variable];
  if (!inherited) return undefined;
  const source = `the environment variable ${variable}`;
  return { value: inherited.trim(), source, command: `export ${variable}=${value}`, isConfigured: false };
}
