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
 * file, twice. The owner id is empty while it is unknown: in a preview, before the owner is made, and in an `up` whose
 * targets leave the owner out, which the provider refuses.
 *
 * @internal
 */
export async function ownership(
  type: string,
  name: string,
  parent: pulumi.Resource | undefined,
): Promise<string> {
  const owner = stackOwner();
  const [id, urn] = await Promise.all([
    plainValue(owner.id),
    plainValue(pulumi.createUrn(name, type, parent)),
  ]);
  return `${id ?? ""} ${urn}`;
}

/** The value without its dependencies, or undefined if it is unknown. `apply` would never run on an unknown value. */
function plainValue(output: pulumi.Output<string>): Promise<string | undefined> {
  return (output as unknown as { promise(): Promise<string | undefined> }).promise();
}
