import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { usages } from "../../../provider/usage";
import { LIMITS } from "../../../tenant/description";
import { acme, openEstate, uuid } from "./report-estate";
import { markerOf, stateOf } from "./report-world";

const MARCH = { from: "2026-03-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" };

describe("the figures of subaccounts report", () => {
  it("are each of the period that the vendor has, beside the declared and the actual limit", async () => {
    const { json, emulator } = await openEstate();
    const { code, report, row, metric } = await json();
    expect(metric("zv1", "creditLimit")).toEqual({
      metric: "creditLimit",
      unit: "cents",
      period: { kind: "total", from: "2026-01-05T09:00:00.000Z", to: null },
      declared: 5_000,
      actual: 5_000,
      used: 3_100,
      share: 0.62,
    });
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toEqual({
      metric: "limits.monthlyCreditLimit",
      unit: "credits",
      period: { kind: "cycle", ...MARCH },
      declared: 20_000,
      actual: 20_000,
      used: 9_000,
      share: 0.45,
      thisMonth: 9_000,
    });
    expect(metric("sub_1", "limits.maxActiveRuns")).toMatchObject({
      period: { kind: "now", from: null, to: null },
      used: 2,
      share: 0.4,
    });
    expect(metric(uuid(1), "totalCostCents")).toEqual({
      metric: "totalCostCents",
      unit: "cents",
      period: { kind: "window", from: MARCH.from, to: "2026-03-10T23:59:59.999Z" },
      used: 87.5,
      thisMonth: 87.5,
    });
    // How many calls there are now, Bolna does not say.
    expect(metric(uuid(1), "allowConcurrentCalls")).toMatchObject({ declared: 4, actual: 4 });
    expect(metric(uuid(1), "allowConcurrentCalls")).not.toHaveProperty("used");
    expect(row("zv1")).toMatchObject({
      externalId: "tenant-acme",
      name: "Acme Corp",
      tier: "gold",
      stack: "prod",
      standing: "managed",
      status: "active",
    });
    expect({ code, notes: report.notes, problems: report.problems }).toEqual({
      code: 0,
      notes: [],
      problems: [],
    });
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("sum up to the vendors' own, by vendor and tier, in some calls a hundred accounts", async () => {
    const numbers = Array.from({ length: 450 }, (_, index) => index + 10);
    const tier = (number: number) => (number % 3 === 0 ? "silver" : "gold");
    const { json, emulator } = await openEstate({
      zavu: numbers.map((number) => ({ id: `zv${number}`, name: `N ${number}`, totalSpent: number * 7 })),
      bctrl: numbers.map((number) => ({ id: `sub_${number}`, name: `N ${number}` })),
      bolna: numbers.map((number) => ({ id: uuid(number), name: `N ${number}`, allow_concurrent_calls: 1 })),
      tenants: numbers.map((number) => ({
        externalId: `tenant-${number}`,
        tier: tier(number),
        accounts: [
          { vendor: "zavu", id: `zv${number}` },
          { vendor: "bctrl", id: `sub_${number}` },
          { vendor: "bolna", id: uuid(number), inputs: { allowConcurrentCalls: 1 } },
        ],
      })),
    });
    for (const number of numbers) {
      emulator.bctrl.setUsage(`sub_${number}`, { usedCredits: number / 8 });
      emulator.bolna.setUsage(uuid(number), { total_cost: number * 0.1 });
    }
    const { report } = await json();
    const sum = (vendor: string, metric: string, of: string) =>
      report.sums.find((each) => each.vendor === vendor && each.metric === metric && each.tier === of);
    const silver = numbers.filter((number) => number % 3 === 0);
    const total = silver.reduce((all, number) => all + number, 0);
    expect(sum("zavu", "creditLimit", "silver")).toMatchObject({
      accounts: silver.length,
      used: total * 7,
      unknown: 0,
      unlimited: silver.length,
    });
    expect(sum("bctrl", "limits.monthlyCreditLimit", "silver")?.used).toBe(total / 8);
    expect(sum("bolna", "totalCostCents", "silver")?.used).toBeCloseTo(total / 10, 9);
    expect(sum("bolna", "allowConcurrentCalls", "silver")).not.toHaveProperty("used");
    expect(sum("bolna", "allowConcurrentCalls", "silver")).toMatchObject({
      unknown: silver.length,
      actual: silver.length,
    });
    // 451 accounts a vendor: 5 pages of Zavu, 3 and 3 of bctrl, 1 and 1 of Bolna.
    expect(report.connections.map(({ vendor, accounts, calls }) => [vendor, accounts, calls])).toEqual([
      ["bctrl", 451, 6],
      ["bolna", 451, 2],
      ["zavu", 451, 5],
    ]);
    expect(emulator.requests).toHaveLength(13);
  });

  it("are read one by one, and say so, where the vendor does not know the call for all", async () => {
    const { json, emulator } = await openEstate({ bolna: [{ id: uuid(2), name: "Beta" }] });
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: { kind: "status", when: "before", status: 404 },
    });
    const { report, metric } = await json();
    expect(metric(uuid(1), "totalRecords")?.used).toBe(12);
    expect(report.notes).toEqual([
      "Bolna: no call is known that reads the usage of all accounts, so they were read one by one",
    ]);
    expect(report.problems).toEqual([]);
  });

  it("are read one by one where the list of usage leaves accounts out, and else could not be told", async () => {
    const { json, emulator } = await openEstate({ bolna: [{ id: uuid(2), name: "Beta" }] });
    const none = (path: string, body: unknown) =>
      emulator.fault({
        vendor: path.startsWith("/v1") ? "bctrl" : "bolna",
        path,
        fault: { kind: "status", when: "before", status: 200, body: body as object },
      });
    none("/sub-accounts/all/usage", []);
    none("/v1/subaccounts/usage", { data: [] });
    emulator.fault({
      vendor: "bolna",
      path: `/sub-accounts/${uuid(2)}/usage`,
      fault: { kind: "status", when: "before", status: 404 },
    });
    const { code, report, metric } = await json();
    expect(metric(uuid(1), "totalRecords")?.used).toBe(12);
    expect(metric("sub_1", "limits.monthlyCreditLimit")?.used).toBe(9_000);
    expect(report.notes).toEqual([
      "bctrl: the list of usage leaves out 1 accounts, so they were read one by one",
      "Bolna: the list of usage leaves out 2 accounts, so they were read one by one",
    ]);
    expect({ code, problems: report.problems }).toEqual({
      code: 1,
      problems: [`Bolna: the vendor says no usage of 1 account, such as ${uuid(2)}. Run this again`],
    });
  });

  it.each(["data", "items", "results"])(
    "of Bolna are read from %s in an envelope, too, page by page",
    async (name) => {
      const { json, emulator } = await openEstate({ bolna: [{ id: uuid(2), name: "Beta" }] });
      const used = (id: string) => ({
        sub_account_id: id,
        total_cost: 5,
        total_records: 1,
        total_duration: 1,
      });
      for (const [id, has_more] of [
        [uuid(1), true],
        [uuid(2), false],
      ] as const) {
        emulator.fault({
          vendor: "bolna",
          path: "/sub-accounts/all/usage",
          fault: { kind: "status", when: "before", status: 200, body: { [name]: [used(id)], has_more } },
        });
      }
      const { code, report, metric } = await json(["--vendor", "bolna"]);
      expect({ problems: report.problems, notes: report.notes }).toEqual({ problems: [], notes: [] });
      expect([uuid(1), uuid(2)].map((id) => metric(id, "totalCostCents")?.used)).toEqual([5, 5]);
      expect(code).toBe(7);
    },
  );

  it("are none where Bolna answers null for an organization without accounts", async () => {
    const { json, emulator } = await openEstate({ states: [stateOf([])] });
    emulator.bolna.remove(uuid(1));
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: { kind: "status", when: "before", status: 200, body: "null" },
    });
    const { code, report } = await json(["--vendor", "bolna"]);
    expect({ code, problems: report.problems }).toEqual({ code: 0, problems: [] });
  });

  it("of a billing cycle that is over are told, and are not what is used now", async () => {
    const { json, run, emulator, read } = await openEstate();
    emulator.bctrl.setUsage("sub_1", { usedCredits: 19_000 });
    const late = new Date("2026-04-03T05:00:00Z");
    const { code, report, metric, row } = await json([], late);
    expect(metric("sub_1", "limits.monthlyCreditLimit")?.period).toEqual({
      kind: "cycle",
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-04-01T00:00:00.000Z",
      isOver: true,
    });
    expect(metric("zv1", "creditLimit")?.period).not.toHaveProperty("isOver");
    const told =
      "bctrl: limits.monthlyCreditLimit is of a billing cycle that ended on 2026-03-31, at 1 account: what is used now is not known";
    expect(report.notes).toContain(told);
    expect({ code, warnings: row("sub_1").warnings }).toEqual({
      code: 7,
      warnings: [
        "95 % of limits.monthlyCreditLimit was used in the time that ended on 2026-03-31: 19000 of 20000 credits; what is used now is not known",
      ],
    });
    const { output } = await run([], late);
    expect(output).toMatch(/limits\.monthlyCreditLimit +1 +19000 +20000 +credits +billing cycle, over/);
    expect(output).toContain(`note  ${told}`);
    expect(read("report.html")).toContain("cycle 1–31 Mar, over");
    expect(read("report.html")).toContain("of 1 of 1 accounts the period is over");
    expect((await json()).report.notes).toEqual([]);
  });

  it("of two billing cycles or windows in one sum are told", async () => {
    const { json, emulator } = await openEstate({
      bolna: [{ id: uuid(2), name: "Beta" }],
      tenants: [{ externalId: "tenant-beta", accounts: [{ vendor: "bolna", id: uuid(2) }] }],
    });
    const span = (id: string, from: string) => ({
      sub_account_id: id,
      total_cost: 5,
      from,
      to: "2026-03-10T23:59:59.999",
    });
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: {
        kind: "status",
        when: "before",
        status: 200,
        body: [span(uuid(1), "2026-03-01T00:00:00"), span(uuid(2), "2026-02-01T00:00:00")],
      },
    });
    expect((await json(["--vendor", "bolna"])).report.notes).toEqual([
      "Bolna: the sum of totalCostCents is of 2 different windows: 2026-02-01T00:00:00.000Z to 2026-03-10T23:59:59.999Z and 2026-03-01T00:00:00.000Z to 2026-03-10T23:59:59.999Z",
    ]);
  });

  it("are absent, never 0, where the vendor does not say them, and a failed call is a problem", async () => {
    const { json, emulator } = await openEstate();
    emulator.fault({
      vendor: "bctrl",
      path: "/v1/subaccounts/usage",
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 403 },
    });
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: {
        kind: "status",
        when: "after",
        status: 200,
        body: [{ sub_account_id: uuid(1), total_cost: null, total_records: 1, total_duration: 2 }],
      },
    });
    const { code, report, metric } = await json();
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({ declared: 20_000, actual: 20_000 });
    for (const [id, name] of [
      ["sub_1", "limits.monthlyCreditLimit"],
      [uuid(1), "totalCostCents"],
    ] as const) {
      expect(metric(id, name)).toBeDefined();
      expect(metric(id, name)).not.toHaveProperty("used");
    }
    const cost = report.sums.find((each) => each.metric === "totalCostCents");
    expect(cost).toMatchObject({ unknown: 1 });
    expect(cost).not.toHaveProperty("used");
    expect(cost).not.toHaveProperty("actual");
    expect({ code, problems: report.problems }).toEqual({
      code: 1,
      problems: [
        expect.stringMatching(/^bctrl .*403/),
        `Bolna: the vendor says no totalCostCents used by 1 account, such as ${uuid(1)}. Run this again`,
      ],
    });
  });

  it("that are null in every row could not be told, one by one either", async () => {
    const { json, emulator } = await openEstate();
    const reply = (vendor: "zavu" | "bctrl", path: string, body: object) =>
      emulator.fault({
        vendor,
        path,
        times: Number.POSITIVE_INFINITY,
        fault: { kind: "status", when: "before", status: 200, body },
      });
    const nothing = { subaccountId: "sub_1", credits: null, runs: null };
    reply("bctrl", "/v1/subaccounts/usage", { data: [nothing] });
    reply("bctrl", "/v1/subaccounts/sub_1", { id: "sub_1", name: "Acme", status: "active", usage: nothing });
    reply("zavu", "/v1/sub-accounts", {
      items: [{ id: "zv1", name: "Acme", status: "active", totalSpent: null, ...markerOf() }],
    });
    const { code, report } = await json(["--history", "h.ndjson"]);
    expect({ code, problems: report.problems }).toEqual({
      code: 1,
      problems: [
        "bctrl: the vendor says no usage of 1 account, such as sub_1. Run this again",
        "Zavu: the vendor says no creditLimit used by 1 account, such as zv1. Run this again",
      ],
    });
  });

  it("of an account that the list of accounts does not have are a note, with their sum", async () => {
    const { json, emulator } = await openEstate();
    const used = (id: string, total_cost: number) => ({
      sub_account_id: id,
      total_cost,
      total_records: 2,
      total_duration: 30,
    });
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: {
        kind: "status",
        when: "before",
        status: 200,
        body: [used(uuid(1), 5), used(uuid(8), 50_000.1), used(uuid(9), 0.2)],
      },
    });
    const { code, report } = await json();
    expect({ code, notes: report.notes }).toEqual({
      code: 0,
      notes: [
        `Bolna: the list of usage has 2 accounts that the list of accounts does not have, such as ${uuid(8)}. They are in no sum and no CSV: totalCostCents 50000.3 cents, totalRecords 4 calls, totalDurationSeconds 60 seconds`,
      ],
    });
  });

  it.each([-1, 1e308])("of a limit of %d are of none that the vendor shows", async (creditLimit) => {
    const { json, emulator } = await openEstate();
    const account = { id: "zv1", name: "Acme", status: "active", totalSpent: 1, creditLimit, ...markerOf() };
    emulator.fault({
      vendor: "zavu",
      path: "/v1/sub-accounts",
      fault: { kind: "status", when: "before", status: 200, body: { items: [account] } },
    });
    // The account by itself has the limit.
    expect((await json()).metric("zv1", "creditLimit")).toMatchObject({ actual: 5_000, used: 3_100 });
  });

  it("so large that no sum of them is exact could not be told, and are in no history", async () => {
    const { json, emulator, folder } = await openEstate({ changed: { zavu: { creditLimit: null } } });
    emulator.bctrl.setUsage("sub_1", { usedCredits: 1e308, activeRuns: 1, usedSpaces: 1 });
    const { code, report, metric } = await json(["--history", "h.ndjson"]);
    expect({ code, problems: report.problems }).toEqual({
      code: 1,
      problems: [
        "bctrl: the vendor says no limits.monthlyCreditLimit used by 1 account, such as sub_1. Run this again",
      ],
    });
    expect(metric("sub_1", "limits.monthlyCreditLimit")).not.toHaveProperty("used");
    expect(existsSync(join(folder, "h.ndjson"))).toBe(false);
  });

  it("of a spending cap are read where it is declared, by a call each", async () => {
    const capped = { vendor: "bctrl", id: "sub_1", inputs: { spendingCap: 900 } };
    const { json, emulator } = await openEstate({
      changed: { bctrl: { spendingCap: 700 } },
      bctrl: [{ id: "sub_2", name: "Beta", spendingCap: 5 }],
      states: [stateOf([{ externalId: "tenant-acme", accounts: [capped] }])],
      env: { ZAVUDEV_API_KEY: "", BOLNA_API_KEY: "" },
    });
    const { report, metric, row } = await json();
    expect(metric("sub_1", "spendingCap")).toMatchObject({
      declared: 900,
      actual: 700,
      used: 0,
      unit: "cents",
    });
    expect(row("sub_1").warnings).toEqual(["spendingCap is 900 in the state and 700 at bctrl"]);
    expect(metric("sub_2", "spendingCap")).toBeUndefined();
    expect(report.notes).toEqual([
      "bctrl: spendingCap of 1 accounts read one by one, as the vendor lists them nowhere",
    ]);
    expect(emulator.requests.filter(({ path }) => path.includes("spending-cap"))).toHaveLength(1);
  });

  it.each(["2026-10-01", "v1", "v2"])("of bctrl are the same in its API version %s", async (version) => {
    const { json } = await openEstate({ env: { BCTRL_API_VERSION: version } });
    const { metric } = await json(["--vendor", "bctrl"]);
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({
      used: 9_000,
      period: { kind: "cycle", ...MARCH },
    });
  });

  it("have each vendor's limits among them", () => {
    const shown = LIMITS.filter(({ vendor, path }) => usages[vendor]?.metrics[path] !== undefined);
    expect(shown).toEqual(LIMITS);
  });
});

describe("what a person should look at", () => {
  it("is a limit that is near, and drift", async () => {
    const { json } = await openEstate({ changed: { zavu: { creditLimit: 3_500 }, bctrl: { limits: {} } } });
    const { code, row } = await json();
    expect(row("zv1").warnings).toEqual([
      "creditLimit is 5000 in the state and 3500 at Zavu",
      "88 % of creditLimit is used: 3100 of 3500 cents",
    ]);
    expect(row("sub_1").warnings).toEqual([
      "limits.monthlyCreditLimit is 20000 in the state and no limit at bctrl",
      "limits.maxActiveRuns is 5 in the state and no limit at bctrl",
    ]);
    expect(code).toBe(7);
    expect((await json(["--warn", "90%"])).row("zv1").warnings).toHaveLength(1);
  });

  it("is no limit that is not there, whatever the share", async () => {
    const { json } = await openEstate();
    const { row } = await json(["--warn", "0%", "--vendor", "bctrl"]);
    expect(row("sub_1").warnings).toEqual([
      "45 % of limits.monthlyCreditLimit is used: 9000 of 20000 credits",
      "40 % of limits.maxActiveRuns is used: 2 of 5 runs at once",
    ]);
  });

  it.each([
    [29_000, 100_000, "29 %"],
    [11_500, 10_000, "115 %"],
    [9_999_999_999, 10_000_000_000, "99 %"],
    [10_000, 10_000, "100 %"],
  ])("names the share of %i of %i as %s", async (totalSpent, creditLimit, share) => {
    const { json } = await openEstate({ changed: { zavu: { totalSpent, creditLimit } } });
    const { row } = await json(["--warn", "10%", "--vendor", "zavu"]);
    expect(row("zv1").warnings.at(-1)).toMatch(new RegExp(`^${share} of creditLimit is used`));
  });

  it("is an account that a vendor does not show, or shows as ended", async () => {
    const { json, emulator } = await openEstate();
    emulator.zavu.change("zv1", { status: "inactive" });
    emulator.bctrl.remove("sub_1");
    emulator.bolna.remove(uuid(1));
    const { code, row } = await json();
    expect(
      [row("zv1"), row("sub_1"), row(uuid(1))].map(({ status, warnings }) => [status, ...warnings]),
    ).toEqual([
      ["ended", "it has ended at Zavu (inactive)"],
      ["missing", "bctrl does not show it: pulumi refresh tells whether it is gone"],
      ["missing", "Bolna does not show it: pulumi refresh tells whether it is gone"],
    ]);
    expect(code).toBe(7);
  });

  it("is not one that the list alone does not show", async () => {
    const suspended = { ...acme, suspended: { zavu: { status: "active" } } };
    const { json } = await openEstate({
      changed: { zavu: { status: "inactive" } },
      states: [
        stateOf([
          { ...suspended, accounts: [{ vendor: "zavu", id: "zv1", inputs: { status: "inactive" } }] },
        ]),
      ],
      options: { zavu: { inactiveInList: false } },
      env: { BCTRL_API_KEY: "", BOLNA_API_KEY: "" },
    });
    const { code, row } = await json();
    expect(row("zv1")).toMatchObject({ status: "suspended", warnings: [] });
    expect(code).toBe(0);
  });

  it("is a suspension that the vendor does not have; one that it has is none, nor its limit of 0", async () => {
    const stopped = (id: string) => ({
      externalId: `tenant-${id}`,
      suspended: { bctrl: { limits: { monthlyCreditLimit: 20_000 } } },
      accounts: [{ vendor: "bctrl", id, inputs: { limits: { monthlyCreditLimit: 0 } } }],
    });
    const { json, emulator } = await openEstate({
      bctrl: [
        { id: "sub_2", name: "Beta", limits: { monthlyCreditLimit: 0 } },
        { id: "sub_3", name: "Gamma", limits: { monthlyCreditLimit: 20_000 } },
      ],
      tenants: [stopped("sub_2"), stopped("sub_3")],
    });
    emulator.bctrl.setUsage("sub_2", { usedCredits: 19_000 });
    const { code, row } = await json();
    expect(row("sub_2")).toMatchObject({ status: "suspended", warnings: [] });
    expect(row("sub_3")).toMatchObject({
      status: "active",
      warnings: ["it is suspended in the state and not at bctrl"],
    });
    expect(code).toBe(7);
  });

  it("is an account that no state has, and one that a stack has left behind", async () => {
    const { json } = await openEstate({
      zavu: [
        { id: "zv2", name: "Left", externalId: "tenant-left", totalSpent: 5, ...markerOf() },
        { id: "zv3", name: "By hand", totalSpent: 40 },
        { id: "zv4", name: "Gone", status: "inactive", ...markerOf() },
        { id: "zv5", name: "Another's", ...markerOf("dev", "owner-of-dev") },
      ],
    });
    const { code, report, row } = await json();
    expect(row("zv2")).toMatchObject({
      standing: "retained",
      externalId: "tenant-left",
      tier: null,
      warnings: [
        "it carries the marker of prod, whose state does not have it any more: it lives and is paid",
      ],
    });
    expect(row("zv3")).toMatchObject({ standing: "unclaimed", warnings: ["no state that was read has it"] });
    expect(row("zv4")).toMatchObject({ standing: "retained", status: "ended", warnings: [] });
    expect(row("zv5")).toMatchObject({ standing: "unclaimed", warnings: [] });
    expect(report.notes).toEqual([
      "1 accounts carry markers of dev of tenants, whose state was not read: name its export with --state",
    ]);
    // Sums are of what is managed.
    expect(report.sums.find(({ vendor }) => vendor === "zavu")).toMatchObject({ accounts: 1, used: 3_100 });
    expect(code).toBe(7);
  });

  it("is not a state that is given twice", async () => {
    const { json } = await openEstate();
    const { code, report } = await json(["--state", "state-0.json", "./state-0.json"]);
    expect({ code, stacks: report.stacks }).toEqual({ code: 0, stacks: [{ stack: "prod", accounts: 3 }] });
  });

  it("is one account in the states of two stacks, of one name too", async () => {
    const { json: alike } = await openEstate({
      states: [stateOf([acme]), stateOf([acme], "prod", "owner-2")],
    });
    expect((await alike()).row("zv1").warnings).toEqual([
      "the states of prod and prod (state-1.json) both have it",
    ]);
    const { json } = await openEstate({ states: [stateOf([acme]), stateOf([acme], "dev")] });
    const { report, row } = await json();
    expect(report.stacks).toEqual([
      { stack: "prod", accounts: 3 },
      { stack: "dev", accounts: 3 },
    ]);
    expect(report.rows).toHaveLength(3);
    expect(row("zv1").warnings).toEqual(["the states of prod and dev both have it"]);
  });
});

describe("what could not be told", () => {
  it("is a list that has no end: exit code 1, and nothing is said to be missing for it", async () => {
    const { json, emulator } = await openEstate();
    emulator.fault({
      vendor: "bctrl",
      path: "/v1/subaccounts",
      fault: { kind: "status", when: "before", status: 200, body: { data: [], hasMore: true } },
    });
    emulator.fault({
      vendor: "bctrl",
      path: "/v1/subaccounts/sub_1",
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 403 },
    });
    const { code, report, row } = await json();
    expect(row("sub_1")).toMatchObject({ status: "unknown", warnings: [] });
    expect(report.problems).toEqual([
      "bctrl: the list of accounts says that there is more and gives no cursor, so some may be missing. Run this again",
      expect.stringMatching(/^bctrl .*403/),
    ]);
    expect(code).toBe(1);
  });

  it("is a vendor without a key whose accounts the states have, unless another one is asked for", async () => {
    const { json } = await openEstate({ env: { ZAVUDEV_API_KEY: "" } });
    const { code, report, row } = await json();
    expect({ code, problems: report.problems, status: row("zv1").status }).toEqual({
      code: 1,
      problems: [
        "Zavu: 1 accounts of the states were not read, since there is no key: export ZAVUDEV_API_KEY=<key>",
      ],
      status: "unknown",
    });
    const { code: other, report: part } = await json(["--vendor", "bctrl"]);
    expect({ other, vendors: part.rows.map(({ vendor }) => vendor) }).toEqual({
      other: 0,
      vendors: ["bctrl"],
    });
  });

  it("is where the accounts are, with the key of another organization", async () => {
    const placed = (place: string) => ({ __nonce: `n.tag.owner.${place}` });
    const { json, emulator } = await openEstate({
      states: [
        stateOf([
          { externalId: "a", accounts: [{ vendor: "zavu", id: "zv8", outputs: placed("team:jt7other") }] },
          { externalId: "b", accounts: [{ vendor: "zavu", id: "zv9", outputs: placed("team:jt7other") }] },
        ]),
      ],
    });
    const { code, report, row } = await json(["--vendor", "zavu"]);
    expect(report.problems).toEqual([
      "Zavu: the key is of the organization jt7emulator0001, and the accounts of the state are in jt7other. Use a key of that one",
    ]);
    expect({ code, status: row("zv9").status }).toEqual({ code: 1, status: "unknown" });
    expect(emulator.requests.filter(({ path }) => path.includes("zv9"))).toEqual([]);
  });

  it("is where some of the accounts are, with the key of the others' organization", async () => {
    const ofZavu = (id: string, team: string) => ({
      externalId: id,
      accounts: [{ vendor: "zavu", id, outputs: { __nonce: `n.tag.owner.team:${team}` } }],
    });
    const { json } = await openEstate({
      states: [stateOf([ofZavu("zv1", "jt7emulator0001"), ofZavu("zv9", "jt7other")])],
    });
    const { code, report, row, metric } = await json(["--vendor", "zavu"]);
    expect(report.problems).toEqual([
      expect.stringMatching(/^Zavu: the key is of the organization jt7emulator0001, .* are in jt7other\./),
    ]);
    expect({ code, status: row("zv9").status }).toEqual({ code: 1, status: "unknown" });
    expect(metric("zv1", "creditLimit")).toMatchObject({ used: 3_100 });
  });
});
