import { describe, expect, it } from "vitest";
import { bolnaPool, protectProduction, requireExternalId, uniqueExternalId } from "../../../policy";
import { account, tenant, UNKNOWN, violations } from "./support";

describe("require-external-id", () => {
  it("reports an account without one, or with a blank one", () => {
    for (const props of [{}, { externalId: null }, { externalId: " " }]) {
      expect(violations(requireExternalId, [account("bolna", props)])).toEqual([
        expect.stringContaining("externalId is not declared"),
      ]);
    }
    expect(violations(requireExternalId, [account("zavu", { externalId: "tenant-acme" })])).toEqual([]);
  });

  it("reports one that is not known yet", () => {
    expect(violations(requireExternalId, [account("zavu", { externalId: UNKNOWN.text })])).toEqual([
      'Zavu account "acme": externalId is not known yet. Give it a value that a preview knows',
    ]);
  });

  it("asks the configured vendors, for the configured form as a whole", () => {
    const config = { vendors: ["zavu"], pattern: "tenant-[a-z]+" };
    const of = (externalId: string) =>
      violations(requireExternalId, [account("zavu", { externalId })], config);
    expect(of("tenant-acme")).toEqual([]);
    for (const externalId of ["tenant-acme1", "my-tenant-acme"]) {
      expect(of(externalId)).toEqual([expect.stringContaining("externalId does not match tenant-[a-z]+")]);
    }
    expect(violations(requireExternalId, [account("bolna", {})], config)).toEqual([]);
  });
});

describe("unique-external-id", () => {
  const two = (one: object, other: object, scope?: string) =>
    violations(
      uniqueExternalId,
      [account("zavu", { ...one }), account("zavu", { ...other }, { name: "other" })],
      scope ? { scope } : {},
    );

  it("reports two accounts of a vendor that are said to be the same customer", () => {
    expect(two({ externalId: "a" }, { externalId: "a" })).toEqual([
      'Zavu account "other" (externalId "a"): externalId is the same as that of Zavu account "acme" (externalId "a"), so both are the same customer. Give each its own, or remove one',
    ]);
    expect(two({ externalId: "tenant  Ä" }, { externalId: "Tenant a\u0308 " })).toHaveLength(1);
    expect(two({ externalId: "a" }, { externalId: "b" })).toEqual([]);
    expect(two({}, {})).toEqual([]);
    const elsewhere = [account("zavu", { externalId: "a" }), account("bctrl", { externalId: "a" })];
    expect(violations(uniqueExternalId, elsewhere)).toEqual([]);
  });

  it("tells connections apart, or not, as configured", () => {
    const eu = { externalId: "a", connection: "eu" };
    expect(two({ externalId: "a" }, eu)).toEqual([]);
    expect(two(eu, eu)).toHaveLength(1);
    expect(two({ externalId: "a" }, eu, "vendor")).toHaveLength(1);
  });

  it("sees the same account under both kinds of type tokens", () => {
    const both = [
      account("zavu", { externalId: "a" }),
      account("zavu", { externalId: "a" }, { isPlugin: true }),
    ];
    expect(violations(uniqueExternalId, both)).toHaveLength(1);
  });

  it("reports what is not known yet where there is another account", () => {
    expect(two({ externalId: "a" }, { externalId: UNKNOWN.text })).toEqual([
      expect.stringMatching(/^Zavu account "other": externalId is not known yet/),
    ]);
    expect(two({ externalId: "a" }, { externalId: "b", connection: UNKNOWN.text })).toEqual([
      expect.stringMatching(/connection is not known yet/),
    ]);
    expect(violations(uniqueExternalId, [account("zavu", { externalId: UNKNOWN.text })])).toEqual([]);
  });

  it("reports two tenants that are said to be the same customer", () => {
    const tenants = [tenant({ externalId: "a" }), tenant({ externalId: "a" }, { name: "b" })];
    expect(violations(uniqueExternalId, tenants)).toEqual([
      expect.stringMatching(/^tenant "b": externalId is the same as that of tenant "acme"/),
    ]);
  });
});

describe("bolna-pool", () => {
  const accounts = [
    account("bolna", { allowConcurrentCalls: 4 }),
    account("bolna", { allowConcurrentCalls: 3 }, { name: "globex" }),
    account("bolna", { allowConcurrentCalls: 9, connection: "eu" }, { name: "initech" }),
    account("zavu", {}),
  ];

  it("counts the guaranteed minimum of the newer generation, and not its cap", () => {
    const newer = account("bolna", { minConcurrency: 3, maxConcurrency: 900 });
    expect(violations(bolnaPool, [newer], { pool: 3 })).toEqual([]);
    expect(violations(bolnaPool, [newer], { pool: 2 })).toHaveLength(1);
  });

  it("adds by connection", () => {
    expect(violations(bolnaPool, accounts, { pool: 7, connections: { eu: 9 } })).toEqual([]);
    expect(violations(bolnaPool, accounts, { pool: 6, connections: { eu: 8 } })).toEqual([
      "the Bolna accounts of the default connection take 7 calls at once together; at most 6 are allowed. Lower allowConcurrentCalls or minConcurrency of some, or let the pool be enlarged",
      expect.stringMatching(/^the Bolna accounts of connection "eu" take 9 calls at once/),
    ]);
  });

  it("reports a sum with a part that is not known yet, and an unknown connection", () => {
    const unknown = [
      account("bolna", { allowConcurrentCalls: UNKNOWN.number }, { name: "one" }),
      account("bolna", { allowConcurrentCalls: 1, connection: UNKNOWN.text }, { name: "two" }),
    ];
    expect(violations(bolnaPool, [...accounts.slice(0, 2), ...unknown], { pool: 50 })).toEqual([
      expect.stringMatching(/^Bolna account "two": connection is not known yet/),
      'the sum of the default connection cannot be known: it is 7 calls at once or more, and at most 50 are allowed. Missing: Bolna account "one": allowConcurrentCalls. Give these values that a preview knows',
    ]);
  });

  it("does not pass without a size, where there are accounts", () => {
    expect(violations(bolnaPool, accounts, { connections: { eu: 9 } })).toEqual([
      expect.stringMatching(/^bolna-pool has no size for the default connection/),
    ]);
    expect(violations(bolnaPool, [account("zavu", {})])).toEqual([]);
  });
});

describe("protect-production", () => {
  const of = (stack: string, protect: boolean, config = {}) =>
    violations(protectProduction, [account("zavu", {}, { stack, protect })], config);

  it("reports an account of a production stack that is not protected", () => {
    for (const stack of ["prod", "production", "prod-eu", "tenants-prod"]) {
      expect(of(stack, false)).toEqual([
        `Zavu account "acme": stack ${stack} is a production stack, and the account is not protected. Add the resource option protect: true to it or to its tenant`,
      ]);
      expect(of(stack, true)).toEqual([]);
    }
    for (const stack of ["dev", "product-dev", "staging-eu", "Test"]) expect(of(stack, false)).toEqual([]);
    for (const stack of ["Prod", "EU-PROD"]) expect(of(stack, false)).toHaveLength(1);
  });

  it("does not pass a stack that it knows nothing of", () => {
    for (const stack of ["live", "nonprod", "eu1"]) {
      expect(of(stack, false)).toEqual([
        `Zavu account "acme": stack ${stack} is not covered: protect-production does not know whether it is a production stack. Add it to stacks or to others`,
      ]);
      expect(of(stack, true)).toEqual([]);
      expect(of(stack, false, { others: ["*"] })).toEqual([]);
    }
  });

  it("takes the configured names, in which only * is special", () => {
    expect(of("live.eu", false, { stacks: ["live.*"] })).toHaveLength(1);
    expect(of("liveXeu", false, { stacks: ["live.*"], others: ["live?eu"] })).toEqual([
      expect.stringContaining("is not covered"),
    ]);
  });
});
