import { normalized } from "../contract/identity";
import type { Values } from "../contract/resource";
import { identityName } from "./customer";
import type { Account } from "./fields";
import type { AccountFacts } from "./kind";
import { markerIn, partsOf, tagOf } from "./marker";

/** The keys of the index under which an account stands. */
export function keysOf({ fields, metadata }: Account): string[] {
  const marker = markerIn(metadata);
  const { externalId, name } = fields;
  return [
    `name ${normalized(String(name))}`,
    ...(typeof externalId === "string" && externalId !== "" ? [`externalId ${normalized(externalId)}`] : []),
    ...(marker ? [`tag ${tagOf(marker.urn)}`, `marker ${partsOf(marker.nonce).id}`] : []),
  ];
}

/** The keys of the index under which accounts stand that may be in the way of one, or be its own. */
export function keysFor({ externalId, name }: Values, tags: readonly string[]): string[] {
  return [
    `name ${normalized(String(name))}`,
    ...(typeof externalId === "string" ? [`externalId ${normalized(externalId)}`] : []),
    ...tags.map((tag) => `tag ${tag}`),
  ];
}

/** The keys under which a second account of the customer or the resource of a state stands. */
export function identityKeys(facts: Pick<AccountFacts, "identity">, before: Values): string[] {
  const { id, tag } = partsOf(before["__nonce"]);
  const name = identityName(facts, before);
  const value = before[name];
  return [
    ...(id ? [markerKey(id)] : []),
    ...(tag ? [`tag ${tag}`] : []),
    ...(typeof value === "string" ? [`${name} ${normalized(value)}`] : []),
  ];
}

/** The key of the index under which accounts with a marker id stand. */
export function markerKey(id: string): string {
  return `marker ${id}`;
}
