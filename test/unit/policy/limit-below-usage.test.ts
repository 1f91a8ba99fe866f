import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PolicyResource } from "@pulumi/policy";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limitBelowUsage } from "../../../policy";
import { account, baseline, inState, secret, tenant, UNKNOWN, violations } from "./support";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-25T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const TOTAL = { kind: "total", from: null, to: null };
const figure = (metric: string, used: number | undefined, more: object = {}) => ({
  metric,
  unit: "cents",
  period: TOTAL,
  used,
  ...more,
});
const row = (vendor: string, id: string, ...metrics: object[]) => ({ vendor, account: id, metrics });
const usage = (...rows: object[]) => ({ version: 1, at: "2026-11-20T06:00:00.000Z", rows, notes: [] });
const acme = (...metrics: object[]) => usage(row("zavu", "id-of-acme", ...metrics));

interface Run {
  readonly before?: object[];
  readonly now: PolicyResource[];
  readonly usage?: object | string;
  readonly config?: object;
}

/** What the policy says of a run, with the path of the usage file as FILE. */
function said({ before = [], now, usage: content, config = {} }: Run): string[] {
  const state = baseline(before);
  vi.stubEnv("SUBACCOUNTS_BASELINE", state);
  const file = join(dirname(state), "usage.json");
  if (content !== undefined) {
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    vi.stubEnv("SUBACCOUNTS_USAGE", file);
  }
  return violations(limitBelowUsage, now, config).map((text) => text.replaceAll(file, "FILE"));
}

const zavu = (creditLimit: unknown, options: Parameters<typeof account>[2] = {}) =>
  account("zavu", { externalId: "acme", creditLimit }, options);
const before = [inState(zavu(5000))];

describe("limit-below-usage", () => {
  it("says what is lowered to what, what is used, in which period, and of which day that is", () => {
    expect(said({ before, now: [zavu(2000)], usage: acme(figure("creditLimit", 3100)) })).toEqual([
      'Zavu account "acme" (externalId "acme"): creditLimit is lowered from 5000 to 2000 (whole US cents, cumulative), and 3100 is used already (in total, as of 2026-11-20), so the vendor may stop the customer\'s work. Raise it, or add the account to the approved ones',
    ]);
  });

  it("counts what leaves nothing, a limit where none was, and the limit that the vendor has of an adopted account", () => {
    const used = acme(figure("creditLimit", 3100, { actual: 9000 }));
    expect(said({ before, now: [zavu(3100)], usage: used })).toHaveLength(1);
    expect(said({ before: [inState(zavu(null))], now: [zavu(3000)], usage: used })).toEqual([
      expect.stringContaining("creditLimit is lowered to 3000"),
    ]);
    const adopted = account("zavu", { creditLimit: 3000, adopt: "id-of-acme" });
    expect(said({ now: [adopted], usage: used })).toEqual([
      expect.stringContaining("creditLimit is lowered from 9000 to 3000"),
    ]);
  });

  it("passes a limit that leaves something, one that stays or goes up below what is used, and a new account", () => {
    const used = acme(figure("creditLimit", 3100));
    for (const limit of [3101, 5000, null, undefined])
      expect(said({ before, now: [zavu(limit)], usage: used })).toEqual([]);
    expect(said({ before: [inState(zavu(2000))], now: [zavu(2000)], usage: used })).toEqual([]);
    expect(said({ before: [inState(zavu(2000))], now: [zavu(2500)], usage: used })).toEqual([]);
    expect(said({ now: [zavu(1)], usage: used })).toEqual([]);
    expect(said({ before, now: [zavu(1)], usage: acme(figure("creditLimit", 0)) })).toEqual([]);
  });

  it("says of a billing cycle whether it is over, and takes one that was over for no use of now", () => {
    const bctrl = (monthlyCreditLimit: number) => account("bctrl", { limits: { monthlyCreditLimit } });
    const cycle = (to: string | null, used = 700, more: object = {}) =>
      said({
        before: [inState(bctrl(9000))],
        now: [bctrl(100)],
        usage: usage(
          row(
            "bctrl",
            "id-of-acme",
            figure("limits.monthlyCreditLimit", used, { period: { kind: "cycle", from: null, to, ...more } }),
          ),
        ),
      });
    expect(cycle("2026-12-01T00:00:00Z")).toEqual([
      expect.stringContaining("(in the billing cycle until 2026-12-01, as of 2026-11-20)"),
    ]);
    expect(cycle("2026-11-22T00:00:00Z")).toEqual([
      expect.stringContaining("(in the billing cycle that ended on 2026-11-22, as of"),
    ]);
    expect(cycle(null)).toEqual([expect.stringContaining("(in its billing cycle, as of")]);
    const stale = (used: number) => cycle("2026-10-31T00:00:00Z", used, { isOver: true });
    expect(stale(700)).toEqual([
      expect.stringContaining("(in the billing cycle that ended on 2026-10-31, as of"),
    ]);
    expect(stale(3)).toEqual([
      'bctrl account "acme": limits.monthlyCreditLimit is lowered, and what is used now is not known (the vendor said what was used in the billing cycle that ended on 2026-10-31, as of 2026-11-20). Write the usage file anew, or add the account to the approved ones',
    ]);
  });

  it("judges limits of which nothing is used up only where the file has a figure", () => {
    const bolna = (allowConcurrentCalls: number) => account("bolna", { allowConcurrentCalls });
    const calls = (used: number | undefined) =>
      said({
        before: [inState(bolna(9))],
        now: [bolna(2)],
        usage: usage(
          row(
            "bolna",
            "id-of-acme",
            figure("allowConcurrentCalls", used, { period: { ...TOTAL, kind: "now" } }),
          ),
        ),
      });
    expect(calls(undefined)).toEqual([]);
    expect(calls(4)).toEqual([expect.stringContaining("4 is used already (at that time, as of")]);
  });

  it("does not pass a lowered limit whose use the file does not say", () => {
    const now = [zavu(2000)];
    expect(said({ before, now, usage: usage() })).toEqual([
      'Zavu account "acme" (externalId "acme"): creditLimit is lowered, and what is used is not known (the usage file does not have the account, as of 2026-11-20). Write the usage file anew, or add the account to the approved ones',
    ]);
    expect(said({ before, now, usage: acme(figure("creditLimit", undefined)) })).toEqual([
      expect.stringContaining("(the vendor did not say it, as of 2026-11-20)"),
    ]);
    expect(said({ before, now: [zavu(UNKNOWN.number)], usage: acme(figure("creditLimit", 1)) })).toEqual([
      expect.stringContaining("creditLimit is not known yet, so it may be below what is used"),
    ]);
  });

  it("passes the accounts that are approved, by any of their names", () => {
    const used = acme(figure("creditLimit", 3100));
    for (const approved of [["acme"], [zavu(1).urn]])
      expect(said({ before, now: [zavu(2000)], usage: used, config: { approved } })).toEqual([]);
  });

  it("does not judge a suspension, after which the declared limit holds again", () => {
    const bctrl = (limit: number, of: PolicyResource) =>
      account("bctrl", { limits: { monthlyCreditLimit: limit } }, { tenant: of });
    const paying = tenant({ externalId: "acme" });
    const stopped = tenant({
      externalId: "acme",
      suspended: { bctrl: { limits: { monthlyCreditLimit: 9000 } } },
    });
    const used = usage(row("bctrl", "id-of-acme", figure("limits.monthlyCreditLimit", 700)));
    const state = [inState(paying), inState(bctrl(9000, paying))];
    expect(said({ before: state, now: [stopped, bctrl(0, stopped)], usage: used })).toEqual([]);
  });

  it("shows no number of a secret limit, or of what is used of it", () => {
    const [text = ""] = said({
      before: [inState(zavu(secret(5000)))],
      now: [zavu(2222, { secrets: ["creditLimit"] })],
      usage: acme(figure("creditLimit", 3333)),
    });
    expect(text).toContain("is lowered to a secret number, and as much or more is used already");
    expect(text).not.toMatch(/2222|3333|5000/);
  });
});

describe("the usage file of limit-below-usage", () => {
  const now = [zavu(5000)];

  it("is old after the days of the configuration, or yet to come, whatever the run does; its figures still count", () => {
    const late = { ...acme(figure("creditLimit", 3100)), at: "2026-11-16T00:00:00Z" };
    const old =
      "the usage file FILE is of 2026-11-16, 9 days ago; at most 8 (maxAgeDays) are allowed. Write it anew by subaccounts report --json";
    expect(said({ before, now, usage: late })).toEqual([old]);
    expect(said({ before, now: [zavu(1)], usage: late })).toEqual([
      old,
      expect.stringContaining("3100 is used"),
    ]);
    expect(said({ before, now, usage: late, config: { maxAgeDays: 10 } })).toEqual([]);
    expect(said({ before, now, usage: { ...late, at: "2026-11-27T00:00:00Z" } })).toEqual([
      expect.stringMatching(/is of 2026-11-27, which is yet to come\. .* clock is right$/),
    ]);
  });

  it.each([
    ["no JSON", "canary{", "it is no JSON"],
    ["another file", { rows: [] }, "see version"],
    ["a later version", { ...usage(), version: 2 }, "see version"],
    ["a figure that is none", acme(figure("creditLimit", 1, { used: "3100" })), "see rows.0.metrics.0.used"],
    ["nothing in it", "null", "see its top"],
  ])("is a violation where it is %s", (_, content, why) => {
    const [text, ...more] = said({ before, now, usage: content });
    expect(text).toMatch(/^the usage file FILE /);
    expect(text).toContain(`(${why})`);
    expect(text).not.toContain("canary");
    expect(more).toEqual([]);
  });

  it("is a violation where it is missing: always if it is named, else if the run lowers a limit", () => {
    const config = { usage: "/no/such/usage.json" };
    expect(said({ before, now, config })).toEqual([
      "the usage file /no/such/usage.json cannot be read (ENOENT). Write it by subaccounts report --json, and give its absolute path",
    ]);
    expect(said({ before, now })).toEqual([]);
    expect(said({ before, now: [zavu(1)] })).toEqual([
      'there is no usage file, so it cannot be told whether limits that this run lowers are below what is used: Zavu account "acme" (externalId "acme"): creditLimit. Write one by subaccounts report --json, and name it in the policy\'s usage or in SUBACCOUNTS_USAGE',
    ]);
  });
});
