import * as pulumi from "@pulumi/pulumi";
import { providerLine, typeToken } from "./token";

const OWNER_TYPE = typeToken("index", "Owner");

/**
 * One per stack, made before the first account. Its random id lives in the stack's state and goes into the
 * ownership stamp of every account, so that the same program run against another backend, or a copy of the
 * stack, is told apart. Nobody declares it.
 *
 * @internal
 */
class Owner extends pulumi.CustomResource {
  static readonly __pulumiType: string = OWNER_TYPE;

  constructor() {
    super(OWNER_TYPE, "pulumi-subaccounts", { __provider: providerLine("index", "Owner") });
  }
}

// Several stacks can run in one process (Automation API), so the owner belongs to the stack resource.
const owners = new WeakMap<object, Owner>();
const noStack = {};

function stackOwner(): Owner {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const known = owners.get(stack);
  if (known) return known;
  const owner = new Owner();
  owners.set(stack, owner);
  return owner;
}

/**
 * The `__owner` input of a resource: `"<owner id> <urn>"`. A dynamic provider is not told the URN of what it
 * creates, so it travels here.
 *
 * A promise, not an output: an output would add the owner to the dependencies of every resource in the state
 * file, twice. In a preview only the URN is given, since an owner still to be made has no id.
 *
 * @internal
 */
export function ownership(type: string, name: string, parent: pulumi.Resource | undefined): Promise<string> {
  const owner = stackOwner();
  const urn = pulumi.createUrn(name, type, parent);
  return new Promise((resolve) => {
    if (pulumi.runtime.isDryRun()) urn.apply((text) => resolve(` ${text}`));
    else pulumi.all([owner.id, urn]).apply(([id, text]) => resolve(`${id ?? ""} ${text}`));
  });
}
