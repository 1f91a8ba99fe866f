import { describe, expect, it } from "vitest";
import { figure } from "../../../cli/report/page/words";
import { acme, openEstate, uuid } from "./report-estate";
import { stateOf } from "./report-world";

type Estate = Awaited<ReturnType<typeof openEstate>>;

/** Answers GET of a path with the vendor's own reply, changed. */
async function change(
  { emulator }: Estate,
  vendor: "bctrl" | "bolna",
  path: string,
  edit: (body: unknown) => unknown,
): Promise<void> {
  const { url, apiKey } = emulator[vendor];
  const reply = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
  const body = edit(await reply.json());
  emulator.fault({
    vendor,
    method: "GET",
    path,
    times: 9,
    fault: { kind: "status", when: "before", status: 200, body },
  });
}

const without = (member: string) => (body: unknown) =>
  JSON.parse(JSON.stringify(body, (key, value) => (key === member ? undefined : value)));

describe("subaccounts report, where a vendor leaves a limit out", () => {
  it("reads an account by itself whose limits the list leaves out", async () => {
    const estate = await openEstate();
    await change(estate, "bctrl", "/v1/subaccounts", without("limits"));
    const { code, metric } = await estate.json();
    expect(metric("sub_1", "limits.monthlyCreditLimit")).toMatchObject({ actual: 20_000, share: 0.45 });
    expect(code).toBe(0);
  });

  it.each([
    ["bctrl", "sub_1", "limits", "limits.monthlyCreditLimit"],
    ["bolna", uuid(1), "allow_concurrent_calls", "allowConcurrentCalls"],
  ] as const)("knows of no drift at %s, and says so", async (vendor, id, member, name) => {
    const estate = await openEstate();
    const paths = { bctrl: ["/v1/subaccounts", `/v1/subaccounts/${id}`], bolna: ["/sub-accounts/all"] };
    for (const path of paths[vendor]) await change(estate, vendor, path, without(member));
    const { code, report, row, metric } = await estate.json();
    expect(row(id).warnings).toEqual([]);
    expect(metric(id, name)).not.toHaveProperty("actual");
    expect(report.sums.find((sum) => sum.metric === name)).toMatchObject({ accounts: 1, limitUnknown: 1 });
    expect(report.problems).toEqual([
      expect.stringMatching(new RegExp(`does not show .*${name}.* of ${id}, so drift`)),
    ]);
    expect(code).toBe(1);
  });
});

describe("subaccounts report, where Bolna answers as the newer generation", () => {
  const answered = async (max: number | null) => {
    const estate = await openEstate();
    await change(estate, "bolna", "/sub-accounts/all", (body) =>
      (body as object[]).map((each) => ({
        ...without("allow_concurrent_calls")(each),
        min_concurrency: 2,
        max_concurrency: max,
      })),
    );
    return estate.json();
  };

  it("names the limits that an account has instead of the declared one", async () => {
    const { code, row, report } = await answered(null);
    expect(row(uuid(1)).warnings).toEqual([
      "allowConcurrentCalls is 4 in the state, and Bolna has minConcurrency 2 and maxConcurrency no limit instead",
    ]);
    expect({ code, problems: report.problems }).toEqual({ code: 7, problems: [] });
  });

  it("shows an account that Bolna has paused as suspended, and names it", async () => {
    const { row } = await answered(0);
    expect(row(uuid(1)).status).toBe("suspended");
    expect(row(uuid(1)).warnings).toContain("it is suspended at Bolna and not in the state");
  });
});

describe("subaccounts report, where a list says different things of one account", () => {
  it("does not take either, and says so", async () => {
    const estate = await openEstate({
      tenants: [{ externalId: "tenant-beta", accounts: [{ vendor: "bolna", id: uuid(2) }] }],
      bolna: [{ id: uuid(2), name: "Beta", allow_concurrent_calls: 1 }],
    });
    const twice = (limit: number) => (body: unknown) => [
      ...(body as object[]),
      { ...(body as object[])[0], allow_concurrent_calls: limit },
    ];
    await change(estate, "bolna", "/sub-accounts/all", twice(99));
    const { code, row, report } = await estate.json();
    const statuses = [row(uuid(1)).status, row(uuid(2)).status].sort();
    expect(statuses).toEqual(["active", "unknown"]);
    expect(report.problems).toEqual([
      expect.stringMatching(/Bolna: the list of accounts says different things of/),
    ]);
    expect(code).toBe(1);
  });

  it("gives no figure of an account whose usage is listed twice", async () => {
    const estate = await openEstate();
    const from = "2026-03-01T00:00:00.000Z";
    const line = { sub_account_id: uuid(1), from, to: "2026-03-10T23:59:59.999Z", total_cost: 87.5 };
    estate.emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all/usage",
      fault: { kind: "status", when: "before", status: 200, body: [line, { ...line, total_cost: 999 }] },
    });
    const { code, metric, report } = await estate.json(["--vendor", "bolna"]);
    expect(metric(uuid(1), "totalCostCents")).not.toHaveProperty("used");
    expect(report.problems).toEqual([expect.stringMatching(/the list of usage says different things of/)]);
    expect(code).toBe(1);
  });
});

it("a limit of 0 that nobody declares is a suspended account at bctrl", async () => {
  const { tenants, limits } = { tenants: [acme], limits: { maxActiveRuns: 5, monthlyCreditLimit: 0 } };
  const { json } = await openEstate({ changed: { bctrl: { limits } }, states: [stateOf(tenants)] });
  const { row } = await json();
  expect(row("sub_1").status).toBe("suspended");
  expect(row("sub_1").warnings).toEqual(["limits.monthlyCreditLimit is 20000 in the state and 0 at bctrl"]);
});

it("accounts of a vendor whose settings are refused were not read for these, and not for want of a key", async () => {
  const { json } = await openEstate({ env: { BCTRL_API_VERSION: "bogus" } });
  const { code, report } = await json();
  expect(report.problems).toEqual([
    expect.stringMatching(/BCTRL_API_VERSION is not supported/),
    "bctrl: 1 account of the states not read, as its settings are refused",
  ]);
  expect(code).toBe(1);
});

it("a figure beyond what can be counted is shown in powers of ten", () => {
  expect([figure(1e300), figure(-1e21), figure(1_234_567.891)]).toEqual(["1E300", "-1E21", "1,234,567.89"]);
});

it("a state with a byte order mark is read", async () => {
  const { run, put } = await openEstate();
  put("marked.json", `\uFEFF${JSON.stringify(stateOf([acme]))}`);
  expect((await run(["--state", "marked.json"])).code).toBe(0);
});
