import { describe, expect, it } from "vitest";
import { accountArguments } from "../../../tenant/arguments";
import type { VendorName } from "../../../tenant/description";
import { clashesOf, problemsOfTenant } from "../../../tenant/problems";
import { overBy } from "../../../tenant/suspension";
import { UNKNOWN } from "../../support/stack";

const acme = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  tier: "gold",
  tiers: {
    gold: {
      zavu: { creditLimit: 50_00 },
      bctrl: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 } },
      bolna: { minConcurrency: 1, maxConcurrency: 4, deletionPolicy: "retain" },
    },
  },
  vendors: { zavu: {}, bctrl: {}, bolna: {} },
};
const problems = (tenant: object) =>
  problemsOfTenant({ ...acme, ...tenant } as never).map(({ path, rule }) => `${path} ${rule}`);
const args = (vendor: VendorName, tenant: object) => accountArguments({ ...acme, ...tenant }, vendor);

describe("a tenant that is suspended", () => {
  it.each<[VendorName, object]>([
    ["zavu", { status: "inactive", creditLimit: 50_00 }],
    ["bctrl", { limits: { maxActiveRuns: 5, monthlyCreditLimit: 0 } }],
    ["bolna", { minConcurrency: 1, maxConcurrency: 0 }],
  ])("has the stop of %s in the place of what it declares, and nothing else", (vendor, stopped) => {
    expect(args(vendor, { suspended: true })).toEqual({ ...args(vendor, {}), ...stopped });
    expect(problems({ suspended: true })).toEqual([]);
  });

  it("is stopped at the vendors of a list alone, and at none for false", () => {
    for (const suspended of [["zavu"], [], false]) {
      expect(args("bctrl", { suspended })).toEqual(args("bctrl", {}));
      expect(problems({ suspended })).toEqual([]);
    }
    expect(args("zavu", { suspended: ["zavu"] })).toMatchObject({ status: "inactive" });
  });

  it("loses bctrl's spending cap where one is declared, and gets none where there is none", () => {
    const of = (bctrl: object) => args("bctrl", { vendors: { bctrl }, suspended: true });
    expect(of({ spendingCap: 50_00 })).toMatchObject({ spendingCap: 0 });
    expect(of({ spendingCap: null })).toMatchObject({ spendingCap: 0 });
    expect(of({})).not.toHaveProperty("spendingCap");
  });

  it.each<[string, VendorName, object]>([
    ["limits.monthlyCreditLimit", "bctrl", { limits: { maxSpaces: 2 } }],
    ["limits.monthlyCreditLimit", "bctrl", {}],
    ["maxConcurrency", "bolna", { minConcurrency: 1, deletionPolicy: "retain" }],
  ])("must declare %s of %s, which could not be restored (%j)", (field, vendor, own) => {
    const tenant = { tier: undefined, vendors: { [vendor]: own } };
    expect(problems({ ...tenant, suspended: true })).toEqual([
      expect.stringContaining(
        `there would be nothing to restore. Declare ${field} first (null for no limit), or leave the vendor out: suspended: []`,
      ),
    ]);
    expect(problems({ ...tenant, suspended: [] })).toEqual([]);
  });

  it("may declare null, by its name or in `unlimited`", () => {
    const of = (bctrl: object) => problems({ tier: undefined, vendors: { bctrl }, suspended: true });
    expect(of({ limits: { monthlyCreditLimit: null } })).toEqual([]);
    expect(of({ unlimited: ["limits.monthlyCreditLimit"] })).toEqual([]);
  });

  it("cannot be stopped by a limit that is known only later as part of an object", () => {
    expect(problems({ vendors: { bctrl: { limits: UNKNOWN } }, suspended: true })).toEqual([
      expect.stringMatching(
        /^suspended cannot stop the bctrl account: .* known only later\. Pass a plain one/,
      ),
    ]);
    const vendors = { bctrl: { limits: { monthlyCreditLimit: UNKNOWN } } };
    expect(problems({ vendors, suspended: true })).toEqual([]);
  });

  it("cannot be stopped at Bolna's older generation, and can be without it", () => {
    const vendors = { zavu: {}, bolna: { allowConcurrentCalls: 4 } };
    expect(problems({ vendors, suspended: true })).toEqual([
      "suspended cannot stop the Bolna account: Bolna documents no stop for an account with allowConcurrentCalls. Declare maxConcurrency where the vendor has it, or leave the vendor out: suspended: [zavu]",
    ]);
    expect(problems({ vendors, suspended: ["zavu"] })).toEqual([]);
  });

  it("that cannot be stopped at several vendors is told of each, and only the others are offered", () => {
    const vendors = { zavu: {}, bctrl: {}, bolna: { allowConcurrentCalls: 4, deletionPolicy: "retain" } };
    for (const suspended of [true, ["bctrl", "bolna", "zavu"]]) {
      expect(problems({ tier: undefined, vendors, suspended })).toEqual([
        "suspended cannot stop the bctrl account: there would be nothing to restore. Declare limits.monthlyCreditLimit first (null for no limit); " +
          "nor the Bolna account: Bolna documents no stop for an account with allowConcurrentCalls. Declare maxConcurrency where the vendor has it, " +
          "or leave the vendor out: suspended: [zavu]",
      ]);
    }
  });

  it("is checked as it will be afterwards", () => {
    const vendors = { bctrl: { limits: { monthlyCreditLimit: -1 } } };
    expect(problems({ vendors, suspended: true })).toEqual([
      expect.stringMatching(/^vendors\.bctrl\.limits\.monthlyCreditLimit must be .*; got a negative number$/),
    ]);
  });

  it.each<[unknown, RegExp]>([
    ["yes", /^suspended must be true to stop .*; got a string; write true$/],
    [["zavuu"], /^suspended\.0 must be the name of a vendor: .*; got "zavuu": did you mean "zavu"\?$/],
    [["zavu", "bctrl"], /^suspended\.1 is a vendor that the tenant does not use/],
  ])("names its vendors (%j)", (suspended, message) => {
    expect(problems({ vendors: { zavu: {} }, suspended })).toEqual([expect.stringMatching(message)]);
  });
});

describe("a tenant that ends", () => {
  const ended = { keysAt: "2026-12-31", deleteAfter: "2027-12-31" };

  it("is stopped from the first day, at every vendor or where it is suspended", () => {
    expect(args("zavu", { ended })).toMatchObject({ status: "inactive" });
    expect(args("zavu", { ended, suspended: ["bctrl"] })).not.toHaveProperty("status");
    expect(problems({ ended })).toEqual([]);
    expect(problems({ ended, vendors: { bctrl: {} }, tier: undefined })).toEqual([
      expect.stringMatching(/^ended cannot stop the bctrl account: there would be nothing to restore/),
    ]);
  });

  it.each<[VendorName, object]>([
    ["bctrl", { limits: { maxSpaces: 2 } }],
    ["bctrl", {}],
    ["bolna", { minConcurrency: 1, deletionPolicy: "delete" }],
    ["bolna", { allowConcurrentCalls: 4, deletionPolicy: "delete" }],
    ["zavu", {}],
  ])("needs no limit of %s to stop by once its accounts have ended, and loses none (%j)", (vendor, own) => {
    const tenant = { tier: undefined, vendors: { [vendor]: own }, ended };
    const at = (now: string) => problemsOfTenant({ ...acme, ...tenant } as never, Date.parse(now));
    expect(at("2028-01-01")).toEqual([]);
    expect(at("2027-12-31")).toHaveLength(vendor === "zavu" ? 0 : 1);
    if (vendor !== "zavu") expect(args(vendor, tenant)).toEqual(args(vendor, { ...tenant, suspended: [] }));
  });

  it.each([
    ["2026-12-31T23:59:59Z", false, false],
    ["2027-01-01T00:00:00Z", true, false],
    ["2027-12-31T23:59:59Z", true, false],
    ["2028-01-01T00:00:00Z", true, true],
  ])(
    "has its keys until the end of keysAt, and its accounts until that of deleteAfter (%s)",
    (now, keys, accounts) => {
      expect(overBy({ ended }, Date.parse(now))).toEqual({ keys, accounts });
    },
  );

  it("may leave one of the two dates out", () => {
    const late = Date.parse("2100-01-01");
    expect(overBy({ ended: { keysAt: ended.keysAt } }, late)).toEqual({ keys: true, accounts: false });
    expect(overBy({ ended: { deleteAfter: ended.deleteAfter } }, late)).toEqual({
      keys: true,
      accounts: true,
    });
    expect(overBy({}, late)).toEqual({ keys: false, accounts: false });
  });

  it.each<[object, RegExp]>([
    [{}, /^ended has no date: give keysAt, deleteAfter or both/],
    [{ keysAt: "2028-01-01", deleteAfter: "2027-12-31" }, /^ended\.keysAt is after deleteAfter/],
    [
      { keysAt: "2026-02-30" },
      /^ended\.keysAt must be the last day of the keys, as "2026-12-31", in UTC; got a string$/,
    ],
    [{ deleteAfter: "31.12.2027" }, /^ended\.deleteAfter must be the last day of the accounts/],
    [{ deleteAt: "2027-12-31" }, /^ended\.deleteAt is no argument/],
  ])("needs dates that can be (%j)", (dates, message) => {
    expect(problems({ ended: dates })[0]).toMatch(message);
  });
});

describe("a tenant whose externalId was corrected", () => {
  it("had another one before", () => {
    expect(problems({ formerly: "tenant-amce" })).toEqual([]);
    expect(problems({ formerly: "tenant-acme" })).toEqual([
      expect.stringMatching(/^formerly is the externalId of today/),
    ]);
  });

  it("had one that no other tenant has", () => {
    const tenants = [
      { ...acme, formerly: "tenant-amce" },
      { ...acme, externalId: "tenant-amce", name: "Amce" },
    ];
    expect(clashesOf(tenants)).toMatchObject([{ path: "formerly", tenant: 0, first: 1 }]);
    const both = [acme, { ...acme, externalId: "tenant-beta", name: "Beta" }];
    expect(clashesOf(both.map((each) => ({ ...each, formerly: "tenant-a" })))).toMatchObject([
      { path: "formerly", tenant: 1, first: 0, rule: "is that of another tenant, too; one of them had it" },
    ]);
  });
});
