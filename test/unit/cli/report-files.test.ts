import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Emulator } from "../../../emulator";
import { acme, openEstate, uuid } from "./report-estate";
import { stateOf } from "./report-world";

const at = (time: string) => new Date(`2026-${time}Z`);

/** Acme's report at some times, with a history. */
async function months() {
  const { emulator, json, ...rest } = await openEstate();
  const args = ["--history", "report.ndjson"];
  return {
    ...rest,
    json,
    emulator,
    spend: (totalSpent: number) => emulator.zavu.change("zv1", { totalSpent }),
    report: (time: string, ...more: string[]) => json([...args, ...more], at(time)),
  };
}

/** Has bctrl show its cycle of a month of 2026 from now on. */
function showCycle(emulator: Emulator, usedCredits: number, month: string, next: string): void {
  const used = { credits: { used: usedCredits }, runs: { active: 2 }, spaces: { used: 1 } };
  const period = { startedAt: `2026-${month}-01T00:00:00.000Z`, endsAt: `2026-${next}-01T00:00:00.000Z` };
  const body = { data: [{ subaccountId: "sub_1", ...used, period }] };
  emulator.fault({
    vendor: "bctrl",
    path: "/v1/subaccounts/usage",
    fault: { kind: "status", when: "before", status: 200, body },
  });
}

describe("--history", () => {
  it("tells what an account of Zavu used in a month, by the report at its begin", async () => {
    const { report, spend, read } = await months();
    await report("03-01T05:00:00");
    spend(4_000);
    const { report: second, metric } = await report("03-17T05:00:00");
    expect(metric("zv1", "creditLimit")).toMatchObject({
      used: 4_000,
      thisMonth: 900,
      monthFrom: "2026-03-01T05:00:00.000Z",
    });
    expect(
      second.history.map(({ at: time, sums }) => [time, sums.find(({ vendor }) => vendor === "zavu")?.used]),
    ).toEqual([["2026-03-01T05:00:00.000Z", 3_100]]);
    expect(read("report.ndjson").trimEnd().split("\n")).toHaveLength(2);
  });

  it("tells nothing where no report is near the month's begin, but of an account that was made within the month", async () => {
    const { report, spend, emulator } = await months();
    await report("03-04T05:00:00");
    spend(4_000);
    const { metric } = await report("03-17T05:00:00");
    expect(metric("zv1", "creditLimit")).not.toHaveProperty("thisMonth");
    emulator.zavu.change("zv1", { createdAt: "2026-03-02T10:00:00.000Z" });
    const { metric: later } = await report("03-18T05:00:00");
    expect(later("zv1", "creditLimit")).toMatchObject({ thisMonth: 4_000 });
  });

  it("tells of a total that is less than at the month's beginning, of which the month is not known", async () => {
    const { report, spend } = await months();
    await report("03-01T05:00:00");
    spend(50);
    const { metric, report: last } = await report("03-18T05:00:00");
    expect(metric("zv1", "creditLimit")).not.toHaveProperty("thisMonth");
    expect(last.notes).toContainEqual(
      expect.stringMatching(
        /^Zavu zv1: creditLimit was \d+ at the beginning of 2026-03 and 50 at its end or now/,
      ),
    );
  });

  it("gives a month that is over, of all vendors, on the day after it", async () => {
    const { report, spend, emulator } = await months();
    await report("03-01T05:00:00");
    spend(4_000);
    await report("03-31T23:30:00");
    spend(4_100);
    emulator.bctrl.setUsage("sub_1", { usedCredits: 3 });
    // bctrl's next cycle has begun by its own clock, too.
    showCycle(emulator, 3, "04", "05");
    const { metric, report: last } = await report("04-01T04:00:00", "--month", "2026-03");
    // The report of 23:30 is nearer to the month's end than this one, and April begins with it.
    expect(metric("zv1", "creditLimit")).toMatchObject({
      thisMonth: 900,
      monthTo: "2026-03-31T23:30:00.000Z",
    });
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({
      used: 3,
      thisMonth: 9_000,
      monthTo: "2026-03-31T23:30:00.000Z",
    });
    expect(metric(uuid(1), "totalCostCents")).toMatchObject({
      thisMonth: 87.5,
      period: { from: "2026-03-01T00:00:00.000Z", to: "2026-03-31T23:59:59.999Z" },
    });
    const { metric: april } = await report("04-01T04:00:00");
    expect(april("zv1", "creditLimit")).toMatchObject({
      thisMonth: 100,
      monthFrom: "2026-03-31T23:30:00.000Z",
    });
    // A report of another month is no step of the trend.
    expect(last.history).toHaveLength(2);
    expect((await report("04-01T04:30:00")).report.history).toHaveLength(3);
  });

  // The daily report is made at 22:00 or at 06:00, the table between two of them.
  it.each([
    ["03-31T22:00:00", "04-01T22:00:00"],
    ["03-31T06:00:00", "04-01T06:00:00"],
  ])(
    "begins April of Zavu with the report that ended March where that is nearest, between %s and %s",
    async (before, after) => {
      const { report, spend, run } = await months();
      const quantity = async (time: string, month: string) => {
        const { output } = await run(["--history", "report.ndjson", "--month", month, "--csv"], at(time));
        return /zavu,creditLimit,cents,([^,]*),/.exec(output)?.[1];
      };
      const daily = (time: string, total: number) => {
        spend(total);
        return report(time);
      };
      await daily("03-01T05:00:00", 1_000);
      await daily(before, 2_000);
      spend(2_300);
      expect(await quantity("04-01T01:00:00", "2026-03")).toBe("1300");
      const { report: second } = await daily(after, 2_500);
      // The windows of that report are of March: the trend has its other sums alone.
      expect(
        second.history.map(({ sums }) => sums.some(({ metric }) => metric === "totalCostCents")),
      ).toEqual([true, true, false]);
      await daily("04-30T22:00:00", 5_000);
      spend(5_400);
      expect(await quantity("05-01T01:00:00", "2026-04")).toBe("3100");
      expect(await quantity("05-20T01:00:00", "2026-04")).toBe("3100");
    },
  );

  it("ends no month of Zavu by a report that it cannot keep", async () => {
    const { emulator, report, json, spend } = await months();
    await report("03-01T05:00:00");
    await report("03-31T22:00:00");
    spend(4_100);
    const broken = () =>
      emulator.fault({
        vendor: "bolna",
        path: "/sub-accounts/all",
        fault: { kind: "status", when: "before", status: 403 },
      });
    broken();
    const { metric } = await report("04-01T01:00:00", "--month", "2026-03");
    expect(metric("zv1", "creditLimit")).toMatchObject({ thisMonth: 0, monthTo: "2026-03-31T22:00:00.000Z" });
    emulator.zavu.change("zv1", { createdAt: "2026-03-02T10:00:00.000Z" });
    const { metric: alone } = await json(["--month", "2026-03"], at("04-01T01:00:00"));
    expect(alone("zv1", "creditLimit")).not.toHaveProperty("thisMonth");
  });

  it.each([
    ["2026-03-20T00:00:00", "2026-03"],
    ["2026-04-20T00:00:00", "2026-04"],
  ])("takes no window of Bolna that ends at %s for the month %s", async (to, month) => {
    const { emulator, json } = await openEstate();
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: {
        kind: "status",
        when: "before",
        status: 200,
        body: [{ sub_account_id: uuid(1), total_cost: 60, from: `${month}-01T00:00:00`, to }],
      },
    });
    const { metric } = await json(["--month", month], at("04-27T12:00:00"));
    expect(metric(uuid(1), "totalCostCents")).toMatchObject({ used: 60 });
    expect(metric(uuid(1), "totalCostCents")).not.toHaveProperty("thisMonth");
  });

  it("gets no report in which a part could not be told", async () => {
    const { report, emulator, read } = await months();
    await report("03-01T05:00:00");
    emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all",
      fault: { kind: "status", when: "before", status: 403 },
    });
    expect((await report("03-02T05:00:00")).code).toBe(1);
    expect(read("report.ndjson").trimEnd().split("\n")).toHaveLength(1);
  });

  it("gets no report of fewer stacks than its newest one", async () => {
    const { run, read } = await openEstate({ states: [stateOf([]), stateOf([], "eu")] });
    await run(["--history", "h.ndjson"]);
    const { output } = await run(["--history", "h.ndjson", "--state", "state-0.json"]);
    expect(output).toMatch(
      /^note {2}the history has no line of this report: its newest one has the state of tenants\/eu, too\. Give it/m,
    );
    expect(read("h.ndjson").trimEnd().split("\n")).toHaveLength(1);
  });

  it("is of the stacks of a project: another project's, of one name, may share the file", async () => {
    const ofBilling = JSON.parse(JSON.stringify(stateOf([acme])).replaceAll("::tenants::", "::billing::"));
    const { json, read } = await openEstate({ states: [stateOf([acme]), ofBilling] });
    const alone = (file: string) => ["--history", "h.ndjson", "--state", file];
    await json(alone("state-0.json"), at("03-02T05:00:00"));
    const first = (await json(alone("state-1.json"), at("03-03T05:00:00"))).report;
    expect(first.history).toEqual([]);
    expect(first.notes).toContain(
      "1 line of the history is of other stacks, such as tenants/prod, and not counted here",
    );
    const { report } = await json(alone("state-1.json"), at("03-04T05:00:00"));
    expect(report.history.map((past) => past.at)).toEqual(["2026-03-03T05:00:00.000Z"]);
    expect(read("h.ndjson").trimEnd().split("\n")).toHaveLength(3);
  });

  it("goes on with lines of versions that wrote no project", async () => {
    const { json, put, read } = await openEstate({ states: [stateOf([acme]), stateOf([], "eu")] });
    await json(["--history", "h.ndjson"], at("03-02T05:00:00"));
    const { stackIds, ...older } = JSON.parse(read("h.ndjson"));
    expect(stackIds).toEqual(["tenants/prod", "tenants/eu"]);
    put("h.ndjson", `${JSON.stringify({ ...older, stacks: ["prod", "eu (eu.json)"] })}\n`);
    const { report } = await json(["--history", "h.ndjson"], at("03-03T05:00:00"));
    expect(report.history).toHaveLength(1);
    expect(report.notes).toEqual([]);
  });

  it("gets no report of one of two stacks of one name that a version without projects wrote", async () => {
    const ofBilling = JSON.parse(JSON.stringify(stateOf([])).replaceAll("::tenants::", "::billing::"));
    const { run, put, read } = await openEstate({ states: [stateOf([acme]), ofBilling] });
    await run(["--history", "h.ndjson"], at("03-02T05:00:00"));
    const { stackIds, ...older } = JSON.parse(read("h.ndjson"));
    put("h.ndjson", `${JSON.stringify(older)}\n`);
    const { output } = await run(["--history", "h.ndjson", "--state", "state-0.json"], at("03-03T05:00:00"));
    expect(output).toMatch(/its newest one has the state of prod \(state-1\.json\), too\. Give it/);
    expect(read("h.ndjson").trimEnd().split("\n")).toHaveLength(1);
  });

  it("says the same of a month of bctrl days later as on the day after it, where its cycle showed for that long", async () => {
    const { emulator, report } = await months();
    showCycle(emulator, 8_000, "03", "04");
    await report("03-31T12:00:00");
    showCycle(emulator, 8_500, "03", "04");
    await report("04-01T00:30:00");
    showCycle(emulator, 10, "04", "05");
    await report("04-01T13:00:00");
    showCycle(emulator, 20, "04", "05");
    const { metric } = await report("04-03T05:00:00", "--month", "2026-03");
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({
      thisMonth: 8_500,
      monthTo: "2026-04-01T00:30:00.000Z",
    });
  });

  it("names a line that a killed run cut off, and goes on in a line of its own once it is out", async () => {
    const { report, run, read, put } = await months();
    await report("03-01T05:00:00");
    put("report.ndjson", read("report.ndjson").trimEnd());
    await report("03-02T05:00:00");
    expect(read("report.ndjson").trimEnd().split("\n")).toHaveLength(2);
    put("report.ndjson", `${read("report.ndjson")}{"version":1,"at":"20`);
    const { code, output } = await run(["--history", "report.ndjson"], at("03-03T05:00:00"));
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^error: .*report\.ndjson:3 is no line of this history: take it out, or name another file with --history\n$/,
      ),
    });
  });
});

const RATES = `currency: EUR
limit:
  zavu.creditLimit: 0.01
usage:
  zavu.creditLimit: 0.01
  bctrl.limits.monthlyCreditLimit: 0.001
`;

describe("--rates", () => {
  it("say what was used and what a limit allows, each by its own rate", async () => {
    const { json, put } = await openEstate();
    put("rates.yaml", RATES);
    const { report, metric } = await json(["--rates", "rates.yaml"]);
    expect(metric("zv1", "creditLimit")).toMatchObject({ cost: 31, mayCost: 50 });
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({ cost: 9 });
    expect(metric("sub_1", "limits.monthlyCreditLimit")).not.toHaveProperty("mayCost");
    expect(metric(uuid(1), "totalCostCents")).not.toHaveProperty("cost");
    expect(report.currency).toBe("EUR");
    expect(report.sums.find(({ vendor }) => vendor === "zavu")).toMatchObject({ cost: 31, mayCost: 50 });
  });

  it.each([
    [
      "currency: EUR\nusage:\n  zavu.creditLimits: 1\n",
      /usage\.zavu\.creditLimits is not known; did you mean zavu\.creditLimit\?/,
    ],
    ["currency: euro\n", /currency is wrong: give currency: USD/],
    ["currency: EUR\nusage:\n  zavu.creditLimit: -1\n", /usage\.zavu\.creditLimit is wrong/],
    ["currency: [EUR\n", /cannot be read \(it is no YAML\)/],
  ])("are refused where they are wrong: %s", async (text, message) => {
    const { run, put, emulator } = await openEstate();
    put("rates.yaml", text);
    const { code, output } = await run(["--rates", "rates.yaml"]);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) });
    expect(emulator.requests).toEqual([]);
  });
});

describe("--csv", () => {
  it("has a row for each metric of an account, n/a where nothing tells, and no formula", async () => {
    const { run, put } = await openEstate({
      zavu: [
        { id: "zv2", name: "Beta", externalId: "=1+1", totalSpent: 9, createdAt: "2026-03-02T10:00:00.000Z" },
      ],
    });
    put("rates.yaml", RATES);
    const { output } = await run(["--csv", "--rates", "rates.yaml"]);
    expect(output.trimEnd().split("\n")).toEqual([
      "month,tenant,tier,vendor,metric,unit,quantity,amount,currency,account,from,to,stack,standing",
      "2026-03,'=1+1,,zavu,creditLimit,cents,9,0.09,EUR,zv2,,,,unclaimed",
      "2026-03,tenant-acme,gold,bctrl,limits.monthlyCreditLimit,credits,9000,9,EUR,sub_1,,,prod,managed",
      `2026-03,tenant-acme,gold,bolna,totalCostCents,cents,87.5,n/a,EUR,${uuid(1)},,,prod,managed`,
      `2026-03,tenant-acme,gold,bolna,totalRecords,calls,12,n/a,EUR,${uuid(1)},,,prod,managed`,
      `2026-03,tenant-acme,gold,bolna,totalDurationSeconds,seconds,340,n/a,EUR,${uuid(1)},,,prod,managed`,
      "2026-03,tenant-acme,gold,zavu,creditLimit,cents,n/a,n/a,EUR,zv1,,,prod,managed",
    ]);
  });
});

describe("the files of a report", () => {
  it("are all of one look at the vendors", async () => {
    const { run, read, emulator } = await openEstate();
    const { code, output } = await run(["--out", "page.html", "--json", "usage.json", "--csv", "usage.csv"]);
    expect(code).toBe(0);
    expect(JSON.parse(read("usage.json")).rows).toHaveLength(3);
    expect(read("usage.csv")).toMatch(/^month,/);
    expect(read("page.html")).toMatch(/^<!doctype html>/i);
    expect(output).toMatch(
      /3 accounts, 5 calls, 0 to look at\nwritten: page\.html\nwritten: usage\.json\nwritten: usage\.csv\n$/,
    );
    expect(emulator.requests).toHaveLength(5);
  });

  it("are report.html alone, with the sums in the terminal, where nothing is said", async () => {
    const { run, read } = await openEstate({ changed: { zavu: { creditLimit: 3_500 } } });
    const { code, output } = await run([]);
    expect(code).toBe(7);
    expect(output).toMatch(/^zavu +gold +creditLimit +1 +3100 +3500 +cents +since it was made$/m);
    expect(output).toMatch(
      /^look {2}tenant-acme zavu zv1: 88 % of creditLimit is used: 3100 of 3500 cents$/m,
    );
    expect(read("report.html")).toMatch(/^<!doctype html>/i);
  });

  it.each([
    [["--json", "--csv"], /only one goes to standard output/],
    [["--json", "x.out", "--csv", "./x.out"], /x\.out is given twice, and would be overwritten/],
    [["--history", "h.ndjson", "--json", "h.ndjson"], /h\.ndjson is given twice/],
    [["--state", "notes.txt", "--out", "notes.txt"], /notes\.txt is given twice/],
    [["--rates", "notes.txt", "--out", "notes.txt"], /notes\.txt is given twice/],
    [["--tenants", "notes.txt", "--out", "notes.txt"], /notes\.txt is given twice/],
    [["--warn", "eighty"], /--warn is a share such as 80%, at most 100%/],
    [["--warn", "8"], /--warn is a share such as 80%/],
    [["--warn", "1000%"], /--warn is a share such as 80%/],
    [["--month", "2027-01"], /--month takes a month that has begun/],
    [["--history", "h", "--vendor", "zavu"], /--history holds whole reports/],
    [["--tiers", "tiers.yaml"], /--tiers is of the files of --tenants/],
    [["--vendor", "zavoo"], /there is no vendor "zavoo"/],
    [["--out", "missing/page.html"], /missing\/page\.html cannot be written \(ENOENT\)/],
    [["--state", "missing.json"], /the state .*missing\.json cannot be read \(ENOENT\)/],
    [["--state", "notes.txt"], /notes\.txt is not what pulumi stack export prints/],
    [["--tenants", "tenants/*.yaml"], /tenants/],
  ])("are not written with the mistake %j, in a line that says it", async (args, message) => {
    const { run, put, folder } = await openEstate();
    put("notes.txt", "notes");
    const { code, output } = await run(args);
    expect(existsSync(join(folder, "report.html"))).toBe(false);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) });
    expect(output).not.toMatch(/\n {4}at /);
  });
});

// A link that leads to a file, one to nothing yet, and a folder that is a link.
it.each([
  ["notes.lnk", "notes.txt"],
  ["later.lnk", "later.txt"],
  ["folder/later.txt", "later.txt"],
])("%s and %s, which are one file, are refused, and both are left as they are", async (one, other) => {
  const { run, put, read, folder } = await openEstate();
  put("notes.txt", "notes");
  symlinkSync("notes.txt", join(folder, "notes.lnk"));
  symlinkSync("later.txt", join(folder, "later.lnk"));
  symlinkSync(".", join(folder, "folder"));
  for (const args of [
    ["--history", other, "--json", one],
    ["--json", other, "--csv", one],
    ["--rates", one, "--out", other],
  ]) {
    const { code, output } = await run(args);
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/ is given twice, and would be/),
    });
  }
  expect(read("notes.txt")).toBe("notes");
  expect(existsSync(join(folder, "later.txt"))).toBe(false);
});

it("a report of which a part could not be told has n/a for its limits, and no line in the history", async () => {
  const { emulator, run, folder } = await openEstate();
  const fault = { kind: "status", when: "before", status: 403, body: {} } as const;
  emulator.fault({ vendor: "zavu", fault });
  const { code, output } = await run(["--history", "report.ndjson"]);
  expect(output).toMatch(/^zavu +gold +creditLimit +1 +n\/a +n\/a +cents/m);
  expect(output).toContain("note  the history has no line of this report: it takes");
  expect({ code, hasHistory: existsSync(join(folder, "report.ndjson")) }).toEqual({
    code: 1,
    hasHistory: false,
  });
});

describe("--tenants", () => {
  it("adds accounts that no state has yet, and no other", async () => {
    const { json, put } = await openEstate({
      states: [stateOf([{ externalId: "tenant-acme", accounts: [{ vendor: "zavu", id: "zv1" }] }])],
    });
    put("tiers.yaml", "gold:\n  zavu: { creditLimit: 700 }\n  bctrl: { limits: { maxSpaces: 2 } }\n");
    put(
      "tenants.yaml",
      "- { externalId: tenant-acme, name: Acme, tier: gold, vendors: { zavu: {}, bctrl: {} } }\n" +
        "- { externalId: tenant-beta, name: Beta, tier: gold, vendors: { zavu: {} } }\n",
    );
    const { report } = await json(["--tenants", "tenants.yaml", "--tiers", "tiers.yaml", "--vendor", "zavu"]);
    const planned = report.rows.filter(({ standing }) => standing === "planned");
    expect(planned).toMatchObject([
      {
        externalId: "tenant-beta",
        tier: "gold",
        vendor: "zavu",
        account: null,
        status: "missing",
        warnings: [],
        metrics: [{ metric: "creditLimit", declared: 700 }],
      },
    ]);
  });

  it.each(["--json", "--out", "--history"])("does not match what %s wrote", async (option) => {
    const { run, put, read } = await openEstate();
    put("acme.yaml", "externalId: tenant-acme\nname: Acme\nvendors: { zavu: {} }\n");
    put("usage.json", "{}");
    const outputs = [option, "usage.json"];
    const { code, output } = await run(["--tenants", "*.yaml", "*.json", ...outputs]);
    expect({ code, output }).toEqual({
      code: 1,
      output:
        "error: usage.json is written by this command, and a pattern of --tenants matches it: write it elsewhere, or name a narrower pattern\n",
    });
    expect(read("usage.json")).toBe("{}");
  });
});

describe("a report shows no secret", () => {
  it("of a parent key, an account's key, or metadata, in whatever it writes", async () => {
    const { run, read, put, emulator } = await openEstate({
      changed: {
        zavu: { metadata: { crm: "canary-of-a-crm" } },
        bctrl: { metadata: { crm: "canary-of-a-crm" } },
      },
      zavu: [
        {
          id: "zv2",
          name: "key zv_live_sub_canary0123456789abcdef01234567",
          metadata: { note: "canary-of-a-crm" },
        },
      ],
      tenants: [
        {
          externalId: "tenant-beta",
          accounts: [
            {
              vendor: "zavu",
              id: "zv2",
              outputs: {
                apiKey: { "4dabf18193072939515e22adb298388d": "x", plaintext: '"canary-of-a-state"' },
              },
            },
          ],
        },
      ],
    });
    put("rates.yaml", RATES);
    const all = ["--history", "h.ndjson", "--rates", "rates.yaml"];
    const shown = [
      (await run([...all, "--out", "p.html", "--csv", "c.csv"])).output,
      (await run(["--json"])).output,
      ...["p.html", "c.csv", "h.ndjson"].map(read),
    ].join("\n");
    expect(shown).toContain("tenant-beta");
    const keys = [emulator.zavu, emulator.bctrl, emulator.bolna].flatMap((vendor) => [
      vendor.apiKey,
      ...vendor
        .dump()
        .flatMap((record) =>
          [...JSON.stringify(record).matchAll(/"(?:secret|api_key|apiKey)":"([^"]+)"/g)].map(
            ([, key]) => key,
          ),
        ),
    ]);
    expect(keys.length).toBeGreaterThan(4);
    for (const secret of [...keys, "canary-of-a-crm", "canary-of-a-state", "canary0123456789"]) {
      expect(shown).not.toContain(secret);
    }
  });

  it("that stands in the name of a stack", async () => {
    const { emulator, run, put, read } = await openEstate();
    const key = emulator.bctrl.apiKey;
    put("planted.json", stateOf([], key));
    const all = ["--state", "planted.json", "--history", "h.ndjson", "--out", "p.html", "--json", "u.json"];
    const { output } = await run(all);
    const second = await run(all);
    expect([output, second.output, ...["p.html", "u.json", "h.ndjson"].map(read)].join("\n")).not.toContain(
      key,
    );
    // The stack is that of the line before.
    expect(read("h.ndjson").trimEnd().split("\n")).toHaveLength(2);
  });

  it.each([{ ciphertext: "v1:abc" }, { plaintext: "5000" }])(
    "that the code keeps so, by the vendor's word for it: %j",
    async (value) => {
      const secret = (plaintext: string) => ({
        "4dabf18193072939515e22adb298388d": "x",
        ...("ciphertext" in value ? value : { plaintext }),
      });
      const inputs = {
        creditLimit: secret("5000"),
        externalId: secret('"tenant-acme"'),
        name: secret('"Acme"'),
      };
      const zavu = { vendor: "zavu", id: "zv1", inputs };
      const { json } = await openEstate({ states: [stateOf([{ externalId: "", accounts: [zavu] }])] });
      const { row, metric, output } = await json(["--vendor", "zavu"]);
      expect(metric("zv1", "creditLimit")).toMatchObject({ used: 3_100 });
      for (const member of ["declared", "actual", "share"])
        expect(metric("zv1", "creditLimit")).not.toHaveProperty(member);
      expect(row("zv1").name).toBeNull();
      expect(output).not.toMatch(/Acme|tenant-acme|5000/i);
    },
  );
});
