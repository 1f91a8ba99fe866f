import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EmulatorOptions, FaultRule } from "../../emulator";
import { Stack } from "../support/stack";

const ACCOUNT = "zavu.SubAccount";
const TYPE = "zavu.ApiKey";
const LIST = { method: "GET", path: "/v1/sub-accounts/{id}/api-keys" };
const ISSUE = { method: "POST", path: "/v1/sub-accounts/{id}/api-keys" };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const LOST: FaultRule["fault"] = { kind: "drop", when: "after" };

let stack: Stack;
let account: string;
const open = async (options: EmulatorOptions = {}) => {
  stack = await Stack.open(options);
  await stack.up(ACCOUNT, { name: "Acme" });
  account = stack.resource(ACCOUNT).id;
};
afterEach(() => stack.close());

const args = (more: object = {}) => ({ subAccountId: account, name: "backend", ...more });
const keys = () =>
  stack.emulator.zavu
    .accounts()
    .find(({ id }) => id === account)
    ?.keys.map(({ createdAt, ...key }) => ({ ...key, createdAt: Number(createdAt) })) ?? [];
const working = () => keys().flatMap(({ name, revokedAt }) => (revokedAt === null ? [name] : []));
const works = (key: unknown) => stack.emulator.zavu.keyWorks(String(key));
const key = () => stack.resource(TYPE).outputs["apiKey"];
const said = () => stack.printed.join("\n");
const posts = () => stack.emulator.requests.filter(({ method }) => method === "POST");

/** The next key listings are these pages instead. */
const lists = (times: number, items: readonly object[], nextCursor: string | null = null, skip = 0) =>
  stack.emulator.fault({
    ...LIST,
    skip,
    times,
    fault: { kind: "status", when: "before", status: 200, body: { items, nextCursor } },
  });
const answers = (status: number, body: unknown, times = 1) =>
  stack.emulator.fault({ ...LIST, times, fault: { kind: "status", when: "before", status, body } });

describe("an account's own key that its listing does not show yet", () => {
  it.each(["a refresh", "the repair of a failed step"])("is no revoked key to %s", async (what) => {
    stack = await Stack.open();
    stack.emulator.zavu.switches.lagMs = 8_000;
    stack.emulator.fault({ method: "POST", fault: LOST });
    await stack.up(ACCOUNT, { name: "Acme" });
    const { apiKey } = stack.resource(ACCOUNT).outputs;
    if (what === "a refresh") {
      await stack.refresh(ACCOUNT);
    } else {
      stack.resources.set(`${ACCOUNT} acme`, { ...stack.resource(ACCOUNT), failed: ["the metadata"] });
      await stack.up(ACCOUNT, { name: "Acme" });
    }
    expect(stack.resource(ACCOUNT).outputs["apiKey"]).toBe(apiKey);
    expect(works(apiKey)).toBe(true);
  });
});

describe("an account's own key whose prefix does not tell it from others", () => {
  it("is not called revoked because another one is, and is named where a new one is made", async () => {
    await open({ zavu: { shortKeyPrefix: 8 } });
    const delivered = stack.resource(ACCOUNT).outputs["apiKey"];
    await stack.up(TYPE, args({ overlapHours: 0 }));
    await stack.up(TYPE, args({ overlapHours: 0, keepers: { n: 1 } }));
    stack.pass(MINUTE);
    await stack.up(TYPE, args({ overlapHours: 0, keepers: { n: 1 } }));
    await stack.refresh(ACCOUNT);
    expect(stack.resource(ACCOUNT).outputs["apiKey"]).toBe(delivered);
    stack.emulator.zavu.change(account, { status: "inactive" });
    await stack.refresh(ACCOUNT);
    await stack.up(ACCOUNT, { name: "Acme" });
    const own = keys().find(({ name }) => name === "Default");
    expect([works(delivered), works(stack.resource(ACCOUNT).outputs["apiKey"])]).toEqual([true, true]);
    expect(said()).toContain(`it is one of "Default" (${own?.id})`);
  });

  it("is in no line about unknown keys, though a refresh reads the ApiKey first", async () => {
    await open();
    await stack.up(TYPE, args({ name: "Default" }));
    stack.printed.length = 0;
    await stack.operation(() => Promise.all([stack.refresh(ACCOUNT), stack.refresh(TYPE)]));
    expect(said()).toBe("");
  });
});

describe("a key of an account that was ended outside and made anew", () => {
  it.each(["zavu", "bctrl"] as const)("of %s is not said to be kept", async (vendor) => {
    stack = await Stack.open();
    const [accountType, type] = [`${vendor}.SubAccount`, `${vendor}.ApiKey`] as const;
    await stack.up(accountType, { name: "Acme" });
    const old = stack.resource(accountType).id;
    await stack.up(type, { subAccountId: old, name: "backend" });
    if (vendor === "zavu") stack.emulator.zavu.deactivate(old);
    else stack.emulator.bctrl.archive(old);
    stack.resources.delete(`${accountType} acme`);
    await stack.operation(async () => {
      await stack.up(accountType, { name: "Acme" });
      await stack.up(type, { subAccountId: stack.resource(accountType).id, name: "backend" });
    });
    expect(said()).not.toContain("was replaced by force");
  });
});

describe("a key that one answer does not show", () => {
  beforeEach(async () => {
    await open();
    await stack.up(TYPE, args());
    stack.pass(MINUTE);
  });

  it.each([
    ["an HTML 404", () => answers(404, "<html>404</html>")],
    ["a 404 of a gateway", () => answers(404, { message: "no Route matched with those values" })],
    ["the vendor's own 404", () => answers(404, { code: "not_found", message: "Sub-account not found" })],
    ["a listing that loops", () => lists(9, keys().slice(0, 1), "again")],
  ])("stays in the state, and the refresh fails: %s", async (_what, happen) => {
    const before = stack.resource(TYPE);
    happen();
    await expect(stack.refresh(TYPE)).rejects.toThrow(/404|could not be told.*state keeps it/);
    expect(stack.resource(TYPE)).toEqual(before);
    stack.emulator.clearFaults();
    await stack.refresh(TYPE);
    expect(await stack.up(TYPE, args())).toBe("same");
    expect(works(key())).toBe(true);
  });

  it("stays in the state where bctrl says that its list has more and gives no cursor", async () => {
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    const subAccountId = stack.resource("bctrl.SubAccount").id;
    await stack.up("bctrl.ApiKey", { subAccountId, name: "backend" });
    stack.pass(MINUTE);
    stack.emulator.fault({
      method: "GET",
      path: "/v1/api-keys",
      times: 9,
      fault: { kind: "status", when: "before", status: 200, body: { data: [], hasMore: true } },
    });
    await expect(stack.refresh("bctrl.ApiKey")).rejects.toThrow(/more and gives no cursor\. The state keeps/);
  });

  it.each([
    ["an empty list", () => lists(1, [])],
    ["a list without it", () => lists(1, keys().slice(0, 1))],
  ])("is there, since a second listing some seconds later shows it: %s", async (_what, happen) => {
    happen();
    await stack.refresh(TYPE);
    expect(await stack.up(TYPE, args())).toBe("same");
  });

  it("is gone when two listings some seconds apart lack it and its account is active between them", async () => {
    lists(2, keys().slice(0, 1));
    stack.emulator.clearRequests();
    expect(await stack.refresh(TYPE)).toBe("gone");
    const [first, between, second] = stack.emulator.requests;
    expect([first?.path, between?.path, second?.path].map((path) => path?.replace(account, "{id}"))).toEqual([
      LIST.path,
      "/v1/sub-accounts/{id}",
      LIST.path,
    ]);
    expect(Number(second?.at) - Number(first?.at)).toBeGreaterThanOrEqual(5_000);
  });

  it("is there, on the second page of the listing", async () => {
    const [own, ...others] = keys();
    lists(1, own ? [own] : [], "page 2");
    lists(1, others);
    await stack.refresh(TYPE);
    expect(stack.resource(TYPE).outputs["keyPrefix"]).toBe(others[0]?.keyPrefix);
    expect(stack.emulator.requests.filter(({ query }) => query["cursor"] === "page 2")).toHaveLength(1);
  });
});

describe("a key", () => {
  beforeEach(() => open());

  it("that is some seconds old is looked for again once reads can no longer lag behind", async () => {
    await stack.up(TYPE, args());
    lists(1, keys().slice(0, 1));
    stack.pass(10_000);
    const startMs = stack.now;
    expect(await stack.refresh(TYPE)).not.toBe("gone");
    expect(stack.now - startMs).toBeGreaterThanOrEqual(20_000);
  });

  it("of a suspended account stays, and one that its deactivation revoked is gone", async () => {
    await stack.up(TYPE, args());
    stack.pass(MINUTE);
    stack.emulator.zavu.change(account, { status: "inactive" });
    await stack.refresh(TYPE);
    expect(await stack.up(TYPE, args())).toBe("same");
    stack.emulator.zavu.deactivate(account);
    expect(await stack.refresh(TYPE)).toBe("gone");
  });

  it("is revoked only if the vendor says so, not when a gateway answers that there is none", async () => {
    await stack.up(TYPE, args());
    const body = { message: "Not Found" };
    stack.emulator.fault({
      method: "DELETE",
      fault: { kind: "status", when: "before", status: 404, body },
    });
    await expect(stack.destroy(TYPE)).rejects.toThrow(/answered 404/);
    stack.emulator.fault({
      method: "DELETE",
      fault: { kind: "status", when: "before", status: 404, body: { ...body, code: "not_found" } },
    });
    // The listing shows that it works.
    await expect(stack.destroy(TYPE)).rejects.toThrow(/answered 404.*could not be told/);
    await stack.destroy(TYPE);
    expect(working()).toEqual(["Default"]);
    expect(said()).toMatch(/revoked the key .* of the sub-account .*: its ApiKey is deleted/);
  });

  it("that is revoked already is no obstacle to a destroy", async () => {
    await stack.up(TYPE, args());
    stack.emulator.zavu.revokeKey(account, stack.resource(TYPE).id);
    await stack.destroy(TYPE);
    expect(stack.resources.has(`${TYPE} acme`)).toBe(false);
  });
});

describe("a key whose reply was lost", () => {
  beforeEach(async () => {
    await open();
    stack.pass(MINUTE);
    stack.emulator.clearRequests();
  });

  it("is revoked although the listing shows it five seconds late", async () => {
    lists(3, keys());
    stack.emulator.fault({ ...ISSUE, fault: LOST });
    await stack.up(TYPE, args());
    expect(working()).toEqual(["Default", "backend"]);
    expect(works(key())).toBe(true);
    expect(said()).toMatch(/revoked the key .*: its reply was lost, so nobody has it/);
    expect(posts()).toHaveLength(2);
  });

  it("is revoked although it shows only once the second one is made", async () => {
    lists(7, keys());
    stack.emulator.fault({ ...ISSUE, fault: LOST });
    await stack.up(TYPE, args());
    expect(working()).toEqual(["Default", "backend"]);
    expect(Number(posts()[1]?.at) - Number(posts()[0]?.at)).toBeGreaterThanOrEqual(30_000);
  });

  it("twice is not asked for a third time: the step fails and names what it may have made", async () => {
    stack.emulator.fault({ ...ISSUE, times: 9, fault: LOST });
    lists(7, keys());
    await expect(stack.up(TYPE, args())).rejects.toThrow(
      /may or may not have taken effect.*the keys "backend" \(.*\), "backend" \(.*\) of .* nothing was revoked/,
    );
    expect(posts()).toHaveLength(2);
    expect(working()).toHaveLength(3);
  });

  it.each([
    ["is of unknown use", { lastUsedAt: undefined }],
    ["has no time", { createdAt: undefined }],
  ])("is named and left alone where it %s", async (_what, hidden) => {
    stack.emulator.fault({ ...ISSUE, fault: LOST });
    const lost = {
      id: "k2",
      name: "backend",
      keyPrefix: "zv_live_x",
      createdAt: stack.now,
      lastUsedAt: null,
    };
    lists(99, [...keys(), { ...lost, revokedAt: null, ...hidden }]);
    await stack.up(TYPE, args());
    expect(working()).toEqual(["Default", "backend", "backend"]);
    expect(works(key())).toBe(true);
    expect(said()).toMatch(
      /the key "backend" \(k2\) of .* may be the one whose reply was lost; nothing was revoked/,
    );
  });

  it("is named beside another of its name, since either may be it", async () => {
    const other = stack.emulator.zavu.addKey(account, { name: "backend" });
    stack.emulator.fault({ ...ISSUE, fault: LOST });
    await stack.up(TYPE, args());
    expect(working()).toEqual(["Default", "backend", "backend", "backend"]);
    expect([works(other.key), works(key())]).toEqual([true, true]);
    expect(said()).toMatch(/the keys "backend" \(.*\), "backend" \(.*\) of .* may be the ones/);
  });

  it("is not taken for one of that name that is older or in use", async () => {
    const older = stack.emulator.zavu.addKey(account, { name: "backend" });
    stack.pass(MINUTE);
    const used = stack.emulator.zavu.addKey(account, { name: "backend" });
    stack.emulator.zavu.useKey(used.key);
    stack.emulator.fault({ ...ISSUE, fault: LOST });
    await stack.up(TYPE, args());
    expect([works(older.key), works(used.key), works(key())]).toEqual([true, true, true]);
    expect(working()).toHaveLength(4);
  });

  it("is not taken for the account's own, which was born a moment before and shows no prefix", async () => {
    await stack.up(ACCOUNT, { name: "Beta" }, { name: "beta" });
    const { id, outputs } = stack.resource(ACCOUNT, "beta");
    await stack.operation(async () => {
      // The state is told in the run, as the engine does.
      await stack.up(ACCOUNT, { name: "Beta" }, { name: "beta" });
      const own = stack.emulator.zavu.accounts().find((each) => each.id === id)?.keys ?? [];
      lists(
        99,
        own.map((each) => ({ ...each, keyPrefix: undefined })),
      );
      stack.emulator.fault({ ...ISSUE, fault: { kind: "drop", when: "before" } });
      await stack.up(TYPE, { subAccountId: id, name: "Default" }, { name: "beta" });
    });
    expect(works(outputs["apiKey"])).toBe(true);
    expect(works(stack.resource(TYPE, "beta").outputs["apiKey"])).toBe(true);
  });
});

describe("keys that no state has", () => {
  beforeEach(() => open());

  it("work on after a state from before an onboarding was restored, and are told of by up and refresh", async () => {
    await stack.up(TYPE, args());
    const delivered = [key(), stack.resource(ACCOUNT).outputs["apiKey"]];
    stack.resources.clear();
    stack.printed.length = 0;
    await stack.up(ACCOUNT, { name: "Acme" });
    expect(said()).toMatch(/has 2 working keys \("Default" .*, "backend" .*\) that no state of this run has/);
    await stack.up(TYPE, args());
    expect(delivered.map(works)).toEqual([true, true]);
    stack.printed.length = 0;
    await stack.refresh(TYPE);
    expect(said()).toMatch(
      /has a working key \("backend" \(\S+\)\) that no state.*`subaccounts keys --unknown`/,
    );
    expect(stack.printed).toHaveLength(1);
  });

  it("are none of those that ApiKeys of the program have", async () => {
    await stack.up(TYPE, args());
    await stack.up(TYPE, args({ name: "worker" }), { name: "worker" });
    await stack.up(TYPE, args({ keepers: { n: 1 } }));
    stack.printed.length = 0;
    await stack.refreshAll();
    expect(stack.printed).toEqual([]);
  });

  it("of an account with a key called default, in use and without a last use shown, work on when an ApiKey default comes", async () => {
    const theirs = stack.emulator.zavu.addKey(account, { name: "default" });
    await stack.up(TYPE, args({ name: "default" }));
    expect([works(theirs.key), works(key())]).toEqual([true, true]);
  });
});

describe("a machine whose clock is off", () => {
  const YEARS = 3652 * DAY;
  let offMs = 0;
  /** The vendor's clock is behind the machine's by `offMs`. */
  const apart = async () => {
    let vendorNow = () => 0;
    stack = await Stack.open({ now: () => new Date(vendorNow()) });
    vendorNow = () => stack.now - offMs;
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    return { subAccountId: stack.resource("bctrl.SubAccount").id, name: "backend", rotateAfterDays: 90 };
  };
  const rotations = async (declared: object) => {
    const steps: string[] = [];
    for (let up = 0; up < 3; up++) {
      await stack.refresh("bctrl.ApiKey");
      steps.push(await stack.up("bctrl.ApiKey", { ...declared }));
    }
    return steps.filter((step) => step !== "same").length;
  };

  it.each([
    ["ten years ahead", YEARS],
    ["ten years behind", -YEARS],
    ["an hour ahead", 60 * MINUTE],
    ["an hour behind", -60 * MINUTE],
  ])("by %s makes a key and does not rotate it", async (_what, off) => {
    offMs = off;
    const declared = await apart();
    await stack.up("bctrl.ApiKey", declared);
    expect(await rotations(declared)).toBe(0);
    stack.pass(91 * DAY);
    expect(await rotations(declared)).toBe(1);
  });

  it("rotates once when it jumps ten years ahead, and says so when it is back", async () => {
    offMs = 0;
    const declared = await apart();
    await stack.up("bctrl.ApiKey", declared);
    offMs = YEARS;
    stack.pass(YEARS);
    expect(await rotations(declared)).toBe(1);
    stack.pass(-YEARS);
    offMs = 0;
    stack.printed.length = 0;
    expect(await stack.preview("bctrl.ApiKey", declared)).toBe("same");
    expect(said()).toMatch(/createdAt of the key, 203\d-.*, lies ahead by the clock of this machine/);
  });

  it.each([60 * MINUTE, -60 * MINUTE])("finds its lost key by the vendor's clock, %d ms off", async (off) => {
    offMs = off;
    const declared = await apart();
    stack.emulator.fault({ method: "POST", path: "/v1/api-keys", fault: LOST });
    await stack.up("bctrl.ApiKey", declared);
    const left = stack.emulator.bctrl
      .keys()
      .filter(({ revokedAt, subaccountId }) => revokedAt === null && subaccountId);
    expect(left).toHaveLength(1);
  });
});

describe("a time of making that the vendor", () => {
  it.each([
    ["does not give", undefined],
    ["gives as null", null],
    ["gives in microseconds", "2026-01-01T00:00:00.000123Z"],
    ["gives in nanoseconds", "2026-01-01T00:00:00.000123456Z"],
    ["gives as a number in a text", "1767225600000"],
    ["gives as words", "yesterday"],
  ])("%s is in the state all the same, and the key rotates by it", async (_what, createdAt) => {
    stack = await Stack.open();
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    const subAccountId = stack.resource("bctrl.SubAccount").id;
    const shown = {
      id: "k1",
      name: "backend",
      keyPrefix: "bctrl_abc",
      subaccountId: subAccountId,
      createdAt,
    };
    const body = { data: shown, secret: "bctrl_abcdef" };
    stack.emulator.fault({
      method: "POST",
      path: "/v1/api-keys",
      fault: { kind: "status", when: "before", status: 201, body },
    });
    const declared = { subAccountId, name: "backend", rotateAfterDays: 90 };
    await stack.up("bctrl.ApiKey", declared);
    expect(stack.resource("bctrl.ApiKey").outputs["createdAt"]).toMatch(/^2026-01-01T00:00:/);
    stack.pass(91 * DAY);
    expect(await stack.preview("bctrl.ApiKey", declared)).toBe("update");
  });
});

describe("the key listing of bctrl", () => {
  it("is asked for in the largest pages", async () => {
    stack = await Stack.open();
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    const declared = { subAccountId: stack.resource("bctrl.SubAccount").id, name: "backend" };
    await stack.up("bctrl.ApiKey", declared);
    await stack.refresh("bctrl.ApiKey");
    const listings = stack.emulator.requests.filter(
      ({ method, path }) => method === "GET" && path === "/v1/api-keys",
    );
    expect(listings.map(({ query }) => query["limit"])).toEqual(["200"]);
  });
});
