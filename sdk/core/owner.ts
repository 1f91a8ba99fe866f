import * as pulumi from "@pulumi/pulumi";
import { perStack } from "./per-stack";
import { plainValue } from "./pulumi-internals";
import { providerLine, typeToken } from "./token";

const OWNER_TYPE = typeToken("index", "Owner");

/**
 * One per stack, made before the first account. Its random id is in the stack's state and goes into the ownership marker
 * of every account, which tells another stack of the same program apart. A copy of the state has the same id. Programs do
 * not declare it.
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
const stackOwnerId = perStack(() => plainValue(new Owner().id));

/** The id of the stack's owner; undefined or empty in a preview of a stack that has none yet. @internal */
export async function ownerId(): Promise<string | undefined> {
  return (await stackOwnerId()) || undefined;
}

/**
 * The `__owner` input of a resource: `"<owner id> <urn>"`, and a line for each URN that it had before, all of
 * them {@link abridged}. A dynamic provider is not told the URN of what it creates, so it travels here.
 *
 * A promise, not an output: an output would add the owner to the dependencies of every resource in the state
 * file, twice. The owner id is empty while it is unknown: in a preview, before the owner is made, and in an `up` whose
 * targets leave the owner out, which the provider refuses.
 *
 * @param former asked once the resource is constructed.
 *
 * @internal
 */
export async function ownership(
  urn: pulumi.Input<pulumi.URN>,
  former: () => readonly pulumi.Input<pulumi.URN>[],
): Promise<string> {
  const owner = await stackOwnerId();
  const urns = await Promise.all([urn, ...former()].map((each) => plainValue(each)));
  const [today, ...before] = new Set(urns.filter((each) => each !== undefined).map(abridged));
  return [`${owner ?? ""} ${today}`, ...before].join("\n");
}

/**
 * A URN without what is the same in all of ours, since state holds it for every resource: `urn:pulumi:` is left out, and
 * `~` stands for `pulumi-nodejs:dynamic/subaccounts/`. A URN in which that could not be undone stays whole.
 */
function abridged(urn: string): string {
  return urn.replace(/^urn:pulumi:([^~]*?)pulumi-nodejs:dynamic\/subaccounts\//, "$1~");
}
