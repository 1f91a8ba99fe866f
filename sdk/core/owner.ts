import * as pulumi from "@pulumi/pulumi";
import { perStack } from "./per-stack";
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

/** The id of the stack's owner, which is made at the first call. */
const stackOwnerId = perStack((): Promise<string | undefined> => plainValue(new Owner().id));

/**
 * The `__owner` input of a resource: `"<owner id> <urn>"`, and a line for each URN that it had before (aliases). A
 * dynamic provider is not told the URN of what it creates, so it travels here.
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
  aliases: () => readonly pulumi.Input<pulumi.URN>[],
): Promise<string> {
  const owner = stackOwnerId();
  const urn =
    parent === undefined
      ? `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`
      : plainValue(pulumi.createUrn(name, type, parent));
  const first = `${(await owner) ?? ""} ${await urn}`;
  const former = await Promise.all(aliases().map((alias) => plainValue(pulumi.output(alias))));
  return [first, ...former.filter((alias) => alias !== undefined)].join("\n");
}

/** The value without its dependencies, or undefined if it is unknown. `apply` would never run on an unknown value. */
function plainValue(output: pulumi.Output<string>): Promise<string | undefined> {
  return (output as unknown as { promise(): Promise<string | undefined> }).promise();
}
