import { describe, expect, it } from "vitest";
import { vendors } from "../../../provider/vendors";
import { accountArguments, keyArguments } from "../../../tenant/arguments";
import { LIMITS, VENDOR_NAMES } from "../../../tenant/description";
import { clashesOf, problemsOfTenant } from "../../../tenant/problems";
import { UNKNOWN } from "../../support/stack";

const tiers = {
  gold: {
    zavu: { creditLimit: 50_00, metadata: { tier: "gold" } },
    bctrl: { limits: { maxActiveRuns: 5, maxSpaces: 2 } },
    bolna: { allowConcurrentCalls: 4, deletionPolicy: "retain" },
  },
};
const acme = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  tier: "gold",
  tiers,
  vendors: { zavu: {}, bctrl: {}, bolna: {} },
};
const problems = (tenant: object) =>
  problemsOfTenant(tenant as never).map(({ path, rule }) => `${path} ${rule}`);

describe("the arguments of a tenant's account", () => {
  it("are the tenant's name and external id, and what its tier fixes", () => {
    expect(accountArguments(acme, "bolna")).toEqual({
      externalId: "tenant-acme",
      name: "Acme Corp",
      allowConcurrentCalls: 4,
      deletionPolicy: "retain",
    });
  });

  it("take the tenant's own before the tier's, key by key in limits and metadata", () => {
    const vendors = {
      zavu: { creditLimit: null, metadata: { region: "eu" } },
      bctrl: { name: "Acme Browser", limits: { maxSpaces: null, monthlyCreditLimit: 100 } },
    };
    expect(accountArguments({ ...acme, vendors }, "zavu")).toMatchObject({
      creditLimit: null,
      metadata: { tier: "gold", region: "eu" },
    });
    expect(accountArguments({ ...acme, vendors }, "bctrl")).toMatchObject({
      name: "Acme Browser",
      limits: { maxActiveRuns: 5, maxSpaces: null, monthlyCreditLimit: 100 },
    });
  });

  it("merge a set of limits by argument, and leave the tier's whole where the tenant declares another set", () => {
    const ofTier = (bolna: object) => ({
      ...acme,
      tiers: { gold: { bolna: { minConcurrency: 2, maxConcurrency: 9 } } },
      vendors: { bolna },
    });
    const merged = (bolna: object) => accountArguments(ofTier(bolna), "bolna");
    expect(merged({})).toMatchObject({ minConcurrency: 2, maxConcurrency: 9 });
    expect(merged({ allowConcurrentCalls: 4 })).toEqual(expect.not.objectContaining({ minConcurrency: 2 }));
    expect(merged({ allowConcurrentCalls: 4 })).toEqual(expect.not.objectContaining({ maxConcurrency: 9 }));
    // A cap is not lost with a minimum of one's own.
    expect(merged({ minConcurrency: 5 })).toMatchObject({ minConcurrency: 5, maxConcurrency: 9 });
    expect(merged({ maxConcurrency: 3 })).toMatchObject({ minConcurrency: 2, maxConcurrency: 3 });
    expect(merged({ unlimited: ["maxConcurrency"] })).toMatchObject({
      minConcurrency: 2,
      maxConcurrency: null,
    });
    expect(merged({ minConcurrency: undefined })).toMatchObject({ maxConcurrency: 9 });
  });

  it("leave out what is undefined, so that the tier holds", () => {
    const vendors = { zavu: { creditLimit: undefined } };
    expect(accountArguments({ ...acme, vendors }, "zavu")).toMatchObject({ creditLimit: 50_00 });
  });

  it("have the tenant's externalId, one of their own, or none that would be set", () => {
    const idOf = (zavu: object) => accountArguments({ ...acme, vendors: { zavu } }, "zavu")["externalId"];
    expect(idOf({})).toBe("tenant-acme");
    expect(idOf({ externalId: "4711" })).toBe("4711");
    expect(idOf({ keepExternalId: true })).toBeUndefined();
    expect(
      accountArguments({ ...acme, vendors: { zavu: { keepExternalId: true } } }, "zavu"),
    ).not.toHaveProperty("keepExternalId");
  });

  it("do not take a property of every object for a tier", () => {
    expect(accountArguments({ ...acme, tier: "constructor" }, "zavu")).toEqual({
      externalId: "tenant-acme",
      name: "Acme Corp",
    });
  });
});

describe("the arguments of a tenant's key", () => {
  it("are a name where the vendor's keys have one, and the account's connection", () => {
    expect(keyArguments(acme, "zavu", { connection: "eu" })).toEqual({ name: "default", connection: "eu" });
    expect(keyArguments(acme, "bolna", {})).toEqual({});
  });

  it("are the tenant's own before those, and none for false", () => {
    const keys = { zavu: { name: "backend", rotateAfterDays: 90 }, bctrl: false };
    expect(keyArguments({ ...acme, keys }, "zavu", {})).toEqual({ name: "backend", rotateAfterDays: 90 });
    expect(keyArguments({ ...acme, keys }, "bctrl", {})).toBeUndefined();
  });
});

describe("a tenant", () => {
  it("that is right has no problems, with its tier or without one", () => {
    expect(problems(acme)).toEqual([]);
    expect(problems({ externalId: "solo", name: "Solo", vendors: { zavu: {} } })).toEqual([]);
    expect(problems({ externalId: "solo", name: "Solo", tier: "gold", vendors: { zavu: {} } })).toEqual([]);
  });

  it("may have values that are known only later", () => {
    expect(
      problems({
        ...acme,
        name: UNKNOWN,
        vendors: { zavu: { creditLimit: UNKNOWN }, bctrl: { limits: UNKNOWN } },
      }),
    ).toEqual([]);
  });

  it.each([
    [
      "without an external id",
      { externalId: undefined },
      /^externalId is required: your own id of the customer/,
    ],
    [
      "with a number for an external id",
      { externalId: 7 },
      /^externalId must be .*; got a number; put it in quotes$/,
    ],
    [
      "of a vendor that there is not",
      { vendors: { zavuu: {} } },
      new RegExp(
        `^vendors\\.zavuu is no argument: did you mean zavu\\? The arguments are ${Object.keys(vendors).join(", ")}$`,
      ),
    ],
    [
      "of a vendor that is left empty, as `zavu:` in a file",
      { vendors: { zavu: null } },
      /^vendors\.zavu must be .*; got null; write \{\} for one without arguments of its own$/,
    ],
    [
      "of no vendor",
      { vendors: {} },
      /^vendors is empty: list the vendors that the tenant uses, for example \{ zavu: \{\} \}/,
    ],
    [
      "with an argument of another vendor",
      { vendors: { zavu: { limits: {} } } },
      /^vendors\.zavu\.limits is no argument\. The arguments are name, externalId, creditLimit, /,
    ],
    [
      "with an externalId of its own for a vendor that has none",
      { vendors: { bolna: { externalId: "x" } } },
      /^vendors\.bolna\.externalId is no argument/,
    ],
    [
      "with an externalId of its own for an account that keeps the one it has",
      { vendors: { zavu: { externalId: "x", keepExternalId: true } } },
      /^vendors\.zavu\.externalId contradicts keepExternalId, by which the account keeps what it has: take one of the two out$/,
    ],
    [
      "with an externalId that is not kept",
      { vendors: { zavu: { keepExternalId: false } } },
      /^vendors\.zavu\.keepExternalId must be true: the account keeps the externalId .*; got a boolean$/,
    ],
    [
      "with a limit that the vendor refuses",
      { vendors: { zavu: { creditLimit: 0 } } },
      /^vendors\.zavu\.creditLimit must be a whole number of cents .*; got zero$/,
    ],
    [
      "of a tier that there is not",
      { tier: "golden" },
      /^tier "golden" is none of the tiers: gold; did you mean gold\?$/,
    ],
    [
      "of a tier that is a key by mistake",
      { tier: "zv_live_0123456789abcdef0123456789", tiers: { gold: {} } },
      /^tier this name is none of the tiers: gold$/,
    ],
    [
      "whose tier has a wrong value",
      { tiers: { gold: { zavu: { creditLimit: "5" } } }, vendors: { zavu: {} } },
      /^tiers\.gold\.zavu\.creditLimit must be .*; got a string; write the number/,
    ],
    [
      "that lacks what neither it nor its tier gives",
      { tiers: { gold: {} }, vendors: { bolna: { deletionPolicy: "retain" } } },
      /^vendors\.bolna\.allowConcurrentCalls is required, or another set: declare allowConcurrentCalls, or minConcurrency with maxConcurrency,/,
    ],
    [
      "with a key at a vendor that it does not use",
      { vendors: { zavu: {} }, keys: { bctrl: {} } },
      /^keys\.bctrl is a key without an account: add bctrl to vendors, or take it out here$/,
    ],
    [
      "with a wrong argument of a key",
      { keys: { zavu: { rotateAfterDays: -1 } } },
      /^keys\.zavu\.rotateAfterDays must be a number of days .*; got a negative number$/,
    ],
    [
      "with a mistyped argument of a key",
      { keys: { zavu: { naame: "x" } } },
      /^keys\.zavu\.naame is no argument: did you mean name\? The arguments are name, /,
    ],
    [
      "with true for a key",
      { keys: { zavu: true } },
      /^keys\.zavu must be false for no key, or arguments of the tenant's Zavu key; got a boolean; write \{\} for one without arguments of its own$/,
    ],
    [
      "with no for a key, which YAML 1.2 takes for a text",
      { keys: { zavu: "no" } },
      /^keys\.zavu must be false for no key, .*; got a string; write false$/,
    ],
    [
      "with a vendor beside its vendors",
      { zavu: {} },
      /^zavu is no argument: did you mean vendors: \{ zavu: … \}\? The arguments are /,
    ],
    [
      "with a limit beside its vendor",
      { vendors: { zavu: {}, creditLimit: 5000 } },
      /^vendors\.creditLimit is no argument: did you mean zavu: \{ creditLimit: … \}\? The arguments are /,
    ],
    [
      "with a limit beside the limits",
      { vendors: { bctrl: { maxActiveRuns: 5 } } },
      /^vendors\.bctrl\.maxActiveRuns is no argument: did you mean limits: \{ maxActiveRuns: … \}\? /,
    ],
    [
      "with a list of vendors",
      { vendors: ["zavu", "bctrl"] },
      /^vendors must be .*; got a list; write \{ zavu: \{\}, bctrl: \{\} \}$/,
    ],
    [
      "with a mistyped field without limit, once",
      { vendors: { zavu: { unlimited: ["credit_limit"] } } },
      /^vendors\.zavu\.unlimited\.0 must be .*did you mean "creditLimit"\?$/,
    ],
    [
      "with the name of an account for its id",
      { vendors: { zavu: { adopt: "Acme Corp" } } },
      /^vendors\.zavu\.adopt holds a blank, which no id has; pass the id, not the name$/,
    ],
    [
      "with the address of an account for its id",
      { vendors: { zavu: { adopt: "https://dashboard.zavu.dev/jx7" } } },
      /^vendors\.zavu\.adopt is an address; pass the id in it alone$/,
    ],
    [
      "with former names that are none",
      { movedFrom: { zavu: { accounts: "x" } } },
      /^movedFrom\.zavu\.accounts is no argument: did you mean account\? The arguments are account, key$/,
    ],
    [
      "with a rule broken between two arguments",
      { vendors: { bolna: { database: { host: "h", port: 1, name: "n", user: "u", password: "p" } } } },
      /^vendors\.bolna\.database needs multiTenant: true$/,
    ],
  ])("%s is told so, once", (_, change, message) => {
    const [first, ...rest] = problems({ ...acme, ...change });
    expect(first).toMatch(message);
    expect(rest).toEqual([]);
  });

  it("is told everything at once", () => {
    const wrong = {
      externalId: "",
      name: 5,
      vendors: { zavu: { creditLimit: -1 }, bctrl: { limits: { maxRuns: 1 } } },
    };
    expect(problems(wrong).map((text) => text.split(" ")[0])).toEqual([
      "externalId",
      "name",
      "vendors.bctrl.limits.maxRuns",
      "vendors.zavu.creditLimit",
    ]);
  });
});

describe("tenants of one program", () => {
  const clashes = (...tenants: object[]) =>
    clashesOf(tenants.map((tenant) => ({ ...acme, ...tenant }))).map(
      ({ tenant, first, path, rule }) => `${tenant} with ${first}: ${path} ${rule}`,
    );

  it("do not share an external id", () => {
    expect(clashes({}, { externalId: "other", name: "Other" }, { name: "Third" })).toEqual([
      "2 with 0: externalId is that of another tenant; each needs its own",
    ]);
  });

  it("do not share a name where the vendor tells accounts apart by it", () => {
    const other = { externalId: "other" };
    expect(clashes({}, other)).toEqual([
      "1 with 0: name is that of another tenant, and two Bolna accounts of one connection may not share it",
    ]);
    expect(clashes({}, { ...other, vendors: { bolna: { name: "Acme Voice" } } })).toEqual([]);
    expect(clashes({}, { ...other, vendors: { bolna: { connection: "eu" } } })).toEqual([]);
    expect(clashes({}, { ...other, vendors: { zavu: {} } })).toEqual([]);
    expect(clashes({}, { ...other, vendors: { zavu: { externalId: " Tenant-ACME" } } })).toEqual([
      "1 with 0: vendors.zavu.externalId is that of another tenant, and two Zavu accounts of one connection may not share it",
    ]);
    expect(clashes({}, { ...other, vendors: { zavu: { keepExternalId: true } } })).toEqual([]);
  });

  it("do not adopt the same account", () => {
    const vendors = { zavu: { adopt: "jx7abc" } };
    expect(clashes({ vendors }, { externalId: "other", name: "Other", vendors })).toEqual([
      "1 with 0: vendors.zavu.adopt is that of another tenant, and two Zavu accounts of one connection may not share it",
    ]);
  });
});

describe("the limits of tenants", () => {
  it("are every number with a unit, at every vendor", () => {
    expect(LIMITS.map(({ vendor, path }) => `${vendor}.${path}`)).toEqual(
      expect.arrayContaining([
        "zavu.creditLimit",
        "bctrl.limits.monthlyCreditLimit",
        "bolna.allowConcurrentCalls",
      ]),
    );
    expect(new Set(LIMITS.map(({ vendor }) => vendor))).toEqual(new Set(VENDOR_NAMES));
  });
});
