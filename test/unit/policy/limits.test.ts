import { describe, expect, it } from "vitest";
import { budget, defaultLimit, maxLimit, requireLimit } from "../../../policy";
import { vendors } from "../../../provider/vendors";
import { LIMITS } from "../../../tenant/description";
import { account, remediated, secret, tenant, UNKNOWN, violations } from "./support";

describe("require-limit", () => {
  it("says which limits an account does not declare, in their units", () => {
    expect(violations(requireLimit, [account("zavu", { name: "Acme", externalId: "tenant-acme" })])).toEqual([
      'Zavu account "acme" (externalId "tenant-acme"): creditLimit is not declared. Declare a number: whole US cents, cumulative',
    ]);
    expect(violations(requireLimit, [account("bctrl", { limits: { maxSpaces: 2 } })])).toEqual([
      'bctrl account "acme": limits.maxActiveRuns is not declared. Declare a number: runs at once',
      'bctrl account "acme": limits.monthlyCreditLimit is not declared. Declare a number: credits (USD 0.001) per billing cycle',
    ]);
  });

  it("takes null for no limit", () => {
    expect(violations(requireLimit, [account("zavu", { creditLimit: null })])).toEqual([
      'Zavu account "acme": creditLimit is null, which means no limit. Declare a number: whole US cents, cumulative',
    ]);
  });

  it("takes a value that is not known yet for a violation, at any depth", () => {
    const unknown = [
      account("zavu", { creditLimit: UNKNOWN.number }),
      account("bctrl", { limits: { maxActiveRuns: 1, maxSpaces: UNKNOWN.number, monthlyCreditLimit: 1 } }),
    ];
    expect(violations(requireLimit, unknown)).toEqual([
      expect.stringMatching(/^Zavu account "acme": creditLimit is not known yet/),
      expect.stringMatching(/^bctrl account "acme": limits.maxSpaces is not known yet/),
    ]);
    expect(violations(requireLimit, [account("bctrl", { limits: UNKNOWN.object })])).toHaveLength(3);
  });

  it("asks for what is configured, and passes what is declared", () => {
    const config = { limits: ["bctrl.limits.maxSpaces"], vendors: ["bctrl"] };
    const accounts = [account("zavu", {}), account("bctrl", { limits: { maxSpaces: 0 } })];
    expect(violations(requireLimit, accounts, config)).toEqual([]);
  });

  it("does not pass an account of which the configuration asks for nothing", () => {
    const limits = ["zavu.creditLimit", "bolna.allowConcurrentCalls"];
    const open = [account("bctrl", {}), account("bolna", { minConcurrency: 1, maxConcurrency: 900 })];
    expect(violations(requireLimit, open, { limits })).toEqual([
      'bctrl account "acme" is not covered: require-limit asks for none of bctrl.limits.maxActiveRuns, bctrl.limits.maxSpaces, bctrl.limits.monthlyCreditLimit, bctrl.spendingCap. Add one to its limits, or name in its vendors those that need limits',
      expect.stringContaining("asks for none of bolna.minConcurrency, bolna.maxConcurrency"),
    ]);
  });

  it("knows every limit that a tenant can have", () => {
    const accounts = Object.keys(vendors).map((vendor) => account(vendor as keyof typeof vendors, {}));
    expect(violations(requireLimit, accounts)).toHaveLength(
      // Bolna's calls at once are declared in one of two ways.
      LIMITS.filter(({ set, onlyWith }) => set !== "concurrency" && onlyWith === undefined).length,
    );
  });

  it("counts bctrl's spending cap, where it is asked for, of an account with one space", () => {
    const config = { limits: ["bctrl.spendingCap"] };
    const capped = (limits: object) => [account("bctrl", { spendingCap: 5000, limits })];
    expect(violations(requireLimit, capped({ maxSpaces: 1 }), config)).toEqual([]);
    for (const limits of [{}, { maxSpaces: 2 }, { maxSpaces: null }]) {
      expect(violations(requireLimit, capped(limits), config)).toEqual([
        expect.stringMatching(/spendingCap limits only a part of the account without limits.maxSpaces: 1/),
      ]);
    }
    expect(violations(requireLimit, capped({ maxSpaces: UNKNOWN.number }), config)).toEqual([
      expect.stringContaining("spendingCap is not known yet"),
    ]);
    expect(violations(requireLimit, [account("bctrl", {})], config)).toEqual([
      expect.stringContaining("spendingCap is not declared"),
    ]);
  });
});

describe("max-limit", () => {
  const config = {
    limits: { "zavu.creditLimit": 1000, "bctrl.limits.maxSpaces": 2 },
    tiers: { gold: { "zavu.creditLimit": 5000 } },
  };

  it("says what was asked and what is allowed", () => {
    expect(violations(maxLimit, [account("zavu", { creditLimit: 1001 })], config)).toEqual([
      'Zavu account "acme": creditLimit asks for 1001 (whole US cents, cumulative); at most 1000 (whole US cents, cumulative) is allowed. Lower it, or let it be allowed',
    ]);
    expect(violations(maxLimit, [account("zavu", { creditLimit: 1000 })], config)).toEqual([]);
  });

  it("allows the tier of the tenant what the tier may have, and else what all may have", () => {
    const gold = tenant({ tier: "gold" });
    const of = (parent: typeof gold, creditLimit: number) =>
      violations(maxLimit, [parent, account("zavu", { creditLimit }, { tenant: parent })], config);
    expect(of(gold, 5000)).toEqual([]);
    expect(of(gold, 5001)).toEqual([
      expect.stringContaining('at most 5000 (whole US cents, cumulative) is allowed to tier "gold"'),
    ]);
    for (const other of [{ tier: "silver" }, { tier: "constructor" }, {}]) {
      expect(of(tenant(other), 1000)).toEqual([]);
      expect(of(tenant(other), 1001)).toHaveLength(1);
    }
    const inTier = account("bctrl", { limits: { maxSpaces: 3 } }, { tenant: gold });
    expect(violations(maxLimit, [inTier], config)).toHaveLength(1);
  });

  it("is not got round by the other set of Bolna's limits", () => {
    const newer = account("bolna", { minConcurrency: 1, maxConcurrency: 900 });
    expect(violations(maxLimit, [newer], { limits: { "bolna.allowConcurrentCalls": 5 } })).toEqual([
      'Bolna account "acme" is not covered: max-limit names none of bolna.minConcurrency, bolna.maxConcurrency. Add one to its limits, with a number, or with null for no maximum',
    ]);
    expect(violations(maxLimit, [newer], { limits: { "bolna.maxConcurrency": 5 } })).toEqual([
      expect.stringContaining("maxConcurrency asks for 900"),
    ]);
    expect(violations(requireLimit, [account("bolna", { minConcurrency: 1 })])).toEqual([
      expect.stringContaining("maxConcurrency is not declared"),
    ]);
    expect(violations(requireLimit, [account("bolna", { allowConcurrentCalls: 1 })])).toEqual([]);
  });

  it("does not pass an account of which the configuration says nothing", () => {
    const tiers = { gold: { "zavu.creditLimit": 5000 }, silver: {} };
    const of = (tier: unknown, more = {}) => {
      const parent = tenant({ tier });
      return violations(maxLimit, [account("zavu", { creditLimit: 9_999_999 }, { tenant: parent })], {
        tiers,
        ...more,
      });
    };
    expect(of("gould")).toEqual([
      'Zavu account "acme": creditLimit is not covered: its tier "gould" has none (tiers: gold, silver), and limits has no zavu.creditLimit. Correct the tier, or add a number, or null for no maximum',
    ]);
    expect(of(undefined)).toEqual([expect.stringContaining("is not covered: it belongs to no tier")]);
    expect(violations(maxLimit, [account("zavu", { creditLimit: 9_999_999 })], { tiers })).toHaveLength(1);
    expect(of("gould", { limits: { "zavu.creditLimit": 1 } })).toEqual([
      expect.stringContaining("at most 1"),
    ]);
    // Another vendor's account, in a tier that is known.
    const bctrl = account("bctrl", { limits: { maxSpaces: 900 } }, { tenant: tenant({ tier: "gold" }) });
    expect(violations(maxLimit, [bctrl], { tiers })).toEqual([
      expect.stringContaining('bctrl account "acme" is not covered: max-limit names none of'),
    ]);
  });

  it("passes what is configured to have no maximum", () => {
    const limits = { "zavu.creditLimit": 1, "bctrl.limits.maxSpaces": null };
    const tiers = { gold: { "zavu.creditLimit": null } };
    const gold = tenant({ tier: "gold" });
    const accounts = [account("bctrl", {}), account("zavu", { creditLimit: null }, { tenant: gold })];
    expect(violations(maxLimit, accounts, { limits, tiers })).toEqual([]);
    expect(violations(maxLimit, [account("zavu", { creditLimit: 2 })], { limits, tiers })).toHaveLength(1);
  });

  it("finds the tenant behind another component", () => {
    const gold = tenant({ tier: "gold" });
    const between = { ...tenant({}), type: "my:index:Group", parent: gold };
    expect(
      violations(maxLimit, [account("zavu", { creditLimit: 5000 }, { tenant: between })], config),
    ).toEqual([]);
  });

  it("does not pass what sets no limit, or is not known yet", () => {
    expect(violations(maxLimit, [account("zavu", {})], config)).toEqual([
      expect.stringContaining("creditLimit is not declared; at most 1000"),
    ]);
    expect(violations(maxLimit, [account("zavu", { creditLimit: null })], config)).toEqual([
      expect.stringContaining("creditLimit is null, which means no limit; at most 1000"),
    ]);
    expect(violations(maxLimit, [account("zavu", { creditLimit: UNKNOWN.number })], config)).toEqual([
      expect.stringContaining("creditLimit is not known yet; at most 1000"),
    ]);
    const unknown = tenant({ tier: UNKNOWN.text });
    expect(violations(maxLimit, [account("zavu", { creditLimit: 1 }, { tenant: unknown })], config)).toEqual([
      expect.stringContaining("the tier of its tenant is not known yet"),
    ]);
  });

  it("does not pass without anything to compare with", () => {
    expect(violations(maxLimit, [account("zavu", { creditLimit: 1 })])).toEqual([
      expect.stringMatching(/^max-limit has nothing to compare with/),
    ]);
    expect(violations(maxLimit, [])).toEqual([]);
  });
});

describe("budget", () => {
  const rates = {
    "zavu.creditLimit": 0.01,
    "bctrl.limits.monthlyCreditLimit": 0.001,
    "bolna.allowConcurrentCalls": 25,
  };
  const accounts = [
    account("zavu", { creditLimit: 50_00 }),
    account("bctrl", { limits: { monthlyCreditLimit: 20_000 } }),
    account("bolna", { allowConcurrentCalls: 4 }),
  ];

  it("adds bctrl's spending cap of an account with one space, and misses that of one with more", () => {
    const config = { limit: 50, rates: { "bctrl.spendingCap": 0.01 } };
    const capped = (maxSpaces: number) => [account("bctrl", { spendingCap: 5000, limits: { maxSpaces } })];
    expect(violations(budget, capped(1), config)).toEqual([]);
    expect(violations(budget, capped(1), { ...config, limit: 49 })).toHaveLength(1);
    expect(violations(budget, capped(2), config)).toEqual([
      expect.stringContaining("spendingCap limits only a part of the account without limits.maxSpaces: 1"),
    ]);
  });

  it("converts and adds over all vendors", () => {
    expect(violations(budget, accounts, { limit: 170, rates })).toEqual([]);
    expect(violations(budget, accounts, { limit: 169.99, currency: "EUR", rates })).toEqual([
      'the accounts of the stack may spend EUR 170.00 together; at most EUR 169.99 is allowed. The largest: Bolna account "acme": allowConcurrentCalls EUR 100.00; Zavu account "acme": creditLimit EUR 50.00; bctrl account "acme": limits.monthlyCreditLimit EUR 20.00. Lower limits, or let the budget be raised',
    ]);
  });

  it("is not led astray by rates that have no exact binary form", () => {
    const thirty = Array.from({ length: 30 }, (_, index) =>
      account("bctrl", { limits: { monthlyCreditLimit: 100 } }, { name: `t${index}` }),
    );
    expect(violations(budget, thirty, { limit: 3, rates })).toEqual([]);
  });

  it("reports a sum with a part that is not known yet, and says which", () => {
    const unknown = account(
      "zavu",
      { creditLimit: UNKNOWN.number, externalId: "globex" },
      { name: "globex" },
    );
    expect(violations(budget, [...accounts, unknown], { limit: 1000, rates })).toEqual([
      'the sum of the stack cannot be known: it is USD 170.00 or more, and at most USD 1000.00 is allowed. Missing: Zavu account "globex" (externalId "globex"): creditLimit is not known yet. Declare these limits, with values that a preview knows',
    ]);
  });

  it("reports an account without a limit, which may spend any sum", () => {
    const open = [account("zavu", { creditLimit: null }), account("bctrl", {})];
    expect(violations(budget, open, { limit: 1000, rates })).toEqual([
      expect.stringMatching(
        /Missing: bctrl .*limits.monthlyCreditLimit is not declared; Zavu .*creditLimit is null, which means no limit/,
      ),
    ]);
  });

  it("reports a vendor without a rate, unless its rate is 0", () => {
    const { "bolna.allowConcurrentCalls": _, ...two } = rates;
    expect(violations(budget, accounts, { limit: 1000, rates: two })).toEqual([
      expect.stringMatching(/^the accounts of Bolna are not in the sum/),
    ]);
    const zero = { ...two, "bolna.allowConcurrentCalls": 0 };
    expect(violations(budget, accounts, { limit: 70, rates: zero })).toEqual([]);
  });

  it("does not pass without a budget", () => {
    expect(violations(budget, accounts, { rates })).toEqual([
      expect.stringMatching(/^budget has no limit to compare with/),
    ]);
    expect(violations(budget, [])).toEqual([]);
  });
});

describe("default-limit", () => {
  const config = {
    limits: { "zavu.creditLimit": 1000, "bctrl.limits.maxSpaces": 1, "bctrl.limits.maxActiveRuns": 2 },
  };

  it("adds what is absent, and hands back all properties, secrets as secrets", async () => {
    const props = {
      __provider: "line",
      __owner: "owner",
      name: secret("Acme"),
      metadata: { a: UNKNOWN.text },
    };
    expect(await remediated(defaultLimit, "zavu", props, config)).toEqual({ ...props, creditLimit: 1000 });
  });

  it("adds keys of an argument, beside those that are declared", async () => {
    expect(await remediated(defaultLimit, "bctrl", { name: "Acme" }, config)).toEqual({
      name: "Acme",
      limits: { maxSpaces: 1, maxActiveRuns: 2 },
    });
    const some = { limits: { maxSpaces: 9, monthlyCreditLimit: secret(5) } };
    expect(await remediated(defaultLimit, "bctrl", some, config)).toEqual({
      limits: { ...some.limits, maxActiveRuns: 2 },
    });
    expect(await remediated(defaultLimit, "bctrl", { limits: secret({ maxSpaces: 9 }) }, config)).toEqual({
      limits: secret({ maxSpaces: 9, maxActiveRuns: 2 }),
    });
  });

  it("leaves alone what is declared, null, secret or not known yet, and what is no account", async () => {
    for (const creditLimit of [5, null, secret(5), UNKNOWN.number]) {
      expect(await remediated(defaultLimit, "zavu", { creditLimit }, config)).toBeUndefined();
    }
    expect(await remediated(defaultLimit, "bctrl", { limits: UNKNOWN.object }, config)).toBeUndefined();
    expect(await remediated(defaultLimit, "bolna", {}, config)).toBeUndefined();
    expect(await remediated(defaultLimit, "zavu", {}, {})).toBeUndefined();
  });

  it("does not pass an account without any limit for which it has no default", () => {
    expect(violations(defaultLimit, [account("bolna", {})], config)).toEqual([
      'Bolna account "acme" declares no limit and is not covered: default-limit has none of bolna.allowConcurrentCalls. Add one to its limits, or declare one',
    ]);
    const declared = [
      account("bolna", { maxConcurrency: null }),
      account("bctrl", { limits: { maxSpaces: 1 } }),
    ];
    expect(violations(defaultLimit, declared, config)).toEqual([]);
  });
});
