import { delimiter, dirname } from "node:path";

/** Variables of a developer's shell that a hermetic run must not see: keys, endpoints and Pulumi's own settings. */
const leaks = [
  /^PULUMI_/,
  /^SUBACCOUNTS_/,
  /_(API_KEY|BASE_URL|API_VERSION)$/,
  /^(NODE_OPTIONS|NODE_PATH|TS_NODE_.*)$/,
];

/**
 * The caller's environment without vendor keys, endpoints and Pulumi settings, with `folders` and the folder of the
 * Node that runs this process first on PATH, and `extra` on top.
 */
export function hermeticEnv(
  folders: readonly string[],
  extra: Record<string, string> = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !leaks.some((leak) => leak.test(name))) env[name] = value;
  }
  env["PATH"] = [...folders, dirname(process.execPath), env["PATH"] ?? ""].join(delimiter);
  return { ...env, ...extra };
}
