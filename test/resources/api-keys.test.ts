import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule } from "../../emulator";
import { Stack, UNKNOWN } from "../support/stack";

let stack: Stack;
let account: string;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

describe("zavu.ApiKey", () => {
  const TYPE = "zavu.ApiKey";
  const args = (more: object = {}) => ({ subAccountId: account, name: "backend", ...more });
  const full = () => args({ environment: "test", permissions: ["messages:send"] });
  const keys = () => stack.emulator.zavu.accounts().find(({ id }) => id === account)?.keys ?? [];
  const working = () => keys().filter(({ revokedAt }) => revokedAt === null);
  const posts = () => stack.writes().filter(({ call }) => call.startsWith("POST"));

  beforeEach(async () => {
    await stack.up("zavu.SubAccount", { name: "Acme" });
    account = stack.resource("zavu.SubAccount").id;
    stack.emulator.clearRequests();
  });

  it("sends exactly what is declared, and gives the key, its id, prefix and time", async () => {
    await stack.up(TYPE, full());
    expect(stack.writes()).toEqual([
      {
        call: `POST /v1/sub-accounts/${account}/api-keys`,
        body: { name: "backend", environment: "test", permissions: ["messages:send"] },
      },
    ]);
    const { outputs } = stack.resource(TYPE);
    expect(stack.emulator.zavu.keyWorks(String(outputs["apiKey"]))).toBe(true);
    expect(String(outputs["apiKey"]).startsWith(String(outputs["keyPrefix"]))).toBe(true);
    expect(outputs["keyId"]).toBe(stack.resource(TYPE).id);
    expect(outputs["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("sends no write in a second up or after a refresh", async () => {
    await stack.up(TYPE, full());
    stack.emulator.clearRequests();
    expect([await stack.up(TYPE, full()), await stack.refresh(TYPE), await stack.up(TYPE, full())]).toEqual([
      "same",
      "same",
      "same",
    ]);
    expect(stack.writes()).toEqual([]);
  });

  it.each([
    ["name", { name: "worker" }],
    ["environment", { environment: "live" }],
    ["permissions", { permissions: [] }],
  ])("makes a new key before it revokes the old one when %s changes", async (_what, change) => {
    await stack.up(TYPE, full());
    const old = stack.resource(TYPE).id;
    stack.emulator.clearRequests();
    expect(await stack.up(TYPE, { ...full(), ...change })).toBe("replace");
    expect(stack.writes().map(({ call }) => call)).toEqual([
      `POST /v1/sub-accounts/${account}/api-keys`,
      `DELETE /v1/sub-accounts/${account}/api-keys/${old}`,
    ]);
    expect(stack.emulator.zavu.keyWorks(String(stack.resource(TYPE).outputs["apiKey"]))).toBe(true);
  });

  const lost: readonly [string, FaultRule["fault"]][] = [
    ["dropped", { kind: "drop", when: "after" }],
    ["not JSON", { kind: "garbage", when: "after" }],
    ["cut short", { kind: "truncate" }],
    ["a 500 after the effect", { kind: "status", when: "after", status: 500 }],
    ["a 429 after the effect", { kind: "status", when: "after", status: 429 }],
    ["missing", { kind: "hang", when: "after" }],
  ];
  it.each(lost)(
    "gives a working key in the same run when the reply is %s, and revokes the lost one",
    async (_what, fault) => {
      stack.emulator.fault({ vendor: "zavu", method: "POST", path: "/v1/sub-accounts/{id}/api-keys", fault });
      await stack.up(TYPE, full());
      expect(posts()).toHaveLength(2);
      expect(
        working()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["Default", "backend"]);
      expect(stack.emulator.zavu.keyWorks(String(stack.resource(TYPE).outputs["apiKey"]))).toBe(true);
    },
  );

  it("keeps the key when the listing after it fails, and repairs that in the next up", async () => {
    stack.emulator.fault({
      vendor: "zavu",
      method: "GET",
      path: "/v1/sub-accounts/{id}/api-keys",
      skip: 1,
      times: 4,
      fault: { kind: "status", when: "before", status: 500 },
    });
    await expect(stack.up(TYPE, full())).rejects.toThrow(/could not list the keys.*500/);
    const key = stack.resource(TYPE).outputs["apiKey"];
    expect(stack.emulator.zavu.keyWorks(String(key))).toBe(true);
    expect(await stack.up(TYPE, full())).toBe("update");
    expect(stack.resource(TYPE).outputs).toMatchObject({ apiKey: key, keyPrefix: expect.any(String) });
    expect(posts()).toHaveLength(1);
  });

  it.each(lost)("ends with the key revoked when the reply to a delete is %s", async (_what, fault) => {
    await stack.up(TYPE, full());
    stack.emulator.fault({ vendor: "zavu", method: "DELETE", fault });
    await stack.destroy(TYPE);
    expect(working().map(({ name }) => name)).toEqual(["Default"]);
  });

  it("is gone when it was revoked outside, and does not crash when its account is gone", async () => {
    await stack.up(TYPE, full());
    stack.emulator.zavu.revokeKey(account, stack.resource(TYPE).id);
    expect(await stack.refresh(TYPE)).toBe("gone");
    await stack.up(TYPE, full());
    stack.emulator.zavu.remove(account);
    await stack.destroy(TYPE);
    await stack.up("zavu.SubAccount", { name: "B" }, { name: "b" });
    account = stack.resource("zavu.SubAccount", "b").id;
    await stack.up(TYPE, full());
    stack.emulator.zavu.remove(account);
    expect(await stack.refresh(TYPE)).toBe("gone");
  });

  it("names a key that an interrupted run may have left, and revokes nothing that somebody may have", async () => {
    const { id, key } = stack.emulator.zavu.addKey(account, { name: "backend" });
    await stack.up(TYPE, args());
    expect(stack.printed.join()).toMatch(new RegExp(`another key named "backend" \\(${id}\\)`));
    expect(stack.emulator.zavu.keyWorks(key)).toBe(true);
  });

  it("leaves the account's first key alone, whatever that is called", async () => {
    await stack.up(TYPE, args({ name: "Default" }));
    expect(stack.emulator.zavu.keyWorks(String(stack.resource("zavu.SubAccount").outputs["apiKey"]))).toBe(
      true,
    );
  });

  it("finds equal names on one account in the preview", async () => {
    await stack.operation(async () => {
      await stack.preview(TYPE, args(), { name: "one" });
      await expect(stack.preview(TYPE, args(), { name: "two" })).rejects.toThrow(
        /name is the same as that of the resource "one"/,
      );
    });
  });

  it("lets two accounts that are still to be made have keys of one name", async () => {
    await stack.operation(async () => {
      await stack.preview(TYPE, args({ subAccountId: UNKNOWN }), { name: "one" });
      await stack.preview(TYPE, args({ subAccountId: UNKNOWN }), { name: "two" });
    });
  });

  it("makes no call in a preview, whatever is unknown", async () => {
    await stack.up(TYPE, full());
    stack.emulator.clearRequests();
    for (const field of Object.keys(full())) await stack.preview(TYPE, { ...full(), [field]: UNKNOWN });
    expect(stack.emulator.requests).toEqual([]);
  });

  it("says so when there is no such account", async () => {
    await expect(stack.up(TYPE, args({ subAccountId: "nope" }))).rejects.toThrow(
      /Zavu has no sub-account "nope"/,
    );
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
    expect(await stack.refresh(TYPE)).toBe("gone");
  });

  it("says so when there is no such account", async () => {
    await expect(stack.up(TYPE, { subAccountId: "nope" })).rejects.toThrow(/Bolna has no sub-account "nope"/);
  });
});
