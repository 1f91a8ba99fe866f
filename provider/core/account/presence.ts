/** The presence of an account of the state at the vendor. */
export type Presence =
  /** The connection reaches another organization than the one that the account was made in. */
  | "elsewhere"
  /** Proven: the vendor has no such account any more. */
  | "gone"
  /** Not shown, and that it is gone is not proven. */
  | "unproven"
  /** Inactive (Zavu), archived (bctrl). */
  | "ended"
  /** A status that the vendor does not document. */
  | "strange"
  | "active";

/** Why an account that is not shown is not proven to be gone. */
export type Doubt =
  | "the organization cannot be told"
  | "the organization was never recorded"
  | "too young"
  | "listed"
  | "incomplete listing"
  | "hidden";

/** Everything that decides a presence. */
export interface PresenceFacts {
  /** How the vendor shows the account; undefined: its own "not found", or absent from a listing. */
  readonly shown: "active" | "ended" | "strange" | undefined;
  /** Asked for where the account is not shown. */
  readonly absence?: AbsenceFacts | undefined;
}

/** The facts of a proof of absence. */
export interface AbsenceFacts {
  /** The organization that the connection reaches, beside the one of the state. */
  readonly place: "same" | "another" | "unknown" | "unrecorded";
  /** An account with a marker of the state's owner is shown: stands for a place that an old state does not have. */
  readonly hasWitness: boolean;
  /** The account is older than the time in which reads may lag behind writes. */
  readonly isSettled: boolean;
  /** A second, independent answer: whether a complete listing has it. */
  readonly listing: "absent" | "present" | "incomplete";
  /** The account was ended when it was last seen, and the vendor's listing shows no ended account at all. */
  readonly mayBeHidden: boolean;
}

/** Decides what is known of an account; the first rule that applies wins. */
export function presenceOf({ shown, absence }: PresenceFacts): Presence {
  if (shown !== undefined) return shown;
  if (absence === undefined) return "unproven";
  if (absence.place === "another") return "elsewhere";
  return doubtOf(absence) === undefined ? "gone" : "unproven";
}

/** Why absence is no proof; undefined where it is one. */
export function doubtOf(facts: AbsenceFacts): Doubt | undefined {
  if (facts.place === "unknown") return "the organization cannot be told";
  if (facts.place === "unrecorded" && !facts.hasWitness) return "the organization was never recorded";
  if (!facts.isSettled) return "too young";
  if (facts.listing === "present") return "listed";
  if (facts.listing === "incomplete") return "incomplete listing";
  if (facts.mayBeHidden) return "hidden";
  return undefined;
}
