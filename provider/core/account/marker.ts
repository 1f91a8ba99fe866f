import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { heldUnder, isObject, type JsonObject } from "../base/json";
import { STAMP_KEY } from "../contract/arguments";
import type { Ownership } from "../contract/resource";

/** The ownership stamp in an account's metadata: who created it or took it over last. */
export interface Stamp {
  /** Version of the stamp's shape. */
  readonly v: 1;
  /** Id of the stack's owner, which lives in the stack's state. */
  readonly owner: string;
  /** The resource's URN at that time. */
  readonly urn: string;
  /** New with each create, take-over and adoption; the state holds it too. */
  readonly nonce: string;
}

/**
 * Stands for a resource wherever a URN is too long: in the nonce, since delete is told of the state alone and must know
 * whose it was. Stack and project are left out, because either can be renamed, and the owner tells stacks apart.
 */
export function tagOf(urn: string): string {
  const [, , ...resource] = urn.split("::");
  return shortHash(resource.join("::"));
}

/**
 * The nonce of a stamp: `id`, which nobody else has, and tags of the resource and of its stack's owner, since delete and
 * read are told of the state alone.
 */
export function nonceOf(id: string, { urn, owner }: Ownership): string {
  return `${id}.${tagOf(urn)}.${shortHash(owner)}`;
}

/** The parts of a state's nonce; `owner` is undefined in states that 0.1.0 wrote. */
export function partsOf(nonce: unknown): { id: string; tag: string | undefined; owner: string | undefined } {
  const [id = "", tag, owner] = typeof nonce === "string" ? nonce.split(".") : [];
  return { id, tag, owner };
}

/**
 * Whether a stamp is of the very resource whose state has this nonce. With another nonce it is from a run that was
 * interrupted before it saved its own.
 */
export function isOfNonce(stamp: Stamp, nonce: unknown): boolean {
  const { tag, owner } = partsOf(nonce);
  return stamp.nonce === nonce || (tag === tagOf(stamp.urn) && owner === shortHash(stamp.owner));
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

/** The tags of a resource: its own, then those of the URNs that it had before. */
export function tagsOf({ urn, aliases = [] }: Ownership): string[] {
  return [urn, ...aliases].map(tagOf);
}

/** Whether the stamp is of this resource, whatever it was called when it was written. */
export function isStampOf(stamp: Ownership | undefined, ownership: Ownership): boolean {
  return stamp?.owner === ownership.owner && tagsOf(ownership).includes(tagOf(stamp.urn));
}

/** A new stamp of this resource. */
export function newStamp({ owner, urn }: Ownership, nonce: string): Stamp {
  return { v: 1, owner, urn, nonce };
}

/** The stamp in an account's metadata, if it has one that can be read. */
export function stampOf(metadata: JsonObject | undefined): Stamp | undefined {
  const stamp = metadata?.[STAMP_KEY];
  if (!isObject(stamp)) return undefined;
  const { owner, urn, nonce } = stamp;
  if (typeof owner !== "string" || typeof urn !== "string" || typeof nonce !== "string") return undefined;
  return { v: 1, owner, urn, nonce };
}

/** What the metadata of an account is to be, and how that differs from what the vendor has. */
export interface MetadataPlan {
  readonly metadata: JsonObject;
  /** Keys that were declared before and are not any more. */
  readonly removed: readonly string[];
  readonly contentDiffers: boolean;
  readonly stampDiffers: boolean;
}

/**
 * Metadata as a write must send it: the keys of others as the vendor has them, the declared keys, the stamp. A key
 * that was declared before and is not any more is left out.
 */
export function planMetadata(
  actual: JsonObject | undefined,
  declared: JsonObject,
  declaredBefore: JsonObject,
  stamp: Stamp,
): MetadataPlan {
  const removed = Object.keys(declaredBefore).filter((key) => !Object.hasOwn(declared, key));
  const theirs = Object.entries(actual ?? {}).filter(([key]) => !removed.includes(key));
  return {
    metadata: { ...Object.fromEntries(theirs), ...declared, [STAMP_KEY]: { ...stamp } },
    removed,
    contentDiffers: differingKeys(actual, declared).length > 0 || stillThere(actual, removed).length > 0,
    stampDiffers: stampOf(actual)?.nonce !== stamp.nonce,
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
