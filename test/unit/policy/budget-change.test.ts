import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PolicyResource } from "@pulumi/policy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { budget } from "../../../policy";
import type { BudgetChange } from "../../../policy/core/budget-change";
import { account, baseline, inState, secret, tenant, UNKNOWN, violations } from "./support";

const rates = {
  "zavu.creditLimit": 0.01,
  "bctrl.limits.monthlyCreditLimit": 0.001,
  "bolna.allowConcurrentCalls": 25,
};
const config = { limit: 2000, currency: "USD", rates };

afterEach(() => vi.unstubAllEnvs());

/** What a run changes in the sum, and the text of its file. */
function change(before: object[], now: PolicyResource[], more: object = {}): BudgetChange & { text: string } {
  const state = baseline(before);
  const file = join(dirname(state), "change.json");
  vi.stubEnv("SUBACCOUNTS_BASELINE", state);
  vi.stubEnv("SUBACCOUNTS_BUDGET_CHANGE", file);
  violations(budget, now, { ...config, ...more });
  const text = readFileSync(file, "utf8");
  return { ...JSON.parse(text), text };
}

const zavu = (creditLimit: unknown, options: Parameters<typeof account>[2] = {}) =>
  account("zavu", { creditLimit }, options);
const bctrl = (monthlyCreditLimit: number, options: Parameters<typeof account>[2] = {}) =>
  account("bctrl", { limits: { monthlyCreditLimit } }, options);

describe("what a run changes in the sum of budget", () => {
  it("is told by limit, with how each counts, and by tier, with the one that a tenant leaves", () => {
    const tenants = (tier: string) => [
      tenant({ tier }, { name: "acme" }),
      tenant({ tier: "trial" }, { name: "globex" }),
    ];
    const accounts = ([acme, globex]: PolicyResource[], factor: number) => [
      zavu(1000 * factor, { ...(acme && { tenant: acme }) }),
      bctrl(20_000 * factor, { ...(acme && { tenant: acme }) }),
      account("bolna", { allowConcurrentCalls: 2 * factor }, { ...(globex && { tenant: globex }) }),
      zavu(700, { name: "same", ...(globex && { tenant: globex }) }),
    ];
    const [old, now] = [tenants("silver"), tenants("gold")];
    const before = [...old, ...accounts(old, 1)].map((each) => inState(each));
    const { text, ...found } = change(before, [...now, ...accounts(now, 3)], {
      per: { "bolna.allowConcurrentCalls": "month" },
    });
    expect(found).toEqual({
      currency: "USD",
      limit: 2000,
      before: 87,
      after: 247,
      change: 160,
      tenants: 2,
      limits: [
        { vendor: "Bolna", limit: "allowConcurrentCalls", period: "per month", change: 100, accounts: 1 },
        {
          vendor: "bctrl",
          limit: "limits.monthlyCreditLimit",
          period: "per billing cycle",
          change: 40,
          accounts: 1,
        },
        { vendor: "Zavu", limit: "creditLimit", period: "in total", change: 20, accounts: 1 },
      ],
      tiers: [
        { tier: "trial", change: 100, accounts: 1 },
        { tier: "gold", before: "silver", change: 60, accounts: 2 },
      ],
      unclear: [],
      hidden: 0,
      retained: { accounts: 0, cost: 0 },
    });
  });

  it("has accounts that come and go, also the last one, and says what a retained one may go on spending", () => {
    expect(change([], [zavu(500)])).toMatchObject({ before: 0, after: 5, change: 5, tenants: 1 });
    expect(change([inState(zavu(500))], [])).toMatchObject({ before: 5, after: 0, change: -5, tenants: 1 });
    const retained = inState(zavu(500), { retainOnDelete: true });
    expect(change([retained], [zavu(100, { name: "other" })])).toMatchObject({
      change: -4,
      tenants: 2,
      retained: { accounts: 1, cost: 5 },
    });
    expect(change([inState(zavu(500))], [zavu(500)])).toMatchObject({ change: 0, tenants: 0, limits: [] });
  });

  it("names what is no sum instead of guessing one", () => {
    const found = change(
      [zavu(500), zavu(null, { name: "b" }), zavu(undefined, { name: "c" })].map((each) => inState(each)),
      [zavu(null), zavu(700, { name: "b" }), zavu(null, { name: "c" }), zavu(UNKNOWN.number, { name: "d" })],
    );
    expect(found).toMatchObject({ before: null, after: null, change: 0, tenants: 3, limits: [] });
    expect(found.unclear).toEqual([
      { account: 'Zavu account "acme"', limit: "creditLimit", before: "USD 5.00", after: "no limit" },
      { account: 'Zavu account "b"', limit: "creditLimit", before: "no limit", after: "USD 7.00" },
      { account: 'Zavu account "d"', limit: "creditLimit", before: "none", after: "not known yet" },
    ]);
  });

  it("has no number of which a part is secret", () => {
    const hidden = zavu(777_00, { secrets: ["creditLimit"] });
    const encrypted = inState(zavu(secret(1)), {});
    const found = change(
      [encrypted, inState(bctrl(1000))],
      [zavu(777_00), bctrl(3000), { ...hidden, urn: `${hidden.urn}2`, name: "new" }],
    );
    expect(found).toMatchObject({ before: null, after: null, change: 2, hidden: 2, unclear: [] });
    expect(found.text).not.toMatch(/777/);
  });

  it("counts a suspended tenant by the limits that hold again", () => {
    const acme = (more: object) => tenant({ externalId: "acme", ...more }, { name: "acme" });
    const stopped = acme({ suspended: { bctrl: { limits: { monthlyCreditLimit: 20_000 } } } });
    const before = [inState(acme({})), inState(bctrl(20_000, { tenant: acme({}) }))];
    expect(change(before, [stopped, bctrl(0, { tenant: stopped })])).toMatchObject({ before: 20, change: 0 });
    expect(
      change(
        [inState(stopped), inState(bctrl(0, { tenant: stopped }))],
        [acme({}), bctrl(20_000, { tenant: acme({}) })],
      ),
    ).toMatchObject({ before: 20, change: 0, limits: [] });
  });

  it("is not written where nothing asks for it, and a file that cannot be written is a violation", () => {
    const state = baseline([]);
    vi.stubEnv("SUBACCOUNTS_BASELINE", state);
    expect(violations(budget, [zavu(500)], { limit: 5, rates })).toEqual([]);
    expect(existsSync(join(dirname(state), "change.json"))).toBe(false);
    vi.stubEnv("SUBACCOUNTS_BUDGET_CHANGE", join(state, "no-folder"));
    expect(violations(budget, [zavu(500)], { limit: 5, rates })).toEqual([
      expect.stringMatching(
        /^what this run changes in the sum cannot be written to \/.* \(ENOTDIR\)\. Name a file/,
      ),
    ]);
    vi.stubEnv("SUBACCOUNTS_BASELINE", undefined);
    expect(violations(budget, [zavu(500)], { limit: 5, rates })).toEqual([
      expect.stringContaining("there is no baseline"),
    ]);
  });
});
