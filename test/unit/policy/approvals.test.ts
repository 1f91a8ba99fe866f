import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { blastRadius } from "../../../policy";
import { account, baseline, inState, key, violations } from "./support";

const zavu = (name: string, creditLimit: number) =>
  account("zavu", { name, externalId: `tenant-${name}`, creditLimit }, { name });
const names = Array.from({ length: 10 }, (_, index) => `t${index}`);
const before = names.map((name) => inState(zavu(name, 100)));
/** The first so many customers with twice the limit, and the others as they were. */
const raised = (count: number) => names.map((name, index) => zavu(name, index < count ? 200 : 100));

const approval = (more: object = {}) => ({
  accounts: ["tenant-t0", "t1", zavu("t2", 1).urn],
  changes: ["raised"],
  until: "2026-12-04",
  reason: "the new price list",
  ...more,
});
const check = (resources: Parameters<typeof violations>[1], ...approvals: object[]) =>
  violations(blastRadius, resources, { baseline: baseline(before), approvals });

describe("an approval for blast-radius", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date("2026-11-27T12:00:00Z"), toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("lets pass what it names, and counts everything else", () => {
    expect(check(raised(4))).toHaveLength(1);
    expect(check(raised(4), approval())).toEqual([]);
    expect(check(raised(5), approval())).toEqual([
      expect.stringMatching(
        /^this run touches 2 of 10 accounts, beside what is approved; at most 1 .* raised \(2\): Zavu account "t3" .*, Zavu account "t4" .*\. Do it in several runs, or approve these accounts for this one$/,
      ),
    ]);
    expect(check(raised(5), approval(), approval({ accounts: ["t4"] }))).toEqual([]);
  });

  it("is for the kinds of change that it names: a raise is no leave to end or to suspend", () => {
    expect(check(raised(10).slice(3), approval({ accounts: names.slice(0, 3) }))).toEqual([
      expect.stringContaining("deleted (3)"),
    ]);
    const suspended = names.map((name) =>
      account("zavu", { name, creditLimit: 200, status: "inactive" }, { name }),
    );
    expect(check(suspended, approval({ accounts: names }))).toEqual([
      expect.stringMatching(/touches 10 of 10 .* suspended \(10\): [^.]*\. Do it/),
    ]);
    const both = approval({ accounts: names, changes: ["raised", "suspended"] });
    expect(check(suspended, both)).toEqual([]);
  });

  it("covers the keys of the accounts that it names", () => {
    const keys = names.map((name) => key("zavu", { subAccountId: `id-of-${name}` }, { name }));
    const had = [...before, ...keys.map((each) => inState(each))];
    const of = (...approvals: object[]) =>
      violations(blastRadius, raised(0), { baseline: baseline(had), approvals });
    expect(of(approval({ accounts: names }))).toHaveLength(1);
    expect(of(approval({ accounts: names, changes: ["keys revoked"] }))).toEqual([]);
  });

  it("names an account that the run adopts, by any of its names", () => {
    const adopted = ["a", "b", "c"].map((name) =>
      account("zavu", { adopt: `z-${name}`, externalId: `tenant-${name}`, status: "inactive" }, { name }),
    );
    const of = (...accounts: string[]) =>
      violations(blastRadius, adopted, {
        baseline: baseline([]),
        always: 0,
        approvals: accounts.length > 0 ? [approval({ accounts, changes: ["suspended"] })] : [],
      });
    expect(of()).toEqual([expect.stringContaining("suspended (3)")]);
    expect(of("tenant-a", "b", adopted[2]?.urn ?? "")).toEqual([]);
    expect(of("tenant-a", "b")).toEqual([
      expect.stringMatching(
        /touches 1 of 0 accounts, beside what is approved;.* approve these accounts for this one$/,
      ),
    ]);
  });

  it("names a key itself where the stack does not have its account, as the message says", () => {
    const keys = ["x", "y"].map((name) => key("zavu", { subAccountId: `looked-up-${name}` }, { name }));
    const had = keys.map((each) => inState(each));
    const of = (now: Parameters<typeof violations>[1], ...accounts: string[]) =>
      violations(blastRadius, now, {
        baseline: baseline(had),
        always: 0,
        approvals: [approval({ accounts, changes: ["keys revoked"] })],
      });
    expect(of([], "looked-up-x")).toEqual([
      expect.stringMatching(
        /touches 2 of 2 accounts; .*, or approve these accounts for this one; of an account that this stack does not have, name the key \(Zavu key "x"\) by its logical name or URN$/,
      ),
    ]);
    expect(of([], "x", keys[1]?.urn ?? "")).toEqual([]);
    const adopting = account("zavu", { adopt: "looked-up-x" }, { name: "new" });
    expect(of([adopting, ...keys.slice(1)], "x")).toHaveLength(1);
    expect(of([adopting, ...keys.slice(1)], "new")).toEqual([]);
  });

  it("holds through its last day, and not a day longer", () => {
    expect(check(raised(4), approval({ until: "2026-11-27" }))).toEqual([]);
    expect(check(raised(4), approval({ until: "2026-11-26" }))).toEqual([
      expect.stringContaining(" An approval until 2026-11-26 is expired. Do it in several runs"),
    ]);
    expect(check(raised(0), approval({ until: "2026-11-26" }))).toEqual([]);
  });

  it("lasts for 14 days at most", () => {
    expect(check(raised(4), approval({ until: "2026-12-11" }))).toEqual([]);
    expect(check(raised(4), approval({ until: "2026-12-12" }))).toEqual([
      "an approval does not hold: until 2026-12-12 is more than 14 days ahead. Choose an earlier day, or approve it later",
      expect.stringContaining("touches 4 of 10 accounts;"),
    ]);
  });

  it.each([
    { accounts: [] },
    { accounts: undefined },
    { changes: [] },
    { reason: "" },
    { until: "soon" },
    { until: undefined },
  ])("does not hold with %o", (wrong) => {
    expect(check(raised(4), approval(wrong))).toEqual([
      expect.stringMatching(/^an approval does not hold: it has to name accounts, changes, a reason, /),
      expect.stringContaining("touches 4 of 10 accounts;"),
    ]);
  });
});
