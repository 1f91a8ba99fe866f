import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { outcomeOf } from "../support/customers";
import { type Declaration, Stack } from "../support/stack";

const ARGS = { name: "Acme", externalId: "tenant-acme" };
const ENDED = { __endedKeys: ["backend"] };

describe.each(["zavu", "bctrl"] as const)("an account of %s whose tenant's keys have ended", (vendor) => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
  });
  afterEach(() => stack.close());

  const account = (more: Values = {}): Declaration => ({
    type: `${vendor}.SubAccount`,
    name: "acme",
    args: () => ({ ...ARGS, ...more }),
  });
  const id = () => stack.resource(`${vendor}.SubAccount`, "acme").id;
  const key: Declaration = {
    type: `${vendor}.ApiKey`,
    name: "acme",
    args: () => ({ subAccountId: id(), name: "backend" }),
  };
  const addKey = (accountId: string, name: string) =>
    stack.emulator[vendor].addKey(accountId, { name }) as { id: string; key: string };
  const revoke = (keyId: string) =>
    vendor === "zavu" ? stack.emulator.zavu.revokeKey(id(), keyId) : stack.emulator.bctrl.revokeKey(keyId);
  /** The warnings of an `up` after `keysAt` about the account's keys. */
  const upEnded = async () => {
    stack.printed.length = 0;
    await stack.upAll([account(ENDED)]);
    return stack.printed.filter((line) => /are not revoked|looks again/.test(line));
  };

  it("is looked at until none is left, and nothing is sent to it", async () => {
    await stack.upAll([account(), key]);
    expect(await stack.previewAll([account()])).toEqual(["same"]);
    stack.emulator.clearRequests();
    expect(await upEnded()).toEqual([
      expect.stringMatching(/that the state has are revoked, of "backend" \(\S+\); the next/),
    ]);
    expect(stack.writes().filter(({ call }) => call.startsWith("PATCH"))).toEqual([]);
    expect(await upEnded()).toEqual([]);
    await stack.refreshAll();
    stack.emulator.clearRequests();
    expect(await stack.previewAll([account(ENDED)])).toEqual(["same"]);
    expect(await upEnded()).toEqual([]);
    expect(stack.emulator.requests).toEqual([]);
    // The tenant has keys again, and they end again.
    await stack.upAll([account(), key]);
    expect(await stack.previewAll([account(ENDED)])).toContain("update");
  });

  it("and that was taken over has the keys that a person made named by each up, which leaves them alone", async () => {
    const { id: adopt } = stack.emulator[vendor].seed(ARGS);
    const { id: helper, key: secret } = addKey(adopt, "helper");
    const { id: backend } = addKey(adopt, "backend");
    await stack.upAll([account({ adopt })]);
    const named = (...ids: string[]) =>
      expect.stringMatching(
        new RegExp(`these are not revoked${ids.map((each) => `(?=.*\\(${each}\\))`).join("")}`),
      );
    const first = await upEnded();
    expect(first).toContainEqual(named(helper));
    expect(first).toContainEqual(expect.stringContaining(`"backend" (${backend})`));
    expect(await upEnded()).toEqual([named(helper, backend)]);
    expect(await upEnded()).toEqual([named(helper, backend)]);
    expect(stack.printed.join()).not.toContain(secret);
    expect(stack.emulator[vendor].keyWorks(secret)).toBe(true);
    for (const { id: each } of working(adopt)) revoke(each);
    expect(await upEnded()).toEqual([]);
    expect(await stack.previewAll([account(ENDED)])).toEqual(["same"]);
  });

  it("fails where its list of keys is cut, since keys may be left", async () => {
    await stack.upAll([account()]);
    const path = vendor === "zavu" ? "/v1/sub-accounts/{id}/api-keys" : "/v1/api-keys";
    const body = vendor === "zavu" ? { items: [], nextCursor: "again" } : { data: [], hasMore: true };
    stack.emulator.fault({
      method: "GET",
      path,
      times: 99,
      fault: { kind: "status", when: "before", status: 200, body },
    });
    expect(await outcomeOf(stack.upAll([account(ENDED)]))).toMatch(
      /whose tenant's have ended, are left cannot be told/,
    );
    stack.emulator.clearFaults();
    expect(await upEnded()).toEqual([]);
  });

  const working = (accountId: string): { id: string }[] =>
    vendor === "zavu"
      ? (stack.emulator.zavu.accounts().find((each) => each.id === accountId)?.keys ?? []).filter(
          ({ revokedAt }) => revokedAt == null,
        )
      : stack.emulator.bctrl.keys().filter((each) => each.subaccountId === accountId);
});
