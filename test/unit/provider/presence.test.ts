import { describe, expect, it } from "vitest";
import { type AbsenceFacts, doubtOf, presenceOf } from "../../../provider/core/account/presence";

const PROVEN: AbsenceFacts = {
  place: "same",
  hasWitness: false,
  isSettled: true,
  listing: "absent",
  mayBeHidden: false,
};

describe("the presence of an account", () => {
  it.each(["active", "ended", "strange"] as const)("that is shown %s is just that", (shown) => {
    expect(presenceOf({ shown })).toBe(shown);
    expect(presenceOf({ shown, absence: PROVEN })).toBe(shown);
  });

  it("that is not shown is unproven while nobody looked for a proof", () => {
    expect(presenceOf({ shown: undefined })).toBe("unproven");
  });

  it("is gone with every part of the proof", () => {
    expect(presenceOf({ shown: undefined, absence: PROVEN })).toBe("gone");
    expect(doubtOf(PROVEN)).toBeUndefined();
  });

  it("is gone by a witness where the state does not name the organization", () => {
    const absence: AbsenceFacts = { ...PROVEN, place: "unrecorded", hasWitness: true };
    expect(presenceOf({ shown: undefined, absence })).toBe("gone");
  });

  it("is elsewhere where the key is of another organization, whatever else is shown", () => {
    expect(presenceOf({ shown: undefined, absence: { ...PROVEN, place: "another" } })).toBe("elsewhere");
    expect(presenceOf({ shown: undefined, absence: { ...PROVEN, place: "another", hasWitness: true } })).toBe(
      "elsewhere",
    );
  });

  it.each([
    [{ place: "unknown" }, "the organization cannot be told"],
    [{ place: "unknown", hasWitness: true }, "the organization cannot be told"],
    [{ place: "unrecorded" }, "the organization was never recorded"],
    [{ isSettled: false }, "too young"],
    [{ listing: "present" }, "listed"],
    [{ listing: "incomplete" }, "incomplete listing"],
    [{ mayBeHidden: true }, "hidden"],
  ] as const)("is unproven with %o: %s", (missing, doubt) => {
    const absence: AbsenceFacts = { ...PROVEN, ...missing };
    expect(presenceOf({ shown: undefined, absence })).toBe("unproven");
    expect(doubtOf(absence)).toBe(doubt);
  });
});
