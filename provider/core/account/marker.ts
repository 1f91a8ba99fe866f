import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { heldUnder, isObject, type JsonObject } from "../base/json";
import { STAMP_KEY } from "../contract/arguments";
import type { Ownership } from "../contract/resource";

/** The ownership marker ("stamp") in an account's metadata: who created it or took it over last. */
export interface Marker {
  /** Version of the marker's shape. */
  readonly v: 1;
  /** Id of the stack's owner, which lives in the stack's state. */
  readonly owner: string;
  /** The resource's URN at that time. */
  readonly urn: string;
  /** `id.tag.owner`, see {@link Parts}; the id is new with each create, take-over and adoption. */
  readonly nonce: string;
  /** The resource has suspended the account: it is a customer's, and in the way of a create as an active one is. */
  readonly suspended?: true;
  /** The fleet id of the stack that wrote it (`subaccounts:fleet`), where it has one. */
  readonly fleet?: string;
  /** The state has no key of the account's own (it was adopted, or that key has ended): a take-over makes none. */
  readonly keyless?: true;
}

/**
 * The parts of a state's `__nonce`: `id.tag.owner.~fleet.place`. `id` is the marker id, which no other account has; `tag`
 * stands for the resource and is empty once a refresh found the account without its marker; `owner` stands for the
 * stack's owner (absent in states of 0.1.0); `fleet` stands for the fleet id in the
 * marker, with its `~` absent where there is none; `place` names the organization that the account was made or seen in
 * (absent in states before 0.3.0), in clear.
 */
export interface Parts {
  readonly id: string;
  readonly tag: string | undefined;
  readonly owner: string | undefined;
  readonly place: string | undefined;
  readonly fleet?: string | undefined;
}

/** Parses a state's `__nonce`; whatever else stands there has no marker id. */
export function partsOf(nonce: unknown): Parts {
  const [id = "", tag, owner, ...rest] = typeof nonce === "string" ? nonce.split(".") : [];
  const fleet = rest[0]?.startsWith("~") ? rest.shift()?.slice(1) : undefined;
  return { id, tag, owner: owner || undefined, fleet, place: rest.length > 0 ? rest.join(".") : undefined };
}

/** Writes a `__nonce` from its parts. */
export function nonceOf({ id, tag, owner, fleet, place }: Parts): string {
  const rest = [...(fleet === undefined ? [] : [`~${fleet}`]), ...(place === undefined ? [] : [place])];
  if (owner === undefined && rest.length === 0) return tag === undefined ? id : `${id}.${tag}`;
  return [id, tag ?? "", owner ?? "", ...rest].join(".");
}

/** The parts of a resource's marker with this marker id. */
export function newParts(id: string, { urn, owner, fleet }: Marked, place?: string): Parts {
  return { id, tag: tagOf(urn), owner: shortHash(owner), fleet: fleet && shortHash(fleet), place };
}

/** A marker of this resource with these parts; place and fleet of the parts stay in the state. */
export function markerOf({ owner, urn, fleet }: Marked, parts: Parts, isSuspended: boolean): Marker {
  const nonce = nonceOf({ ...parts, place: undefined, fleet: undefined });
  return { v: 1, owner, urn, nonce, ...(isSuspended ? { suspended: true } : {}), ...(fleet && { fleet }) };
}

/** Everything that a marker is made of, besides its id. */
type Marked = Pick<Ownership, "owner" | "urn"> & { readonly fleet?: string | undefined };

/** The name of a resource, for messages. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/**
 * Stands for a resource where a URN is too long: delete is told of the state alone and must know whose it was. Stack
 * and project are left out, because either can be renamed, and the owner tells stacks apart.
 */
export function tagOf(urn: string): string {
  const [, , ...resource] = urn.split("::");
  return shortHash(resource.join("::"));
}

/** The tags of a resource: its own, then those of the URNs that it had before. */
export function tagsOf({ urn, aliases = [] }: Ownership): string[] {
  return [urn, ...aliases].map(tagOf);
}

/** The 48 bits that stand for an owner id or a URN. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

/**
 * Reads the marker in an account's metadata: `undefined` where there is none, `"unreadable"` where our key holds another
 * version or shape.
 */
export function readMarker(metadata: JsonObject | undefined): Marker | "unreadable" | undefined {
  const found = heldUnder(metadata, STAMP_KEY);
  if (found === null) return undefined;
  if (!isObject(found)) return "unreadable";
  const { v, owner, urn, nonce, suspended, fleet, keyless } = found;
  if (v !== 1 || typeof owner !== "string" || typeof urn !== "string" || typeof nonce !== "string") {
    return "unreadable";
  }
  return {
    v,
    owner,
    urn,
    nonce,
    ...(suspended === true ? { suspended } : {}),
    ...(typeof fleet === "string" ? { fleet } : {}),
    ...(keyless === true ? { keyless } : {}),
  };
}

/** The marker, where it can be read. */
export function markerIn(metadata: JsonObject | undefined): Marker | undefined {
  const marker = readMarker(metadata);
  return marker === "unreadable" ? undefined : marker;
}

/** The owner and the fleet in an account's marker, with the resource's URN; undefined where no marker can be read. */
export function ownerIn(
  metadata: JsonObject | undefined,
): Pick<Marker, "owner" | "fleet" | "urn"> | undefined {
  return markerIn(metadata);
}

/** Whether two markers say the same; versions before 0.2.0 wrote the marker id alone. */
export function isSameMarker(has: Marker | undefined, marker: Marker): boolean {
  return (
    has !== undefined &&
    partsOf(has.nonce).id === partsOf(marker.nonce).id &&
    has.owner === marker.owner &&
    has.fleet === marker.fleet &&
    tagOf(has.urn) === tagOf(marker.urn)
  );
}

/** The declared metadata of arguments or a state. */
export function metadataOf(values: Readonly<Record<string, unknown>>): JsonObject {
  return isObject(values["metadata"]) ? (values["metadata"] as JsonObject) : {};
}

/** The metadata that a write sends, and how it differs from what the vendor has. */
export interface MetadataPlan {
  readonly metadata: JsonObject;
  /** Keys that were declared before and are not any more. */
  readonly removed: readonly string[];
  readonly contentDiffers: boolean;
  readonly markerDiffers: boolean;
}

/**
 * Metadata as a write must send it: the keys of others as the vendor has them, the declared keys, the marker. A key
 * that was declared before and is not any more is left out.
 */
export function planMetadata(
  actual: JsonObject | undefined,
  declared: JsonObject,
  declaredBefore: JsonObject,
  marker: Marker,
): MetadataPlan {
  const removed = Object.keys(declaredBefore).filter((key) => !Object.hasOwn(declared, key));
  const theirs = Object.entries(actual ?? {}).filter(([key]) => !removed.includes(key));
  return {
    metadata: { ...Object.fromEntries(theirs), ...declared, [STAMP_KEY]: { ...marker } },
    removed,
    contentDiffers: differingKeys(actual, declared).length > 0 || stillThere(actual, removed).length > 0,
    markerDiffers:
      !isSameMarker(markerIn(actual), marker) || markerIn(actual)?.suspended !== marker.suspended,
  };
}

/** The declared keys for which the vendor has another value; absent and `null` are the same there. */
export function differingKeys(actual: JsonObject | undefined, declared: JsonObject): string[] {
  return Object.keys(declared).filter((key) => !isDeepStrictEqual(heldUnder(actual, key), declared[key]));
}

/** The keys among `removed` that the vendor still holds; a vendor that merges may keep them, some as `null`. */
export function stillThere(actual: JsonObject | undefined, removed: readonly string[]): string[] {
  return removed.filter((key) => heldUnder(actual, key) !== null);
}
