import type { Marker, Parts } from "./marker";
import { shortHash, tagOf } from "./marker";

/** Whose an active account is, as one resource of this run sees it. */
export type Relation =
  /** Another resource of this run has this account in its state or adopts it. */
  | "claimed"
  /** A second account with this resource's marker id: two requests of one create took effect. */
  | "double"
  /** The state's own account (by marker id; at a vendor without metadata by id). */
  | "mine"
  /** Our metadata key holds another version or shape. */
  | "unreadable"
  /** This resource's marker, with a marker id that the state does not have: an interrupted run, a replacement. */
  | "mine unsaved"
  /** This resource's marker on another customer's account. */
  | "mine, another customer"
  /** The marker of another owner in the fleet of this stack. */
  | "same fleet"
  /** This stack's marker, of a resource that the program does not declare. */
  | "former name"
  /** Any other marker: another resource of this stack, another stack. */
  | "other"
  | "unmarked"
  /** The vendor has no metadata, so whose an account is cannot be told. */
  | "markerless";

/** How far the customer that is declared and the one of an account agree. */
export type Customer = "same" | "another" | "partly";

/** Everything that decides a relation. */
export interface RelationFacts {
  /** Accounts of the vendor carry markers. */
  readonly isMarked: boolean;
  readonly marker: Marker | "unreadable" | undefined;
  /** The account is the one whose id the state (or the step under way) has. */
  readonly isStateId: boolean;
  /** Parts of the state's `__nonce`, or of the marker that a create is sending. */
  readonly state: Parts | undefined;
  /** The tags of the resource, those of its aliases included; of a state alone its tag. */
  readonly tags: readonly string[];
  /** Whether an owner (by its hash) is carried by any resource of this run. */
  readonly isOurOwner: (hash: string) => boolean;
  readonly isDeclared: (tag: string) => boolean;
  /** Another resource of this run has the account. */
  readonly isClaimed: boolean;
  readonly customer: Customer;
  /** The fleet id of this stack, where it has one. */
  readonly fleet: string | undefined;
  /** This run takes over accounts of the fleet: their owners count as this stack's. */
  readonly isRecovering: boolean;
}

/** Decides whose an active account is; the first rule that applies wins. */
export function relationOf(facts: RelationFacts): Relation {
  const { isMarked, marker, isStateId, state, tags, isOurOwner, isDeclared, isClaimed, customer } = facts;
  const { fleet, isRecovering } = facts;
  if (isClaimed) return "claimed";
  if (!isMarked) return isStateId ? "mine" : "markerless";
  if (marker === "unreadable") return "unreadable";
  if (marker === undefined) return "unmarked";
  const { id } = idOf(marker);
  if (state !== undefined && state.id !== "" && id === state.id) return isStateId ? "mine" : "double";
  const tag = tagOf(marker.urn);
  const isOurs = isOurOwner(shortHash(marker.owner));
  const isOfFleet = !isOurs && fleet !== undefined && marker.fleet === fleet;
  if (isOurs || (isOfFleet && isRecovering)) {
    if (tags.includes(tag)) return customer === "same" ? "mine unsaved" : "mine, another customer";
    if (!isDeclared(tag) && customer !== "another") return "former name";
  }
  return isOfFleet ? "same fleet" : "other";
}

function idOf({ nonce }: Marker): { readonly id: string } {
  return { id: nonce.split(".")[0] ?? "" };
}
