import { describe, expect, it } from "vitest";
import type { Values } from "../../../provider/core/contract/resource";
import { dueOf, isOver, retimed, rotationReason } from "../../../provider/core/key/rotation";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const state = (more: Values = {}): Values => ({ keyId: "k1", createdAt: "2026-05-30T00:00:00Z", ...more });

describe("the rotation of a key", () => {
  it.each([
    ["nothing changed", state(), {}, [], undefined],
    ["an argument changed", state(), {}, ["name"], "name changed"],
    ["several arguments changed", state(), {}, ["name", "keepers"], "name, keepers changed"],
    ["it is old", state(), { rotateAfterDays: 2 }, [], "the key is 2.0 days old and rotateAfterDays is 2"],
    ["it is not old enough", state(), { rotateAfterDays: 3 }, [], undefined],
    ["its age cannot be read", state({ createdAt: "soon" }), { rotateAfterDays: 1 }, [], undefined],
    [
      "it has microseconds",
      state({ createdAt: "2026-01-01T00:00:00.123456Z" }),
      { rotateAfterDays: 100 },
      [],
      /151 days/,
    ],
    ["the key of the state was revoked", state({ keyId: undefined }), {}, [], /was revoked at the vendor/],
  ] as const)("%s", (_what, has, args, changed, reason) => {
    const why = rotationReason(has, args, NOW, changed);
    if (reason instanceof RegExp) expect(why).toMatch(reason);
    else expect(why).toBe(reason);
  });

  it.each([
    ["that the state does not have", undefined, /age of the key is not known.*no createdAt/],
    ["that cannot be read", "soon", /age of the key is not known.*cannot be read/],
    ["that lies more than a day ahead", "2026-06-03T00:00:00Z", /lies ahead by the clock of this machine/],
  ])("says so of a createdAt %s, and does nothing about it", (_what, createdAt, note) => {
    const due = dueOf(state({ createdAt }), { rotateAfterDays: 90 }, NOW, []);
    expect(due).toEqual([{ note: expect.stringMatching(note), isNews: true }]);
    expect(dueOf(state({ createdAt }), {}, NOW, [])).toEqual([]);
  });

  it("is silent about a clock that is some hours off", () => {
    const due = dueOf(state({ createdAt: "2026-06-01T05:00:00Z" }), { rotateAfterDays: 90 }, NOW, []);
    expect(due).toEqual([]);
  });

  it.each([
    [24, /the one before, k1, stays valid for 24 hours/],
    [0, /the one before, k1, is revoked by the next `up`/],
  ])("says with an overlap of %d hours what becomes of the key before", (overlapHours, note) => {
    expect(dueOf(state(), { overlapHours }, NOW, ["keepers"])).toEqual([
      { note: expect.stringMatching(note) },
    ]);
  });

  it("moves the end of keys that still wait with the overlap, but for an end that cannot be read", () => {
    const before = state({
      previousKeyId: "k0",
      previousRevokeAt: "2026-06-02T00:00:00Z",
      earlierKeys: [{ keyId: "k-1", revokeAt: "?" }],
    });
    expect(retimed(before, { overlapHours: 48 })).toEqual([
      { keyId: "k0", revokeAt: "2026-06-03T00:00:00.000Z" },
      { keyId: "k-1", revokeAt: "?" },
    ]);
    expect(isOver({ keyId: "k-1", revokeAt: "?" }, NOW)).toBe(false);
  });
});
