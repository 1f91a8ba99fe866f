import { normalized } from "../contract/identity";
import { identityName } from "./customer";
import type { Account } from "./fields";
import { markerIn, shortHash, tagOf, tagsOf } from "./marker";
import type { Step } from "./step";

/** An account that is to be created or changed. */
export type Sought = Pick<Step, "facts" | "args" | "context">;

/** The names and ids by which an account is found. */
export function keysOf({ fields, metadata }: Account): string[] {
  const marker = markerIn(metadata);
  const name = normalized(String(fields["name"]));
  return [
    `name ${name}`,
    ...externalIdKeys(fields["externalId"]),
    ...(marker ? [`tag ${tagOf(marker.urn)}`, `owner ${shortHash(marker.owner)} ${name}`] : []),
    // Whose it is cannot be told from the list.
    ...(metadata === undefined ? [`unshown ${name}`] : []),
  ];
}

/** Those by which a resource finds its own account, or one in its way. */
export function wantedKeys({ facts, args, context: { ownership, run } }: Sought): string[] {
  const name = normalized(String(args["name"]));
  const isByName = identityName(facts, args) === "name";
  return [
    ...(isByName ? [`name ${name}`] : externalIdKeys(args["externalId"])),
    ...[shortHash(ownership.owner), ...run.owners].map((owner) => `owner ${owner} ${name}`),
    `unshown ${name}`,
    ...tagsOf(ownership).map((tag) => `tag ${tag}`),
  ];
}

/** Those by which an account will be found. */
export function keysToBe({ args, context: { ownership } }: Sought): string[] {
  const name = normalized(String(args["name"]));
  return [
    `name ${name}`,
    ...externalIdKeys(args["externalId"]),
    `owner ${shortHash(ownership.owner)} ${name}`,
    ...tagsOf(ownership).map((tag) => `tag ${tag}`),
  ];
}

function externalIdKeys(externalId: unknown): string[] {
  return typeof externalId === "string" && externalId !== "" ? [`externalId ${normalized(externalId)}`] : [];
}
