import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PolicyResource, StackValidationArgs } from "@pulumi/policy";
import { blastRadius, bolnaPool, budget, type StackPolicy, uniqueExternalId } from "../policy";
import { isObject } from "../provider/core/base/json";
import type { Values } from "../provider/core/contract/resource";
import {
  accountArguments,
  declaredArguments,
  furtherKeyArguments,
  keyArguments,
  vendorsOf,
} from "../tenant/arguments";
import type { VendorName } from "../tenant/description";
import { isStoppedAt, overBy, restoredValues } from "../tenant/suspension";
import { FleetError } from "./fleet-error";
import type { StateResource } from "./pulumi/stacks";
import type { FleetTenant } from "./shards";
import type { Fleet } from "./shards/file";

/** Policies that add up: within one shard each would see a part of the tenants alone. */
const POLICIES: readonly StackPolicy[] = [budget, bolnaPool, blastRadius, uniqueExternalId];

const TENANT = "subaccounts:index:Tenant";

/** A violation of a policy over all tenants of the fleet. */
export interface Violation {
  readonly policy: string;
  readonly level: string;
  readonly message: string;
}

/**
 * Runs the policies that add up over all tenants, as their files declare them: those that the configuration of the
 * policies names, and `unique-external-id`.
 *
 * @param changed states of the shards that are changed, secrets encrypted; of the others the files are the state
 */
export function violationsOf(
  fleet: Fleet,
  tenants: readonly FleetTenant[],
  changed: readonly {
    readonly resources: readonly StateResource[];
    readonly tenants: readonly FleetTenant[];
  }[],
  nowMs: number,
): Violation[] {
  const settings = settingsOf(fleet);
  const former = changed.flatMap(({ resources }) => resources.map((each) => inOneStack(each, fleet)));
  const ofChanged = new Set(changed.flatMap((shard) => shard.tenants.map(({ externalId }) => externalId)));
  const subjects = tenants.flatMap((tenant) => subjectsOf(fleet, tenant, nowMs));
  const now = subjects.map(({ resource }) => resource);
  const folder = mkdtempSync(join(tmpdir(), "fleet-baseline-"));
  try {
    const same = subjects
      .filter(({ externalId }) => !ofChanged.has(externalId))
      .map(({ resource }) => stateOf(resource));
    const baseline = join(folder, "baseline.json");
    writeFileSync(baseline, JSON.stringify({ deployment: { resources: [...former, ...same] } }));
    return POLICIES.flatMap((policy) =>
      violations(policy, adopted(now, former), settings[policy.name], baseline),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The configuration of the policies, by their names. @throws FleetError */
function settingsOf({ folder, policies: { config } }: Fleet): Readonly<Record<string, unknown>> {
  if (config === undefined) return { [uniqueExternalId.name]: {} };
  try {
    return { [uniqueExternalId.name]: {}, ...JSON.parse(readFileSync(resolve(folder, config), "utf8")) };
  } catch (error) {
    const why =
      error instanceof SyntaxError
        ? "is no JSON"
        : `cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new FleetError(
      `the configuration of the policies, ${config}, ${why}: correct policies.config of fleet.yaml`,
    );
  }
}

function violations(
  policy: StackPolicy,
  resources: readonly PolicyResource[],
  setting: unknown,
  baseline: string,
): Violation[] {
  if (setting === undefined) return [];
  const { enforcementLevel = policy.enforcementLevel, ...config } = isObject(setting)
    ? setting
    : { enforcementLevel: setting };
  if (enforcementLevel === "disabled") return [];
  const own = "baseline" in policy.configSchema.properties ? { ...config, baseline } : config;
  const found: Violation[] = [];
  const args = { resources: [...resources], getConfig: () => own } as unknown as StackValidationArgs;
  const check = policy.validateStack as (
    args: StackValidationArgs,
    report: (message: string) => void,
  ) => void;
  check(args, (message) => found.push({ policy: policy.name, level: String(enforcementLevel), message }));
  return found;
}

/** A resource that a tenant declares, and the tenant. */
interface Subject {
  readonly externalId: string;
  readonly resource: PolicyResource;
}

/** The resources that a program declares by `new Tenant(externalId, …)`. */
function subjectsOf(fleet: Fleet, { externalId, values }: FleetTenant, nowMs: number): Subject[] {
  const over = overBy(values, nowMs);
  if (over.accounts) return [];
  const stopped = vendorsOf(values).filter((vendor) => isStoppedAt(values, vendor));
  const suspended = stopped.map((vendor) => [
    vendor,
    restoredValues(vendor, declaredArguments(values, vendor)),
  ]);
  const { tiers: _, ...outputs } = values;
  const props = { ...outputs, suspended: suspended.length > 0 ? Object.fromEntries(suspended) : undefined };
  const tenant = resourceOf(
    `urn:pulumi:${fleet.stack}::${fleet.name}::${TENANT}::${externalId}`,
    TENANT,
    externalId,
    props,
  );
  const children = vendorsOf(values).flatMap((vendor) =>
    childrenOf(fleet, vendor, { externalId, values }, over.keys),
  );
  return [tenant, ...children.map((child) => ({ ...child, parent: tenant }))].map((resource) => ({
    externalId,
    resource,
  }));
}

function childrenOf(
  fleet: Fleet,
  vendor: VendorName,
  { externalId, values }: FleetTenant,
  isWithoutKeys: boolean,
) {
  const made = (kind: string, name: string, props: Values): PolicyResource => {
    const type = `pulumi-nodejs:dynamic/subaccounts/${vendor}:${kind}`;
    return resourceOf(
      `urn:pulumi:${fleet.stack}::${fleet.name}::${TENANT}$${type}::${name}`,
      type,
      name,
      props,
    );
  };
  const account = accountArguments(values, vendor);
  const key = isWithoutKeys ? undefined : keyArguments(values, vendor, account);
  const further = isWithoutKeys ? [] : furtherKeyArguments(values, vendor, account);
  const named = { ...(key === undefined ? {} : { [externalId]: key }) };
  for (const [name, args] of further) named[`${externalId}-${name}`] = args;
  const subAccount = made("SubAccount", externalId, account);
  const subAccountId = idOf(subAccount.urn);
  return [
    subAccount,
    ...Object.entries(named).map(([name, args]) => made("ApiKey", name, { ...args, subAccountId })),
  ];
}

function resourceOf(urn: string, type: string, name: string, props: Values): PolicyResource {
  return {
    urn,
    type,
    name,
    props,
    opts: { protect: false, ignoreChanges: [], aliases: [], additionalSecretOutputs: [], customTimeouts: {} },
    dependencies: [],
    propertyDependencies: {},
  } as unknown as PolicyResource;
}

/** Stands for the id of a resource whose shard does not change: files do not show it. */
function idOf(urn: string): string {
  return `id of ${urn}`;
}

/** A resource as a state would have it, of a shard in which nothing changes. */
function stateOf({ urn, type, props, parent }: PolicyResource): object {
  return { urn, type, id: idOf(urn), inputs: props, ...(parent ? { parent: parent.urn } : {}) };
}

/** The resources of now, keys with the id of the account that their state has. */
function adopted(now: readonly PolicyResource[], former: readonly StateResource[]): PolicyResource[] {
  const states = new Map(former.map((resource) => [resource.urn, resource]));
  return now.map((resource) => {
    const subAccountId = states.get(resource.urn)?.inputs?.["subAccountId"];
    return subAccountId === undefined
      ? resource
      : { ...resource, props: { ...resource.props, subAccountId } };
  });
}

/** A resource of a shard, as one of a stack with the name of the fleet's: names of tenants are those of one fleet. */
function inOneStack(resource: StateResource, { stack, name }: Fleet): StateResource {
  const rename = (urn: unknown) =>
    typeof urn === "string" ? urn.replace(/^urn:pulumi:.*?::.*?::/, `urn:pulumi:${stack}::${name}::`) : urn;
  return {
    ...resource,
    urn: String(rename(resource.urn)),
    ...("parent" in resource ? { parent: rename(resource["parent"]) } : {}),
  };
}
