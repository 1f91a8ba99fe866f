import { describe, expect, it } from "vitest";
import { type Marker, shortHash, tagOf } from "../../../provider/core/account/marker";
import { type Relation, type RelationFacts, relationOf } from "../../../provider/core/account/relation";

const URN = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme";
const FORMER = URN.replace("acme", "amce");
const SIBLING = URN.replace("acme", "beta");

const marker = (more: Partial<Marker> & { id?: string } = {}): Marker => {
  const { id = "m1", owner = "ours", urn = URN, fleet } = more;
  return { v: 1, owner, urn, nonce: `${id}.${tagOf(urn)}.${shortHash(owner)}`, ...(fleet && { fleet }) };
};

/** An account of the state that carries the state's marker. */
const MINE: RelationFacts = {
  isMarked: true,
  marker: marker(),
  isStateId: true,
  state: { id: "m1", tag: tagOf(URN), owner: shortHash("ours"), place: "team:a" },
  tags: [tagOf(URN)],
  isOurOwner: (hash) => hash === shortHash("ours"),
  isDeclared: (tag) => tag === tagOf(URN) || tag === tagOf(SIBLING),
  isClaimed: false,
  customer: "same",
  fleet: undefined,
  isRecovering: false,
};

/** The same account before a create, which knows its own new marker id alone. */
const FOUND: RelationFacts = { ...MINE, isStateId: false, state: { ...MINE.state, id: "new" } as never };

/** The account carries another owner's marker of the fleet. */
const ofFleet = (facts: RelationFacts, more: Parameters<typeof marker>[0] = {}): RelationFacts => ({
  ...facts,
  fleet: "f",
  marker: marker({ id: "m9", owner: "other", fleet: "f", ...more }),
});
const recovering = (...given: Parameters<typeof ofFleet>): RelationFacts => ({
  ...ofFleet(...given),
  isRecovering: true,
});

const cases: readonly [string, RelationFacts, Relation][] = [
  ["the state's marker id", MINE, "mine"],
  ["the state's marker id under another customer's name", { ...MINE, customer: "another" }, "mine"],
  [
    "the state's marker id of another owner (the stack was moved)",
    { ...MINE, marker: marker({ owner: "other" }) },
    "mine",
  ],
  ["the state's marker id in the state of another resource", { ...MINE, isClaimed: true }, "claimed"],
  ["the state's marker id on another account", { ...MINE, isStateId: false }, "double"],
  ["a marker of another version", { ...MINE, marker: "unreadable" }, "unreadable"],
  ["no marker", { ...MINE, marker: undefined }, "unmarked"],
  ["no marker, before a create", { ...FOUND, marker: undefined }, "unmarked"],
  ["a later marker id of the same resource", { ...MINE, marker: marker({ id: "m2" }) }, "mine unsaved"],
  ["the marker of an interrupted create", FOUND, "mine unsaved"],
  [
    "the marker of an alias",
    { ...FOUND, marker: marker({ urn: FORMER }), tags: [tagOf(URN), tagOf(FORMER)] },
    "mine unsaved",
  ],
  ["our marker on another customer", { ...FOUND, customer: "another" }, "mine, another customer"],
  [
    "our marker on a customer that agrees in one of id and name",
    { ...FOUND, customer: "partly" },
    "mine, another customer",
  ],
  [
    "this stack's marker of a name that is not declared",
    { ...FOUND, marker: marker({ urn: FORMER }) },
    "former name",
  ],
  [
    "this stack's marker of a name that is not declared, and the same name at the vendor",
    { ...FOUND, marker: marker({ urn: FORMER }), customer: "partly" },
    "former name",
  ],
  [
    "this stack's marker of a name that is not declared, and another customer",
    { ...FOUND, marker: marker({ urn: FORMER }), customer: "another" },
    "other",
  ],
  ["the marker of a sibling that is declared", { ...FOUND, marker: marker({ urn: SIBLING }) }, "other"],
  ["another stack's marker", { ...FOUND, marker: marker({ owner: "other" }) }, "other"],
  [
    "another stack's marker on an account of the state",
    { ...MINE, marker: marker({ id: "m2", owner: "other" }) },
    "other",
  ],
  ["the marker of another owner in the fleet", ofFleet(FOUND), "same fleet"],
  ["the marker of another owner in the fleet, of the state's marker id", ofFleet(MINE, { id: "m1" }), "mine"],
  ["the marker of another owner in the fleet, in a run that recovers it", recovering(FOUND), "mine unsaved"],
  [
    "the marker of another owner in the fleet on another customer, in a run that recovers it",
    recovering({ ...FOUND, customer: "another" }),
    "mine, another customer",
  ],
  [
    "a former name of another owner in the fleet, in a run that recovers it",
    recovering(FOUND, { urn: FORMER }),
    "former name",
  ],
  [
    "a sibling that is declared, of another owner in the fleet, in a run that recovers it",
    recovering(FOUND, { urn: SIBLING }),
    "same fleet",
  ],
  ["another fleet, in a run that recovers its own", recovering(FOUND, { fleet: "g" }), "other"],
  ["our marker with the fleet id", { ...FOUND, fleet: "f", marker: marker({ fleet: "f" }) }, "mine unsaved"],
  ["a vendor without metadata, and the state's id", { ...MINE, isMarked: false, marker: undefined }, "mine"],
  [
    "a vendor without metadata, and another id",
    { ...FOUND, isMarked: false, marker: undefined },
    "markerless",
  ],
  [
    "a vendor without metadata, and an id that another resource has",
    { ...MINE, isMarked: false, marker: undefined, isClaimed: true },
    "claimed",
  ],
  [
    "a state without a marker id, and our marker",
    { ...MINE, state: { id: "", tag: undefined, owner: undefined, place: undefined } },
    "mine unsaved",
  ],
];

describe("whose an account is", () => {
  it.each(cases)("%s", (_what, facts, expected) => {
    expect(relationOf(facts)).toBe(expected);
  });
});
