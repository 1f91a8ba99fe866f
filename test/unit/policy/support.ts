import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import * as deserialize from "@pulumi/policy/deserialize";
import { onTestFinished } from "vitest";
import type { VendorName } from "../../../tenant/description";

/** What Pulumi hands over for a number, a text or an object that is not known yet. */
export const UNKNOWN = {
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  text: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
};

type Props = Record<string, unknown>;

/** How the pack's server unpacks arguments for a remediation and packs its result; not in its declarations. */
const { deserializeProperties, serializeProperties } = deserialize as unknown as {
  deserializeProperties(struct: { toJavaScript(): Props }, keepSecrets: boolean): Props;
  serializeProperties(props: Props): Promise<Props>;
};

/** How a resource is declared beside its arguments. */
interface Options {
  readonly name?: string;
  readonly stack?: string;
  readonly isPlugin?: boolean;
  readonly tenant?: PolicyResource;
  readonly protect?: boolean;
  readonly aliases?: string[];
  readonly deleteBeforeReplace?: boolean;
  readonly secrets?: string[];
}

/** An account, as Pulumi shows it to a policy. */
export function account(vendor: VendorName, props: Props, options: Options = {}): PolicyResource {
  const { isPlugin = false, tenant } = options;
  const type = isPlugin
    ? `subaccounts:${vendor}:SubAccount`
    : `pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount`;
  return resource(type, props, { secrets: ["apiKey", "database"], ...options }, tenant);
}

/** A tenant, the parent of accounts. */
export function tenant(props: Props, options: Options = {}): PolicyResource {
  return resource("subaccounts:index:Tenant", props, options);
}

/** A key of an account. */
export function key(vendor: VendorName, props: Props, options: Options = {}): PolicyResource {
  const { tenant } = options;
  const type = `pulumi-nodejs:dynamic/subaccounts/${vendor}:ApiKey`;
  return resource(type, props, { secrets: ["apiKey"], ...options }, tenant);
}

export function resource(
  type: string,
  props: Props,
  options: Options = {},
  parent?: PolicyResource,
): PolicyResource {
  const { name = "acme", stack = "dev", protect = false, aliases = [], secrets = [] } = options;
  const { deleteBeforeReplace = false } = options;
  return {
    type,
    name,
    urn: `urn:pulumi:${stack}::test::${parent ? `${parent.type}$` : ""}${type}::${name}`,
    props: unknownCheckingProxy(props),
    opts: {
      protect,
      aliases,
      ignoreChanges: [],
      deleteBeforeReplace,
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: secrets,
    },
    ...(parent && { parent }),
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  };
}

type AnyPolicy = Partial<ResourceValidationPolicy & StackValidationPolicy>;

/** What a policy says of these resources, in the order in which it says it. */
export function violations(policy: AnyPolicy, resources: PolicyResource[], config: object = {}): string[] {
  const said: string[] = [];
  const report = (message: string) => said.push(message);
  const common = { getConfig: () => config, stackTags: new Map() };
  for (const each of resources) {
    for (const validate of [policy.validateResource ?? []].flat()) {
      validate({ ...each, ...common } as unknown as ResourceValidationArgs, report);
    }
  }
  policy.validateStack?.({ resources, ...common } as unknown as StackValidationArgs, report);
  return said;
}

/** What a remediation makes of an account's arguments, as Pulumi takes it; undefined if it changes nothing. */
export async function remediated(
  policy: AnyPolicy,
  vendor: VendorName,
  props: Props,
  config: object,
): Promise<Props | undefined> {
  const shown = deserializeProperties({ toJavaScript: () => props }, true);
  const args = { ...account(vendor, {}), props: unknownCheckingProxy(shown), getConfig: () => config };
  const result = await policy.remediateResource?.(args as unknown as ResourceValidationArgs);
  return result ? serializeProperties(result) : undefined;
}

/** A file as `pulumi stack export` writes it, with these resources, or with any text. */
export function baseline(resources: object[] | undefined, text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-baseline-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "baseline.json");
  writeFileSync(file, text ?? JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
  return file;
}

/** A resource as the state before the run has it. */
export function inState({ type, urn, name, props, parent }: PolicyResource, more: object = {}): object {
  const outputs = { ...props };
  return {
    type,
    urn,
    id: `id-of-${name}`,
    custom: true,
    outputs,
    ...(parent && { parent: parent.urn }),
    ...more,
  };
}

/** A secret, as Pulumi sends it. */
export function secret(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}
