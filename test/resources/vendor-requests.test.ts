import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LoggedRequest } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import { Stack, type TypeName } from "../support/stack";
import { documentedCall, documentedCalls, problemsOfRequest } from "../support/vendor-requests";
import { subjectOf, VENDORS } from "../vendors/index.mts";

const zavu = { name: "Acme", externalId: "tenant-acme", creditLimit: 5000, metadata: { tier: "gold" } };
const bctrl = {
  name: "Acme",
  externalId: "tenant-acme",
  metadata: { tier: "gold" },
  limits: { maxActiveRuns: 5, maxSpaces: null, monthlyCreditLimit: 0.5 },
};
const capped = { ...bctrl, spendingCap: 5000 };
const database = { host: "db", port: 5432, name: "acme", user: "acme", password: "canary" };
const bolna = { name: "Acme", deletionPolicy: "delete", multiTenant: true, database };

/** Every test with a `Stack` has its requests checked in this way; these make every call of accounts and keys. */
describe("requests are as the vendors document them", () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
  });
  afterEach(() => stack.close());

  const run = async (type: TypeName, ...steps: readonly Values[]) => {
    for (const args of steps) await stack.up(type, args);
  };
  const key = async (type: TypeName, account: TypeName, args: Values) => {
    const subAccountId = stack.resource(account).id;
    await run(type, { ...args, subAccountId, name: "backend" }, { ...args, subAccountId, name: "other" });
  };
  /** The calls with a body that were made; none of them is anything but documented. */
  const made = () => {
    expect(stack.emulator.requests.flatMap(problemsOfRequest)).toEqual([]);
    const bodies = stack.emulator.requests.filter(({ body }) => body !== undefined);
    return [...new Set(bodies.map(documentedCall))].sort();
  };

  it.each(VENDORS)("at %s", async (vendor) => {
    const { required, full, keys } = subjectOf(vendor);
    const account: TypeName = `${vendor}.SubAccount`;
    const args = {
      ...required,
      ...full,
      name: "Acme",
      ...(vendor === "bctrl" && { spendingCap: 5000, limits: { maxSpaces: 1 } }),
    };
    await run(account, args, { ...args, name: "New" });
    if (keys) await key(`${vendor}.ApiKey` as TypeName, account, keys.full);
    expect(made()).toEqual(documentedCalls(vendor));
  });

  it.each(["2026-10-01", "v1"])("at bctrl in the version %s", async (version) => {
    stack.env["BCTRL_API_VERSION"] = version;
    await run("bctrl.SubAccount", capped, { name: "New", limits: { maxSpaces: 1 } });
    await key("bctrl.ApiKey", "bctrl.SubAccount", { expiresAt: "2030-01-01T00:00:00Z" });
    expect(made()).toEqual(documentedCalls("bctrl"));
  });

  it("at bctrl in the version v2", async () => {
    stack.env["BCTRL_API_VERSION"] = "v2";
    const { limits: _, ...args } = bctrl;
    await run("bctrl.SubAccount", { ...args, limits: { runs: 5, spend: { monthly: 20 } } }, args);
    expect(made()).toEqual(documentedCalls("bctrl", undefined, true));
  });

  it("at Bolna by its newer client", async () => {
    stack.emulator.bolna.switches.generation = "minimum";
    const [first, then] = [
      { minConcurrency: 1, maxConcurrency: null },
      { minConcurrency: 2, maxConcurrency: 6 },
    ];
    await run("bolna.SubAccount", { ...bolna, ...first }, { ...bolna, ...then, name: "New" });
    expect(made()).toEqual(documentedCalls("bolna"));
  });

  it.each([
    ["zavu", "POST /v1/sub-accounts", { ...zavu, name: undefined }],
    ["zavu", "POST /v1/sub-accounts", { ...zavu, creditLimit: -1 }],
    ["zavu", "POST /v1/sub-accounts", { ...zavu, status: "active" }],
    ["bctrl", "POST /v1/subaccounts", { ...bctrl, name: "acme_corp" }],
    ["bctrl", "POST /v1/subaccounts", { ...bctrl, limits: { maxSpaces: 0 } }],
    ["bctrl", "POST /v1/subaccounts", { ...bctrl, externalId: null }],
    ["bctrl", "POST /v2/subaccounts", bctrl],
    ["bolna", "POST /sub-accounts/create", { name: "Acme" }],
    ["bolna", "POST /sub-accounts/create", { name: "Acme", allow_concurrent_calls: 1, min_concurrency: 1 }],
    ["bolna", "POST /sub-accounts/create", { name: "Acme", allow_concurrent_calls: 1, db_port: 5432 }],
    ["bolna", "DELETE /sub-accounts/1", {}],
  ] as const)("another one is told of: %s %s %j", (vendor, call, body) => {
    const [method = "", path = ""] = call.split(" ");
    const headers = { "content-type": "application/json" };
    const request: LoggedRequest = {
      vendor,
      method,
      path,
      query: {},
      body,
      status: 200,
      at: new Date(),
      headers,
    };
    expect(problemsOfRequest(request)).toHaveLength(1);
  });
});
