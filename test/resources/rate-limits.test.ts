import { afterEach, describe, expect, it } from "vitest";
import { Stack, type TypeName } from "../support/stack";

const LIMITED = { kind: "status", when: "before", status: 429 } as const;

/** Arguments of the account number `index`, which differ in what tells accounts apart at every vendor. */
const account = (type: TypeName, index: number) => ({
  name: `Tenant ${index}`,
  ...(type === "bolna.SubAccount"
    ? { allowConcurrentCalls: 0, deletionPolicy: "delete" }
    : { externalId: `tenant-${index}` }),
});

let stack: Stack;
afterEach(() => stack.close());
const at = () => stack.emulator.requests.map((request) => request.at.getTime());
const refused = () => stack.emulator.requests.filter(({ status }) => status === 429).length;
const seconds = () => {
  const times = at();
  return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
};
/** Creates so many accounts in one run, all at once. */
const createAll = (count: number, type: TypeName = "zavu.SubAccount", from = 0) =>
  stack.operation(async () => {
    const names = Array.from({ length: count }, (_, index) => index + from);
    await Promise.all(names.map((index) => stack.up(type, account(type, index), { name: `t${index}` })));
  });

describe("a vendor that asks for patience", () => {
  it.each([
    ["Retry-After in seconds", { "retry-after": "7" }, 7_000],
    ["Retry-After as a date", { "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, 9_000],
    ["retry-after-ms", { "retry-after-ms": "2500" }, 2_500],
    [
      "X-RateLimit-Reset in milliseconds",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse("2026-01-01T00:00:11Z")) },
      11_000,
    ],
    [
      "X-RateLimit-Reset in seconds",
      {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Date.parse("2026-01-01T00:00:11Z") / 1000),
      },
      11_000,
    ],
  ])("by %s is left alone by every call of the credential until then", async (_what, headers, ms) => {
    stack = await Stack.open();
    stack.emulator.fault({ vendor: "bctrl", fault: { ...LIMITED, headers } });
    await createAll(20, "bctrl.SubAccount");
    expect(stack.emulator.bctrl.accounts()).toHaveLength(20);
    const start = Date.parse("2026-01-01T00:00:00Z");
    const early = at().filter((time) => time < start + ms);
    // Those that were under way when the first one was refused.
    expect(early.length).toBeLessThanOrEqual(32);
    expect(at().filter((time) => time > start && time < start + ms)).toEqual([]);
    expect(refused()).toBe(1);
  });

  it("without a hint is asked by one call at a time, and nothing fails", async () => {
    stack = await Stack.open({ bctrl: { enforceRateLimit: true, requestsPerMinute: 100 } });
    for (const method of ["GET", "POST"]) {
      stack.emulator.fault({ vendor: "bctrl", method, skip: 30, times: 8, fault: LIMITED });
    }
    await createAll(60, "bctrl.SubAccount");
    expect(stack.emulator.bctrl.accounts()).toHaveLength(60);
  });

  it("to half of all calls costs time and makes nothing twice", async () => {
    stack = await Stack.open();
    for (let hit = 1, skip = 1; hit <= 400; skip += [0, 2, 1, 1][hit++ % 4] ?? 0) {
      stack.emulator.fault({ vendor: "zavu", skip, fault: LIMITED });
    }
    await createAll(60);
    expect(stack.emulator.zavu.accounts()).toHaveLength(60);
    expect(refused()).toBeGreaterThan(60);
    expect(stack.emulator.requests.length).toBeLessThan(60 * 8);
  });

  it("to each create, but to no read-back before it, is sent the create again until it passes", async () => {
    stack = await Stack.open();
    for (let hit = 1; hit <= 40; hit++) stack.emulator.fault({ vendor: "zavu", skip: hit, fault: LIMITED });
    await createAll(1);
    expect(stack.emulator.zavu.accounts()).toHaveLength(1);
  });

  it("for longer than a call may wait is left alone, and the message says how to wait longer", async () => {
    stack = await Stack.open();
    stack.config = { "subaccounts:maxWaitSeconds": "60" };
    stack.emulator.fault({
      vendor: "zavu",
      times: 99,
      fault: { ...LIMITED, headers: { "retry-after": "61" } },
    });
    const type = "zavu.SubAccount";
    await expect(stack.up(type, account(type, 0))).rejects.toThrow(
      /answered 429.*raise subaccounts:maxWaitSeconds/,
    );
    expect(stack.emulator.requests).toHaveLength(1);
  });

  it("is told to the person who waits, with how far the run is", async () => {
    stack = await Stack.open();
    const headers = { "retry-after": "12" };
    stack.emulator.fault({ vendor: "zavu", method: "POST", skip: 5, fault: { ...LIMITED, headers } });
    await stack.operation(async () => {
      for (let index = 0; index < 10; index++) {
        await stack.preview("zavu.SubAccount", account("zavu.SubAccount", index), { name: `t${index}` });
      }
      for (let index = 0; index < 10; index++) {
        await stack.up("zavu.SubAccount", account("zavu.SubAccount", index), { name: `t${index}` });
      }
    });
    expect(stack.printed).toEqual(["Zavu: rate limited, continuing in 12 s, 5 of 10 done"]);
  });

  it("does not hold up another vendor", async () => {
    stack = await Stack.open();
    stack.config = { "subaccounts:maxWaitSeconds": "60" };
    stack.emulator.fault({ vendor: "zavu", fault: { ...LIMITED, headers: { "retry-after": "61" } } });
    await stack.operation(async () => {
      await expect(stack.up("zavu.SubAccount", account("zavu.SubAccount", 1))).rejects.toThrow(/429/);
      await stack.up("bctrl.SubAccount", account("bctrl.SubAccount", 1));
    });
  });

  it.each(["0", "-1", "soon", "1.5", "86401"])("%s is refused as the longest wait", async (value) => {
    stack = await Stack.open();
    stack.env["SUBACCOUNTS_MAX_WAIT_SECONDS"] = value;
    await expect(stack.preview("zavu.SubAccount", account("zavu.SubAccount", 1))).rejects.toThrow(
      /the longest wait from the environment variable SUBACCOUNTS_MAX_WAIT_SECONDS is not a whole number/,
    );
  });
});

describe("a rate limit", () => {
  it("that the vendor counts in its replies is used up and never overrun", async () => {
    stack = await Stack.open({ zavu: { enforceRateLimit: true } });
    await createAll(1_300);
    expect(stack.emulator.zavu.accounts()).toHaveLength(1_300);
    expect(refused()).toBe(0);
    // 1,301 calls at 600 a minute: two full minutes, and the rest in the third.
    expect(seconds()).toBeGreaterThanOrEqual(120);
    expect(seconds()).toBeLessThan(120 * 1.05);
  }, 60_000);

  it("that is shared with somebody else is kept by what the replies say remains", async () => {
    stack = await Stack.open({ zavu: { enforceRateLimit: true, requestsPerMinute: 50 } });
    await createAll(20);
    const other = `${stack.emulator.zavu.url}/v1/me`;
    const headers = { authorization: `Bearer ${stack.emulator.zavu.apiKey}` };
    for (let call = 0; call < 20; call++) await fetch(other, { headers });
    await createAll(60, "zavu.SubAccount", 20);
    expect(stack.emulator.zavu.accounts()).toHaveLength(80);
    expect(refused()).toBeLessThanOrEqual(1);
  });
});
