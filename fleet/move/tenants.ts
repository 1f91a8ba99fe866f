import { isObject } from "../../provider/core/base/json";
import type { StateResource } from "../pulumi/stacks";

const TENANT = "subaccounts:index:Tenant";

/** A tenant of a state. */
export interface StateTenant {
  readonly externalId: string;
  readonly urn: string;
  /** Its resources by `<type>::<name>`, each with its id at the vendor. */
  readonly ids: ReadonlyMap<string, string>;
  /** The stack whose owner its accounts' markers name, as the state has it; undefined where no resource names one. */
  readonly ownerStack: string | undefined;
}

/** The tenants of a state, with their resources. */
export function tenantsIn(resources: readonly StateResource[]): StateTenant[] {
  return resources
    .filter(({ type }) => type === TENANT)
    .map((tenant) => {
      const children = resources.filter((each) => each["parent"] === tenant.urn);
      const ids = children.map(({ urn, id = "" }) => [withoutStack(urn), id] as const);
      const owners = children.map(({ inputs }) => ownerStackIn(inputs?.["__owner"]));
      return {
        externalId: externalIdOf(tenant, children),
        urn: tenant.urn,
        ids: new Map(ids),
        ownerStack: owners.find((stack) => stack !== undefined),
      };
    });
}

/** The stack in `<owner id> <stack>::<project>::<type>::<name>`. */
function ownerStackIn(owner: unknown): string | undefined {
  return typeof owner === "string" ? /^\S+ ([^:\s]+)::/.exec(owner)?.[1] : undefined;
}

/** An `up` that was killed leaves a tenant without outputs. */
function externalIdOf(tenant: StateResource, children: readonly StateResource[]): string {
  const sources = [tenant.outputs, ...children.map(({ inputs }) => inputs)];
  const found = sources.map((values) => isObject(values) && values["externalId"]);
  const id = found.find((each) => typeof each === "string");
  return typeof id === "string" ? id : tenant.urn.slice(tenant.urn.lastIndexOf("::") + 2);
}

function withoutStack(urn: string): string {
  return urn.replace(/^urn:pulumi:.*?::.*?::/, "");
}

/** Whether two states have the same accounts of a tenant. */
export function isSame(one: StateTenant, other: StateTenant): boolean {
  return one.ids.size === other.ids.size && [...one.ids].every(([name, id]) => other.ids.get(name) === id);
}
