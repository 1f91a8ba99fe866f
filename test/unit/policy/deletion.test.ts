import type { PolicyResource } from "@pulumi/policy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { blastRadius, noHardDelete } from "../../../policy";
import { account, baseline, inState, key, resource, secret, UNKNOWN, violations } from "./support";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const zavu = (name: string, creditLimit?: unknown, options: Parameters<typeof account>[2] = {}) =>
  account(
    "zavu",
    { name, externalId: `tenant-${name}`, ...(creditLimit !== undefined && { creditLimit }) },
    { name, ...options },
  );
const ten = Array.from({ length: 10 }, (_, index) => zavu(`t${index}`, 100));

describe("blast-radius", () => {
  const check = (resources: PolicyResource[], before: object[] | undefined, config = {}) =>
    violations(blastRadius, resources, { baseline: baseline(before), ...config });

  it("lets one run touch as many accounts as are allowed, and says which are too many", () => {
    const before = ten.map((each) => inState(each));
    expect(check(ten, before)).toEqual([]);
    expect(check(ten.slice(1), before)).toEqual([]);
    expect(check([zavu("t1", 101), ...ten.slice(2)], before)).toEqual([
      'this run touches 2 of 10 accounts; at most 1 (10 %, and 1 in any case) are allowed at once. deleted (1): Zavu account "t0" (externalId "tenant-t0"). raised (1): Zavu account "t1" (externalId "tenant-t1"). Do it in several runs, or approve these accounts for this one',
    ]);
    expect(check(ten.slice(2), before, { percent: 20 })).toEqual([]);
    expect(check(ten.slice(1), before, { percent: 5, always: 0 })).toHaveLength(1);
  });

  it("counts all of a kind, and names the first of them in order", () => {
    const before = ten.map((each) => inState(each));
    const [said] = check([], before.toReversed());
    expect(said).toContain("touches 10 of 10 accounts");
    expect(said).toMatch(
      /deleted \(10\): Zavu account "t0" .*, Zavu account "t1" .*, Zavu account "t2" .* and 7 more\./,
    );
    expect(said).not.toContain('"t3"');
  });

  it("takes a limit for raised that is higher, gone, or not known yet", () => {
    const before = [inState(zavu("t0", 100))];
    for (const now of [101, null, undefined, UNKNOWN.number]) {
      expect(check([zavu("t0", now)], before, { always: 0 })).toEqual([
        expect.stringContaining('raised (1): Zavu account "t0"'),
      ]);
    }
    for (const now of [100, 99]) expect(check([zavu("t0", now)], before, { always: 0 })).toEqual([]);
    const encrypted = inState(zavu("t0"), { outputs: { creditLimit: secret("v1:abc") } });
    expect(check([zavu("t0", 100)], [encrypted], { always: 0 })).toHaveLength(1);
  });

  it("does not let one run cap every customer at a cent", () => {
    const capped = ten.map(({ name }) => zavu(name, 1));
    expect(
      check(
        capped,
        ten.map((each) => inState(each)),
      ),
    ).toEqual([expect.stringMatching(/touches 10 of 10 accounts; .* lowered \(10\): Zavu account "t0"/)]);
    const uncapped = ten.map(({ name }) => inState(zavu(name, null)));
    expect(check(capped, uncapped)).toEqual([expect.stringContaining("lowered (10)")]);
  });

  it("takes a limit for lowered that is more than so many per cent below, or is there where none was", () => {
    const lowered = (had: unknown, has: unknown, config = {}) =>
      check([zavu("t0", has)], [inState(zavu("t0", had))], { always: 0, ...config }).length;
    expect([lowered(100, 50), lowered(100, 49)]).toEqual([0, 1]);
    expect([lowered(100, 90, { loweredBy: 10 }), lowered(100, 89, { loweredBy: 10 })]).toEqual([0, 1]);
    for (const had of [null, undefined]) expect(lowered(had, 5)).toBe(1);
    for (const had of [null, undefined]) expect(lowered(had, UNKNOWN.number)).toBe(1);
    expect(lowered(undefined, null)).toBe(0);
  });

  it("does not let one run suspend every customer, by a status or by limits of 0", () => {
    const status = (has: unknown, had: unknown = undefined) => {
      const of = (value: unknown) => account("zavu", value === undefined ? {} : { status: value });
      return check([of(has)], [inState(of(had))], { always: 0 });
    };
    expect(status("inactive")).toEqual([expect.stringContaining('suspended (1): Zavu account "acme"')]);
    expect(status("inactive", "active")).toHaveLength(1);
    expect(status(UNKNOWN.text)).toHaveLength(1);
    expect(status("inactive", "inactive")).toEqual([]);
    expect(status("active", "inactive")).toEqual([]);
    const bolna = (allowConcurrentCalls: number) => account("bolna", { allowConcurrentCalls });
    expect(check([bolna(0)], [inState(bolna(5))], { always: 0 })).toEqual([
      expect.stringContaining('suspended (1): Bolna account "acme"'),
    ]);
    expect(check([bolna(0)], [inState(bolna(0))], { always: 0 })).toEqual([]);
    const bctrl = (monthlyCreditLimit: number | null) => account("bctrl", { limits: { monthlyCreditLimit } });
    expect(check([bctrl(0)], [inState(bctrl(null))], { always: 0 })).toEqual([
      expect.stringContaining("suspended (1)"),
    ]);
  });

  it("takes a guaranteed minimum that becomes 0 for lowered, which suspends nothing", () => {
    const bolna = (minConcurrency: number) => account("bolna", { minConcurrency, maxConcurrency: 8 });
    const lowered = (had: number, has: number) => check([bolna(has)], [inState(bolna(had))], { always: 0 });
    expect(lowered(3, 0)).toEqual([
      expect.stringMatching(/^[^.]*at once\. lowered \(1\): Bolna account "acme"/),
    ]);
    expect(lowered(0, 0)).toEqual([]);
  });

  it("counts a change of limits whose meaning is not known as each that it may be", () => {
    const v2 = (limits: object | string | undefined, more: object = {}) =>
      account("bctrl", { connection: "v2", ...(limits !== undefined && { limits }), ...more });
    const had = { runs: 10, spaces: [{ kind: "a", max: 5 }], spend: { perMonth: 1000 } };
    const said = (now: PolicyResource, before = v2(had)) => check([now], [inState(before)], { always: 0 });
    for (const changed of [
      { ...had, runs: 0 },
      { ...had, spend: { perMonth: 100_000 } },
      { ...had, runs: UNKNOWN.number },
      { ...had, spaces: [{ kind: "a", max: UNKNOWN.number }] },
      { runs: 10 },
    ]) {
      expect(said(v2(changed))).toEqual([
        expect.stringMatching(/touches 1 of 1 .* suspended \(1\): .*\. lowered \(1\): .*\. raised \(1\): /),
      ]);
    }
    expect(said(v2(structuredClone(had)))).toEqual([]);
    expect(said(v2(had, { name: "another" }))).toEqual([]);
    expect(said(v2(had), v2(undefined))).toHaveLength(1);
    expect(said(v2({ monthlyCreditLimit: 9 }), v2({ monthlyCreditLimit: 9 }))).toEqual([]);
    // What an adopted account had before is not known, as with other limits.
    expect(check([v2(had, { adopt: "id-of-another" })], [], { always: 0 })).toEqual([]);
  });

  it("does not let one run revoke the keys of every customer", () => {
    const keys = ten.map(({ name }) =>
      key("zavu", { subAccountId: `id-of-${name}`, name: "default" }, { name }),
    );
    const before = [...ten, ...keys].map((each) => inState(each));
    expect(check([...ten, ...keys], before)).toEqual([]);
    expect(check([...ten, ...keys.slice(1)], before)).toEqual([]);
    expect(check(ten, before)).toEqual([
      expect.stringMatching(
        /touches 10 of 10 accounts; .* keys revoked \(10\): Zavu key "t0", .* and 7 more\./,
      ),
    ]);
    const own = ten.map(({ name }) => account("zavu", { creditLimit: 100, ownKey: "revoke" }, { name }));
    expect(check([...own, ...keys], before)).toEqual([
      expect.stringMatching(/touches 10 of 10 accounts; .* keys revoked \(10\): Zavu account "t0"/),
    ]);
    expect(
      check(
        own,
        own.map((each) => inState(each)),
      ),
    ).toEqual([]);
  });

  it("takes a key for revoked whose resource is another account's now, and not one that moved or stays", () => {
    const acme = zavu("acme");
    const of = (subAccountId: unknown, options = {}) =>
      key("zavu", { subAccountId }, { name: "k", ...options });
    const revoked = (now: PolicyResource[], had = inState(of("id-of-acme"))) =>
      check([acme, ...now], [inState(acme), had], { always: 0 }).length;
    expect(revoked([of("id-of-acme")])).toBe(0);
    expect(revoked([of("id-of-other")])).toBe(1);
    expect(revoked([of(UNKNOWN.text)])).toBe(1);
    const moved = key("zavu", { subAccountId: "id-of-acme" }, { name: "new", aliases: [of("").urn] });
    expect(revoked([moved])).toBe(0);
    expect(revoked([], inState(of("id-of-acme"), { retainOnDelete: true }))).toBe(0);
    const ofBolna = key("bolna", { subAccountId: "id-of-acme" });
    expect(revoked([], inState(ofBolna))).toBe(0);
  });

  it("takes a replaced key for revoked whose overlap is cut short, and not one whose overlap is over", () => {
    vi.useFakeTimers({ now: new Date("2026-03-10T12:00:00Z"), toFake: ["Date"] });
    const of = (overlapHours?: unknown) =>
      key("bctrl", { subAccountId: "a", ...(overlapHours === undefined ? {} : { overlapHours }) });
    const revoked = (now: PolicyResource, outputs: object) =>
      check([now], [inState(of(), { outputs: { subAccountId: "a", ...outputs } })], { always: 0 }).length;
    const until = { previousKeyId: "k1", previousRevokeAt: "2026-03-11T06:00:00.000Z" };
    expect(revoked(of(), until)).toBe(0);
    expect(revoked(of(12), until)).toBe(0);
    for (const hours of [0, 6, UNKNOWN.number]) expect(revoked(of(hours), until)).toBe(1);
    expect(revoked(of(0), { previousKeyId: "k1", previousRevokeAt: "2026-03-10T11:00:00.000Z" })).toBe(0);
    const earlier = { earlierKeys: [{ keyId: "k0", revokeAt: "2026-03-10T13:00:00.000Z" }] };
    expect(revoked(of(22), { ...until, ...earlier })).toBe(1);
  });

  it("takes a key for revoked that a change of this run replaces without an overlap", () => {
    const of = (props: object) => key("zavu", { subAccountId: "a", name: "k", ...props });
    const revoked = (had: object, has: object) => check([of(has)], [inState(of(had))], { always: 0 }).length;
    expect(revoked({}, { overlapHours: 0 })).toBe(0);
    expect(revoked({ keepers: { a: 1 } }, { keepers: { a: 1 }, overlapHours: 0 })).toBe(0);
    expect(revoked({ keepers: { a: 1 } }, { keepers: { a: 2 } })).toBe(0);
    for (const change of [{ keepers: { a: 2 } }, { keepers: { a: UNKNOWN.text } }, { name: "other" }, {}]) {
      expect(revoked({ keepers: { a: 1 }, overlapHours: 0 }, { ...change, overlapHours: 0 })).toBe(1);
    }
  });

  it("counts an adopted account that the same run suspends, or whose key it revokes", () => {
    const adopted = (more: object, options = {}) =>
      account("zavu", { adopt: "id-of-another", creditLimit: 5, ...more }, options);
    const touched = (now: PolicyResource) => check([now], [], { always: 0 });
    expect(touched(adopted({}))).toEqual([]);
    expect(touched(adopted({ status: "inactive" }))).toEqual([expect.stringContaining("suspended (1)")]);
    expect(touched(adopted({ adopt: UNKNOWN.text, status: "inactive" }))).toHaveLength(1);
    expect(touched(adopted({ ownKey: "revoke" }))).toEqual([expect.stringContaining("keys revoked (1)")]);
    expect(touched(account("zavu", { status: "inactive" }))).toEqual([]);
  });

  it("counts an account once, and does not name the keys that end with it", () => {
    const keys = ten.map(({ name }) => key("zavu", { subAccountId: `id-of-${name}` }, { name }));
    const before = [...ten, ...keys].map((each) => inState(each));
    const suspended = account("zavu", { status: "inactive", creditLimit: 1 }, { name: "t0" });
    const now = [suspended, ...ten.slice(2), ...keys.slice(2)];
    expect(check(now, before)).toEqual([
      expect.stringMatching(
        /touches 2 of 10 .* deleted \(1\): [^.]*"t1"[^.]*\. suspended \(1\): [^.]*"t0"[^.]*\. keys revoked \(1\): Zavu key "t0"\. lowered \(1\): [^.]*"t0"/,
      ),
    ]);
  });

  it("counts the kinds alone that it is configured to", () => {
    const before = ten.map((each) => inState(each));
    expect(check([], before, { counts: ["raised", "lowered"] })).toEqual([]);
    expect(check([], before, { counts: ["deleted"] })).toHaveLength(1);
  });

  it("does not take an account for deleted that moved, was adopted elsewhere, or stays at the vendor", () => {
    const before = [inState(zavu("old", 100))];
    const moved = zavu("new", 100, { aliases: [zavu("old").urn] });
    const adopted = account("zavu", { adopt: "id-of-old", creditLimit: 100 }, { name: "new" });
    const plugin = zavu("old", 100, { isPlugin: true, aliases: [zavu("old").urn] });
    for (const now of [moved, adopted, plugin]) expect(check([now], before, { always: 0 })).toEqual([]);
    const retained = account("zavu", { deletionPolicy: "retain" });
    for (const kept of [inState(retained), inState(zavu("a"), { retainOnDelete: true })]) {
      expect(check([zavu("b")], [kept], { always: 0 })).toEqual([]);
    }
    expect(check([zavu("b")], [inState(zavu("a"), { delete: true })], { always: 0 })).toEqual([]);
    expect(check([zavu("b")], before, { always: 0 })).toHaveLength(1);
  });

  it("takes an account for deleted that another vendor's resource has an alias of, or whose id nobody knows", () => {
    const before = [inState(zavu("old", 100))];
    const other = account("bctrl", {}, { name: "new", aliases: [zavu("old").urn] });
    expect(check([other], before, { always: 0 })).toEqual([expect.stringContaining("deleted (1)")]);
    const pending = [inState(zavu("old", 100), { id: undefined })];
    expect(check([zavu("new")], pending, { always: 0 })).toHaveLength(1);
  });

  it("counts an alias as the engine does: not for an account that was there by itself", () => {
    const before = [inState(zavu("a", 100)), inState(zavu("b", 100))];
    const both = zavu("b", 100, { aliases: [zavu("a").urn] });
    expect(check([both], before, { always: 0 })).toEqual([
      expect.stringContaining("touches 1 of 2 accounts"),
    ]);
  });

  it("does not count other resources, nor accounts that are new", () => {
    const owner = resource("pulumi-nodejs:dynamic/subaccounts/index:Owner", {});
    expect(check([zavu("new")], [inState(owner)], { always: 0 })).toEqual([]);
    expect(check(ten, undefined, { always: 0 })).toEqual([]);
  });

  it("does not pass without a baseline, and says how to make one", () => {
    expect(violations(blastRadius, ten)).toEqual([
      "there is no baseline, so it cannot be told what this run removes or changes. Run pulumi stack export --file <file> before it, and name the file in the policy's baseline or in SUBACCOUNTS_BASELINE",
    ]);
    vi.stubEnv("SUBACCOUNTS_BASELINE", baseline(ten.map((each) => inState(each))));
    expect(violations(blastRadius, ten)).toEqual([]);
    expect(violations(blastRadius, ten.slice(2))).toHaveLength(1);
  });

  it("does not pass with a baseline that is none, or another stack's", () => {
    const of = (file: string) => violations(blastRadius, ten, { baseline: file });
    expect(of("/no/such/file")).toEqual([expect.stringContaining("cannot be read (ENOENT)")]);
    expect(of(baseline(undefined, 'canary {"'))).toEqual([
      expect.stringContaining("cannot be read (it is no JSON)"),
    ]);
    for (const text of ["null", "[]", '{"resources":[]}']) {
      expect(of(baseline(undefined, text))).toEqual([expect.stringContaining("is no exported state")]);
    }
    const other = inState(zavu("t0", 100, { stack: "prod" }));
    expect(check(ten, [other])).toEqual([
      "the baseline is of stack prod of project test, and this run is of stack dev of project test. Export the state of this one",
    ]);
  });
});

describe("no-hard-delete", () => {
  const bolna = (deletionPolicy: unknown) =>
    account("bolna", { name: "Acme", externalId: "tenant-acme", allowConcurrentCalls: 1, deletionPolicy });
  const check = (resources: PolicyResource[], before: object[], config = {}) =>
    violations(noHardDelete, resources, { baseline: baseline(before), ...config });

  it("reports an account that is declared to be erased once its resource is gone", () => {
    expect(check([bolna("delete")], [])).toEqual([
      'Bolna account "acme" (externalId "tenant-acme"): deletionPolicy "delete" lets Bolna end the account for ever once its resource is gone. Declare "retain", or add it to the approved ones',
    ]);
    expect(check([bolna("retain")], [])).toEqual([]);
    expect(check([bolna(UNKNOWN.text)], [])).toEqual([
      expect.stringContaining("deletionPolicy is not known yet"),
    ]);
  });

  it("takes what is absent for the vendor's default, which is for ever at bctrl, unless that is configured not to count", () => {
    const both = [account("zavu", {}), account("bctrl", {})];
    expect(check(both, [])).toEqual([
      'bctrl account "acme": deletionPolicy "archive" lets bctrl end the account for ever once its resource is gone. Declare "retain", or add it to the approved ones',
    ]);
    expect(
      check(
        [],
        both.map((each) => inState(each)),
      ),
    ).toEqual([expect.stringContaining('bctrl account "acme": this run removes its resource')]);
    expect(check(both, [], { hard: ["delete"] })).toEqual([]);
    expect(check(both, [], { hard: ["deactivate"] })).toEqual([expect.stringContaining("Zavu account")]);
  });

  it("reports an account that this run erases, by the policy that the state has", () => {
    expect(check([], [inState(bolna("delete"))])).toEqual([
      'Bolna account "acme" (externalId "tenant-acme"): this run removes its resource, upon which Bolna ends the account for ever. Put its resource back, or set deletionPolicy "retain" and run up before it is removed, or add it to the approved ones',
    ]);
    expect(check([], [inState(bolna("retain"))])).toEqual([]);
    expect(check([], [inState(zavu("acme"))])).toEqual([]);
    expect(check([], [inState(bolna(secret("v1:abc")))])).toHaveLength(1);
  });

  it("passes what is approved by externalId, logical name or URN", () => {
    for (const name of ["tenant-acme", "acme", bolna("delete").urn]) {
      expect(check([bolna("delete")], [], { approved: [name] })).toEqual([]);
      expect(check([], [inState(bolna("delete"))], { approved: [name] })).toEqual([]);
    }
    expect(check([bolna("delete")], [], { approved: ["other"] })).toHaveLength(1);
  });

  it("does not pass without a baseline", () => {
    expect(violations(noHardDelete, [bolna("retain")])).toEqual([
      expect.stringMatching(/^there is no baseline/),
    ]);
  });
});
