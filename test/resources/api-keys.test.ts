import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../support/stack";

let stack: Stack;
let account: string;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

describe("zavu.ApiKey beside the key of its account", () => {
  it("leaves that one alone, whatever it is called", async () => {
    await stack.up("zavu.SubAccount", { name: "Acme" });
    const { id: subAccountId, outputs } = stack.resource("zavu.SubAccount");
    await stack.up("zavu.ApiKey", { subAccountId, name: "Default" });
    expect(stack.emulator.zavu.keyWorks(String(outputs["apiKey"]))).toBe(true);
  });
});

describe("a key of a suspended Zavu account", () => {
  it("is refused with the way on, and made once the account is active", async () => {
    await stack.up("zavu.SubAccount", { name: "Acme", status: "inactive" });
    const { id: subAccountId } = stack.resource("zavu.SubAccount");
    await expect(stack.up("zavu.ApiKey", { subAccountId, name: "backend" })).rejects.toThrow(
      /the sub-account ".+" is suspended, and no key is made for it \(Zavu could not .+ 400 .+\)\. Activate it, or leave/,
    );
    await stack.up("zavu.SubAccount", { name: "Acme", status: "active" });
    await stack.up("zavu.ApiKey", { subAccountId, name: "backend" });
    expect(stack.emulator.zavu.keyWorks(String(stack.resource("zavu.ApiKey").outputs["apiKey"]))).toBe(true);
  });
});

describe("bctrl.ApiKey", () => {
  const TYPE = "bctrl.ApiKey";
  beforeEach(async () => {
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    account = stack.resource("bctrl.SubAccount").id;
  });

  it("needs no name, and keys without one are told apart although a reply is lost", async () => {
    stack.emulator.fault({ method: "POST", path: "/v1/api-keys", fault: { kind: "drop", when: "after" } });
    const names = ["one", "two", "three"];
    await stack.operation(async () => {
      await Promise.all(names.map((name) => stack.up(TYPE, { subAccountId: account }, { name })));
    });
    const keys = names.map((name) => String(stack.resource(TYPE, name).outputs["apiKey"]));
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(stack.emulator.bctrl.accountOfKey(key)).toBe(account);
    const working = stack.emulator.bctrl.keys().filter(({ revokedAt, subaccountId }) => {
      return revokedAt === null && subaccountId === account;
    });
    expect(working).toHaveLength(3);
  });

  it("is made once where a reply is lost and the listing lags behind, as the same request", async () => {
    stack.emulator.bctrl.switches.replaySecret = "fresh";
    stack.emulator.fault({ method: "POST", path: "/v1/api-keys", fault: { kind: "drop", when: "after" } });
    stack.emulator.fault({
      method: "POST",
      path: "/v1/api-keys",
      skip: 1,
      fault: { kind: "lag", reads: 99 },
    });
    for (const _ of Array(9)) {
      stack.emulator.fault({ method: "GET", path: "/v1/api-keys", fault: { kind: "cut", keep: 0 } });
    }
    await stack.up(TYPE, { subAccountId: account, name: "backend" });
    const key = String(stack.resource(TYPE).outputs["apiKey"]);
    expect(stack.emulator.bctrl.accountOfKey(key)).toBe(account);
    expect(
      stack.emulator.bctrl
        .keys()
        .filter(({ subaccountId }) => subaccountId === account)
        .map(({ id, revokedAt }) => [id, revokedAt]),
    ).toEqual([[stack.resource(TYPE).id, null]]);
  });

  it.each(["status", "reasonClass"])(
    "is not asked for again once bctrl says by %s that it cannot tell the outcome",
    async (field) => {
      const word = field === "status" ? "unknown" : "outcome_unknown";
      stack.emulator.fault({
        method: "POST",
        path: "/v1/api-keys",
        times: 9,
        fault: {
          kind: "status",
          when: "before",
          status: 503,
          body: { error: { code: "upstream.timeout", message: "not known", [field]: word } },
        },
      });
      stack.emulator.clearRequests();
      await expect(stack.up(TYPE, { subAccountId: account })).rejects.toThrow(
        /may or may not have taken effect/,
      );
      expect(stack.writes()).toHaveLength(1);
    },
  );

  it("refreshes many keys with few listings", async () => {
    for (let index = 0; index < 25; index++) {
      await stack.up(TYPE, { subAccountId: account, name: `k${index}` }, { name: `k${index}` });
    }
    stack.emulator.bctrl.switches.pageSize = 10;
    stack.emulator.clearRequests();
    await stack.operation(async () => {
      for (let index = 0; index < 25; index++) expect(await stack.refresh(TYPE, `k${index}`)).toBe("same");
    });
    expect(stack.emulator.requests.length).toBeLessThanOrEqual(10);
  });

  it("is gone when its account was archived, and its destroy is done", async () => {
    await stack.up(TYPE, { subAccountId: account, name: "backend" });
    stack.emulator.bctrl.archive(account);
    await stack.destroy(TYPE);
    expect(stack.emulator.bctrl.keys().every(({ revokedAt }) => revokedAt !== null)).toBe(true);
  });

  it.each(["2027-01-31", "tomorrow", "2027-01-31T00:00:00"])(
    "refuses %s for expiresAt",
    async (expiresAt) => {
      await expect(stack.preview(TYPE, { subAccountId: account, expiresAt })).rejects.toThrow(
        /expiresAt must be an ISO 8601 date-time with its zone/,
      );
    },
  );

  it.each([
    ["a short prefix", { shortKeyPrefix: 8 }],
    ["a second revoke that succeeds", { secondRevoke: 200 }],
    ["a fresh secret in a replay", { replaySecret: "fresh" }],
  ] as const)("works with %s", async (_what, switches) => {
    Object.assign(stack.emulator.bctrl.switches, switches);
    await stack.up(TYPE, { subAccountId: account, name: "backend" });
    expect(await stack.refresh(TYPE)).toBe("same");
    await stack.destroy(TYPE);
    expect(stack.emulator.bctrl.keys().filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  });
});

describe("bolna.ApiKey", () => {
  const TYPE = "bolna.ApiKey";

  beforeEach(async () => {
    const { id } = stack.emulator.bolna.seed({ name: "Acme", allow_concurrent_calls: 1 });
    account = id;
  });

  it("is the account's key, read from the listing; nothing is written, ever", async () => {
    await stack.up(TYPE, { subAccountId: account });
    expect(stack.emulator.bolna.keyWorks(String(stack.resource(TYPE).outputs["apiKey"]))).toBe(true);
    expect(await stack.up(TYPE, { subAccountId: account })).toBe("same");
    expect(await stack.refresh(TYPE)).toBe("same");
    await stack.destroy(TYPE);
    expect(stack.writes()).toEqual([]);
  });

  it("is replaced when it is to be another account's", async () => {
    await stack.up(TYPE, { subAccountId: account });
    const other = stack.emulator.bolna.seed({ name: "Other", allow_concurrent_calls: 1 });
    expect(await stack.up(TYPE, { subAccountId: other.id })).toBe("replace");
    expect(stack.resource(TYPE).outputs).toMatchObject({ apiKey: other.api_key });
  });

  it("is gone when its account is", async () => {
    await stack.up(TYPE, { subAccountId: account });
    stack.emulator.bolna.remove(account);
    // An empty list says nothing.
    await expect(stack.refresh(TYPE)).rejects.toThrow(/an empty list says nothing/);
    stack.emulator.bolna.seed({ name: "Other" });
    expect(await stack.refresh(TYPE)).toBe("gone");
  });

  it("says so when there is no such account", async () => {
    await expect(stack.up(TYPE, { subAccountId: "nope" })).rejects.toThrow(/Bolna has no sub-account "nope"/);
  });
});
