import type { PolicyResource } from "@pulumi/policy";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { blastRadius, noHardDelete } from "../../../policy";
import { account, baseline, inState, key, secret, UNKNOWN, violations } from "./support";

const ACCOUNT = "id-of-acme";
const acme = account("zavu", { name: "Acme", externalId: "tenant-acme" });
const of = (args: object = {}, options = {}) => key("zavu", { subAccountId: ACCOUNT, ...args }, options);
/** The outputs of a key, which a preview shows only where its resource stays as it is. */
const K1 = { keyId: "k1", createdAt: "2026-03-01T12:00:00.000Z" };

/** Whether a run counts as one that revokes the key, which has these arguments and outputs before. */
function isRevoked(had: object, now: PolicyResource, state: object = {}, config: object = {}): boolean {
  const before = [inState(acme), inState(of(had), state)];
  const said = violations(blastRadius, [acme, now], { baseline: baseline(before), always: 0, ...config });
  expect(said.filter((text) => !text.includes("keys revoked (1)"))).toEqual([]);
  return said.length === 1;
}

describe("a key counts as revoked by blast-radius", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date("2026-03-10T12:00:00Z"), toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("where a change replaces it with an overlap shorter than the least, an hour by default", () => {
    const rotated = (overlapHours: number, config = {}) =>
      isRevoked({ ...K1, keepers: { a: 1 } }, of({ keepers: { a: 2 }, overlapHours }), {}, config);
    expect([0.0001, 0.99, 1, 24].map((hours) => rotated(hours))).toEqual([true, true, false, false]);
    expect([3, 5].map((hours) => rotated(hours, { leastOverlapHours: 4 }))).toEqual([true, false]);
    expect(rotated(0, { leastOverlapHours: 0 })).toBe(false);
  });

  it("where an announced overlap is cut to an end within the least one, and not where it is made longer", () => {
    const until = { ...K1, previousKeyId: "k0", previousRevokeAt: "2026-03-11T06:00:00.000Z" };
    // It began at 06:00 of this day, and is to end 18 hours from now.
    const cut = (overlapHours: number) => isRevoked(until, of({ overlapHours }));
    expect([0, 6.0001, 7, 8, 48].map(cut)).toEqual([true, true, true, false, false]);
  });

  it("where a changed schedule makes it due within a day, with too short an overlap", () => {
    const scheduled = (had: object, has: object) => isRevoked({ ...K1, ...had }, of(has));
    const short = { overlapHours: 0.5 };
    // It is nine days old.
    for (const days of [0.0001, 9, 9.9, UNKNOWN.number]) {
      expect(scheduled({ rotateAfterDays: 90, ...short }, { rotateAfterDays: days, ...short })).toBe(true);
      expect(scheduled({ rotateAfterDays: 90 }, { rotateAfterDays: days })).toBe(false);
    }
    expect(scheduled({}, { rotateAfterDays: 1, ...short })).toBe(true);
    expect(scheduled({ rotateAfterDays: 9 }, { rotateAfterDays: 9, ...short })).toBe(true);
    expect(scheduled({ rotateAfterDays: 30, ...short }, { rotateAfterDays: 11, ...short })).toBe(false);
    // This was announced, and is due today.
    expect(scheduled({ rotateAfterDays: 9, ...short }, { rotateAfterDays: 9, ...short })).toBe(false);
    expect(isRevoked({ keyId: "k1", ...short }, of({ rotateAfterDays: 1, ...short }))).toBe(false);
  });

  it("where a preview no longer knows its outputs although nothing changes: its resource is replaced", () => {
    expect(isRevoked(K1, of())).toBe(true);
    expect(isRevoked(K1, of(K1))).toBe(false);
    expect(isRevoked(K1, of({ keepers: { a: 1 } }))).toBe(false);
    expect(isRevoked(K1, of({ name: UNKNOWN.text }))).toBe(false);
    // What the baseline holds encrypted may be as it was.
    expect(isRevoked({ ...K1, keepers: secret("v1:abc") }, of({ keepers: { a: 1 } }))).toBe(true);
  });

  it("where the state before says that its resource is, or may be, replaced beside another change", () => {
    const mark = [{ taint: true }, { replacementTrigger: "x1" }, { replaceWith: [acme.urn] }];
    for (const state of mark) {
      expect(isRevoked(K1, of({ keepers: { a: 1 } }), state)).toBe(true);
      expect(isRevoked(K1, of(K1), state)).toBe(false);
    }
  });

  it("where an up has another key in its place that no rotation made", () => {
    const K2 = { keyId: "k2", createdAt: "2026-03-10T12:00:00.000Z" };
    const later = { revokeAt: "2026-03-11T12:00:00.000Z" };
    expect(isRevoked(K1, of(K2))).toBe(true);
    expect(isRevoked(K1, of({ ...K2, previousKeyId: "k1", previousRevokeAt: later.revokeAt }))).toBe(false);
    expect(isRevoked(K1, of({ ...K2, previousKeyId: "k3", earlierKeys: [{ keyId: "k1", ...later }] }))).toBe(
      false,
    );
  });

  it("not where the provider updates it by itself: by its age, for the end of an overlap or of an own key, after a failure", () => {
    expect(isRevoked({ ...K1, rotateAfterDays: 9 }, of({ rotateAfterDays: 9 }))).toBe(false);
    expect(isRevoked({ ...K1, rotateAfterDays: 10 }, of({ rotateAfterDays: 10 }))).toBe(true);
    const over = (previousRevokeAt: string) => ({ ...K1, previousKeyId: "k0", previousRevokeAt });
    expect(isRevoked(over("2026-03-10T11:00:00.000Z"), of())).toBe(false);
    expect(isRevoked(over("2026-03-10T13:00:00.000Z"), of())).toBe(true);
    expect(isRevoked(K1, of(), { initErrors: ["the vendor is down"] })).toBe(false);
    expect(isRevoked({}, of())).toBe(false);

    const ending = account("zavu", { ownKey: "revoke" });
    const own = (apiKey: unknown) => [
      inState(account("zavu", { ownKey: "revoke", apiKey })),
      inState(of(K1)),
    ];
    const said = (apiKey: unknown) =>
      violations(blastRadius, [ending, of()], { baseline: baseline(own(apiKey)), always: 0 }).length;
    expect([secret("v1:abc"), null, undefined].map(said)).toEqual([0, 1, 1]);
  });

  it("where it is retained and stays in the program, unless its resource goes, moves or is replaced", () => {
    const retained = { retainOnDelete: true };
    expect(
      isRevoked({ ...K1, keepers: { a: 1 } }, of({ keepers: { a: 2 }, overlapHours: 0 }), retained),
    ).toBe(true);
    const until = { ...K1, previousKeyId: "k0", previousRevokeAt: "2026-03-11T06:00:00.000Z" };
    expect(isRevoked(until, of({ overlapHours: 0 }), retained)).toBe(true);
    for (const now of [of(), of({ subAccountId: "id-of-other" }), acme]) {
      expect(isRevoked(K1, now, retained)).toBe(false);
    }
  });
});

describe("an account that is replaced by force", () => {
  const bolna = (props: object, deleteBeforeReplace: boolean) =>
    account("bolna", { name: "Acme", deletionPolicy: "delete", ...props }, { deleteBeforeReplace });
  const before = { createdAt: "2026-03-01T12:00:00.000Z" };
  const check = (policy: typeof blastRadius | typeof noHardDelete, now: PolicyResource, state: object = {}) =>
    violations(policy, [now], {
      baseline: baseline([inState(bolna(before, false), state)]),
      ...(policy === blastRadius ? { always: 0 } : { hard: ["delete"] }),
    }).join();

  it("counts as deleted, and as ended for ever, where the old one is deleted first", () => {
    for (const now of [bolna({}, true), bolna({ createdAt: "2026-03-10T12:00:00.000Z" }, true)]) {
      expect(check(blastRadius, now)).toContain("deleted (1)");
      expect(check(noHardDelete, now)).toContain("this run removes its resource");
    }
    const other = bolna({ name: "New" }, true);
    expect(check(blastRadius, other)).toBe("");
    expect(check(blastRadius, other, { taint: true })).toContain("deleted (1)");
  });

  it("does not where the new resource takes the account over", () => {
    expect(check(blastRadius, bolna({}, false))).toBe("");
    expect(check(blastRadius, bolna(before, true))).toBe("");
  });
});
