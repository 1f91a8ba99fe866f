import type { Relation } from "./relation";

/** The action of a create on an active account, by relation. */
export const onCreate: Readonly<
  Record<Relation, "take over" | "conflict" | "conflict if same identity" | "by customer">
> = {
  claimed: "conflict if same identity",
  double: "take over",
  mine: "take over",
  unreadable: "conflict if same identity",
  "mine unsaved": "take over",
  // Another customer in id and name: left alone. In one of them: conflict.
  "mine, another customer": "by customer",
  // Unless the run recovers the fleet: then its owners count as this stack's.
  "same fleet": "conflict if same identity",
  "former name": "conflict",
  other: "conflict if same identity",
  unmarked: "conflict if same identity",
  markerless: "conflict if same identity",
};

/** The action of an adoption on an active account, by relation; identities are compared for all of them. */
export const onAdopt: Readonly<Record<Relation, "adopt" | "adopt, warn" | "refuse" | "by owner">> = {
  claimed: "refuse",
  double: "refuse",
  mine: "adopt",
  unreadable: "refuse",
  "mine unsaved": "adopt",
  "mine, another customer": "refuse",
  "same fleet": "adopt",
  "former name": "refuse",
  // Of another stack: adopted. Of another resource of this stack: refused.
  other: "by owner",
  unmarked: "adopt",
  markerless: "adopt, warn",
};

/** The action of a refresh on an active account, by relation. */
export const onRead: Readonly<Record<Relation, "keep" | "keep, warn" | "keep, take its id" | "keep, drift">> =
  {
    claimed: "keep, warn",
    double: "keep, warn",
    mine: "keep",
    unreadable: "keep, warn",
    "mine unsaved": "keep, take its id",
    "mine, another customer": "keep, warn",
    "same fleet": "keep, warn",
    "former name": "keep, warn",
    other: "keep, warn",
    unmarked: "keep, drift",
    markerless: "keep",
  };

/** The action of an update on an active account, by relation. */
export const onUpdate: Readonly<Record<Relation, "write" | "refuse">> = {
  claimed: "refuse",
  double: "refuse",
  mine: "write",
  unreadable: "refuse",
  "mine unsaved": "write",
  "mine, another customer": "refuse",
  "same fleet": "refuse",
  "former name": "refuse",
  other: "refuse",
  unmarked: "write",
  markerless: "write",
};

/** The action of a delete on an active account, by relation; `keep` takes it out of the state. */
export const onDelete: Readonly<Record<Relation, "delete" | "keep" | "fail" | "delete if same identity">> = {
  claimed: "keep",
  double: "fail",
  mine: "delete",
  unreadable: "fail",
  "mine unsaved": "fail",
  "mine, another customer": "keep",
  "same fleet": "keep",
  "former name": "keep",
  other: "keep",
  unmarked: "delete if same identity",
  markerless: "delete",
};
