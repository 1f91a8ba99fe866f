import type { PolicyResource } from "@pulumi/policy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { blastRadius, budget, maxLimit, noHardDelete, requireLimit } from "../../../policy";
import type { Values } from "../../../provider/core/contract/resource";
import { accountArguments, declaredArguments } from "../../../tenant/arguments";
import type { VendorName } from "../../../tenant/description";
import { restoredValues } from "../../../tenant/suspension";
import { account, baseline, inState, key, tenant, UNKNOWN, violations } from "./support";

afterEach(() => {
  vi.useRealTimers();
});

const VENDORS: VendorName[] = ["zavu", "bctrl", "bolna"];

/** A tenant with its accounts, as the component declares it. */
function customer(name: string, more: Values = {}): PolicyResource[] {
  const args: Values = {
    externalId: name,
    name,
    vendors: {
      zavu: { creditLimit: 50_00 },
      bctrl: { limits: { monthlyCreditLimit: 20_000 } },
      bolna: { minConcurrency: 0, maxConcurrency: 4, deletionPolicy: "retain" },
    },
    ...more,
  };
  const restored = VENDORS.map((vendor) => [vendor, restoredValues(vendor, declaredArguments(args, vendor))]);
  const isStopped = more["suspended"] !== undefined;
  const parent = tenant(
    { externalId: name, tier: "gold", ...(isStopped ? { suspended: Object.fromEntries(restored) } : {}) },
    { name },
  );
  const accounts = VENDORS.map((vendor) =>
    account(vendor, { ...accountArguments(args, vendor) }, { name, tenant: parent }),
  );
  return [parent, ...accounts];
}
const SUSPENDED = { suspended: true };

describe("a suspended tenant", () => {
  it("counts in full for budget and max-limit, as it will again", () => {
    const rates = {
      "zavu.creditLimit": 0.01,
      "bctrl.limits.monthlyCreditLimit": 0.001,
      "bolna.maxConcurrency": 1,
    };
    // 50 + 20 + 4 in the currency.
    for (const [limit, count] of [
      [74, 0],
      [73, 1],
    ] as const) {
      for (const more of [{}, SUSPENDED]) {
        expect(violations(budget, customer("acme", more), { limit, rates })).toHaveLength(count);
      }
    }
    const limits = {
      "bctrl.limits.monthlyCreditLimit": 10_000,
      "zavu.creditLimit": null,
      "bolna.maxConcurrency": null,
    };
    expect(violations(maxLimit, customer("acme", SUSPENDED), { limits })).toEqual([
      expect.stringMatching(/limits\.monthlyCreditLimit asks for 20000 .*at most 10000/),
    ]);
  });

  it("has no limit for them where it declares null, or one that is not known yet", () => {
    const of = (monthlyCreditLimit: unknown) =>
      customer("acme", {
        ...SUSPENDED,
        vendors: { bctrl: { limits: { monthlyCreditLimit } }, zavu: {}, bolna: { maxConcurrency: 4 } },
      });
    const config = {
      limit: 1e6,
      rates: { "bctrl.limits.monthlyCreditLimit": 1, "zavu.creditLimit": 0, "bolna.maxConcurrency": 0 },
    };
    expect(violations(budget, of(null), config)).toEqual([
      expect.stringMatching(/limits\.monthlyCreditLimit is null, which means no limit/),
    ]);
    expect(violations(budget, of(UNKNOWN.number), config)).toEqual([
      expect.stringMatching(/limits\.monthlyCreditLimit is not known yet/),
    ]);
  });

  it("passes require-limit by its stop", () => {
    const config = {
      limits: ["zavu.creditLimit", "bctrl.limits.monthlyCreditLimit", "bolna.maxConcurrency"],
    };
    expect(violations(requireLimit, customer("acme", SUSPENDED), config)).toEqual([]);
  });

  it("is one of many that blast-radius does not let one run stop, nor resume", () => {
    const names = Array.from({ length: 10 }, (_, index) => `t${index}`);
    const [running, stopped] = [{}, SUSPENDED].map((more) => names.flatMap((name) => customer(name, more)));
    const check = (now: PolicyResource[] = [], before: PolicyResource[] = []) =>
      violations(blastRadius, now, { baseline: baseline(before.map((each) => inState(each))) });
    expect(check(stopped, running)).toEqual([
      expect.stringMatching(/touches 30 of 30 accounts; at most 3 .*suspended \(30\): .*and 27 more\. Do it/),
    ]);
    expect(check(running, stopped)).toEqual([expect.stringMatching(/touches 20 of 30 .* raised \(20\): /)]);
    const one = [...customer("t0", SUSPENDED), ...(running ?? []).slice(4)];
    expect(check(one, running)).toEqual([]);
  });
});

describe("a Zavu account that is made active again", () => {
  it("has its keys looked at, which blast-radius takes for no replacement", () => {
    const of = (status: string, keyId?: string) => [
      account("zavu", { status, createdAt: "2026-01-01" }),
      key("zavu", { subAccountId: "id-of-acme", name: "default", ...(keyId && { keyId }) }),
    ];
    // In a preview the outputs of a resource that is updated are absent.
    const check = (before: string, now: string) =>
      violations(blastRadius, of(now), {
        baseline: baseline(of(before, "k1").map((each) => inState(each))),
        counts: ["keys revoked"],
        always: 0,
      });
    expect(check("inactive", "active")).toEqual([]);
    expect(check("active", "active")).toEqual([expect.stringContaining("keys revoked (1)")]);
  });
});

describe("a tenant that ends", () => {
  const ended = { deleteAfter: "2027-12-31" };
  const hard = (more: Values = {}) => {
    const parent = tenant({ externalId: "tenant-acme", ended }, { name: "acme" });
    const props = { externalId: "tenant-acme", deletionPolicy: "delete", ...more };
    return [parent, account("bolna", props, { name: "acme", tenant: parent })];
  };
  const check = (now: PolicyResource[], config = {}, before = hard()) =>
    violations(noHardDelete, now, {
      baseline: baseline(before.map((each) => inState(each))),
      ...config,
    });
  const on = (day: string) => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(day) });

  it("is judged by no-hard-delete when its date is declared, and again when it is over", () => {
    on("2026-11-27");
    expect(check(hard())).toEqual([
      expect.stringContaining('deletionPolicy "delete" lets Bolna end the account'),
    ]);
    on("2028-01-01");
    expect(check(hard().slice(0, 1))).toEqual([
      'Bolna account "acme" (externalId "tenant-acme"): deleteAfter 2027-12-31 of its tenant is over, so that Bolna ends the account for ever. Add it to the approved ones, or give the tenant a later day',
    ]);
    expect(check(hard().slice(0, 1), { approved: ["tenant-acme"] })).toEqual([]);
    expect(check(hard().slice(0, 1), {}, hard({ deletionPolicy: "retain" }))).toEqual([]);
  });

  it("is no reason before that day for an account that goes", () => {
    on("2027-12-31T23:00:00Z");
    expect(check(hard().slice(0, 1))).toEqual([expect.stringContaining("this run removes its resource")]);
  });
});
