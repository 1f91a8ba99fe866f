import { z } from "zod";
import { ConfigError } from "../base/errors";
import type { StackConfig } from "./stack-config";
import type { VendorFacts } from "./vendor";

const shape = z.strictObject({
  vendor: z.string().min(1),
  apiKey: z.string().min(1),
  baseUrl: z.string().min(1).optional(),
  apiVersion: z.string().min(1).optional(),
});

/** An entry of `subaccounts:connections`, and how people change it. */
export interface NamedConnection extends z.infer<typeof shape> {
  /** Which entry it is, for messages. */
  readonly where: string;
  /** The command that puts a value there. */
  readonly command: (setting: string, value: string) => string;
  /** The command that takes a setting out. */
  readonly remove: (setting: string) => string;
}

/** Reads an entry of `subaccounts:connections`. @throws ConfigError where it is missing, wrong, or for another vendor */
export function namedConnection(vendor: VendorFacts, name: string, config: StackConfig): NamedConnection {
  const where = `the config key subaccounts:connections, entry "${name}"`;
  const path = (...setting: string[]): string =>
    `--path '${["subaccounts:connections", name, ...setting].join(".")}'`;
  const remove = (...setting: string[]): string => `pulumi config rm ${path(...setting)}`;
  const command = (setting: string, value: string): string =>
    `pulumi config set ${setting === "apiKey" ? "--secret " : ""}${path(setting)} ${value}`;
  const how = `run \`${command("vendor", vendor.name)}\` and \`${command("apiKey", "<key>")}\``;
  const entries = connections(config.get("subaccounts:connections"));
  if (entries === undefined) {
    throw new ConfigError(
      `${vendor.title}: the config key subaccounts:connections is not an object; ${how}`,
      "pulumi config rm subaccounts:connections",
    );
  }
  const entry = entries[name];
  if (entry === undefined) {
    const known = Object.keys(entries);
    throw new ConfigError(
      `${vendor.title}: there is no connection "${name}" in the config key subaccounts:connections ` +
        `(${known.length > 0 ? `there are: ${known.join(", ")}` : "it has none"}); ${how}`,
      command("vendor", vendor.name),
    );
  }
  const parsed = shape.safeParse(entry);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      if (issue.code === "unrecognized_keys") return `has unknown keys: ${issue.keys.join(", ")}`;
      return issue.path.length === 0
        ? "must be an object"
        : `${issue.path.join(".")} must be a non-empty string`;
    });
    const [issue] = parsed.error.issues;
    const wrong = issue?.code === "unrecognized_keys" ? issue.keys : issue?.path.map(String);
    const [field] = wrong ?? [];
    const isMissing = field === "vendor" || field === "apiKey";
    throw new ConfigError(
      `${vendor.title}: ${where} is not { vendor, apiKey, baseUrl?, apiVersion? }: ${problems.join("; ")}`,
      isMissing
        ? command(field, field === "apiKey" ? "<key>" : vendor.name)
        : remove(...(field ? [field] : [])),
    );
  }
  if (parsed.data.vendor !== vendor.name) {
    throw new ConfigError(
      `${vendor.title}: ${where} is for the vendor "${parsed.data.vendor}"; this resource needs one for "${vendor.name}"`,
      command("vendor", vendor.name),
    );
  }
  return { ...parsed.data, where, command, remove };
}

/** The entries, `{}` where the key is absent, undefined where it is no JSON object. */
export function connections(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return {};
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
