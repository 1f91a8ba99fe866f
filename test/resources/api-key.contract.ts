import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Emulator, FaultRule, VendorName } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import { Stack, type TypeName, UNKNOWN } from "../support/stack";

/** The vendors whose stand-in can make a key behind the program's back. */
type KeyVendor = {
  [Name in VendorName]: Emulator[Name] extends {
    addKey(account: string, fields: { name: string }): { id: string; key: string };
  }
    ? Name
    : never;
}[VendorName];

/** What a vendor's test says of its keys, where keys are objects of their own and shown only once. */
export interface KeySubject {
  readonly vendor: KeyVendor;
  readonly account: TypeName;
  readonly type: TypeName;
  /** Arguments beside `subAccountId` and `name`. */
  readonly full: Values;
  readonly create: (account: string) => { readonly call: string; readonly body: object };
  /** The path of the key listing, as faults take it. */
  readonly list: string;
  readonly revoke: (account: string, keyId: string) => string;
  /** Changes of one argument each. */
  readonly changes: readonly { readonly what: string; readonly change: Values }[];
  /** Names of the keys of an account that has no `ApiKey`. */
  readonly ownKeys: readonly string[];
  readonly working: (stack: Stack, account: string) => readonly { readonly name: string | null }[];
  readonly revokeOutside: (stack: Stack, account: string, keyId: string) => void;
  readonly unknownAccount: RegExp;
}

const LOST: readonly [string, FaultRule["fault"]][] = [
  ["dropped", { kind: "drop", when: "after" }],
  ["not JSON", { kind: "garbage", when: "after" }],
  ["cut short", { kind: "truncate" }],
  ["a 500 after the effect", { kind: "status", when: "after", status: 500 }],
  ["a 429 after the effect", { kind: "status", when: "after", status: 429 }],
  ["missing", { kind: "hang", when: "after" }],
];

/** The rows of the matrix that every vendor's keys pass. */
export function apiKeyContract(subject: KeySubject): void {
  const { type: TYPE, vendor } = subject;
  let stack: Stack;
  let account: string;
  beforeEach(async () => {
    stack = await Stack.open();
    await stack.up(subject.account, { name: "Acme" });
    account = stack.resource(subject.account).id;
    stack.emulator.clearRequests();
  });
  afterEach(() => stack.close());

  const args = (more: object = {}) => ({ subAccountId: account, name: "backend", ...more });
  const full = () => args(subject.full);
  const names = () =>
    subject
      .working(stack, account)
      .map(({ name }) => name)
      .sort();
  const works = (key: unknown) => stack.emulator[vendor].keyWorks(String(key));
  const path = (call: string) => call.slice(call.indexOf(" ") + 1).replace(account, "{id}");
  const posts = () => stack.writes().filter(({ call }) => call === subject.create(account).call);

  it("sends exactly what is declared, and gives the key, its id, prefix and time", async () => {
    await stack.up(TYPE, full());
    expect(stack.writes()).toEqual([subject.create(account)]);
    const { outputs } = stack.resource(TYPE);
    expect(works(outputs["apiKey"])).toBe(true);
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

  it.each(subject.changes)(
    "makes a new key before it revokes the old one when $what changes",
    async ({ change }) => {
      await stack.up(TYPE, full());
      const old = stack.resource(TYPE).id;
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, { ...full(), ...change })).toBe("replace");
      expect(stack.writes().map(({ call }) => call)).toEqual([
        subject.create(account).call,
        subject.revoke(account, old),
      ]);
      expect(works(stack.resource(TYPE).outputs["apiKey"])).toBe(true);
    },
  );

  it.each(LOST)(
    "gives a working key in the same run when the reply is %s, and revokes the lost one",
    async (_what, fault) => {
      if (fault.kind === "hang") stack.attemptMs = 400;
      stack.emulator.fault({ vendor, method: "POST", path: path(subject.create(account).call), fault });
      await stack.up(TYPE, full());
      expect(posts()).toHaveLength(2);
      expect(names()).toEqual([...subject.ownKeys, "backend"].sort());
      expect(works(stack.resource(TYPE).outputs["apiKey"])).toBe(true);
    },
  );

  it("revokes no key that another resource is getting at the same time", async () => {
    stack.emulator.fault({
      vendor,
      method: "POST",
      path: path(subject.create(account).call),
      fault: { kind: "drop", when: "after" },
    });
    await stack.operation(async () => {
      await Promise.all(
        ["one", "two", "three"].map((name) => stack.up(TYPE, args({ name: `key ${name}` }), { name })),
      );
    });
    expect(names()).toEqual([...subject.ownKeys, "key one", "key three", "key two"].sort());
    for (const name of ["one", "two", "three"]) {
      expect(works(stack.resource(TYPE, name).outputs["apiKey"])).toBe(true);
    }
  });

  it("keeps the key when the listing after it fails, and repairs that in the next up", async () => {
    stack.emulator.fault({
      vendor,
      method: "GET",
      path: subject.list,
      skip: 1,
      times: 4,
      fault: { kind: "status", when: "before", status: 500 },
    });
    await expect(stack.up(TYPE, full())).rejects.toThrow(/could not list the keys.*500/);
    const key = stack.resource(TYPE).outputs["apiKey"];
    expect(works(key)).toBe(true);
    expect(await stack.up(TYPE, full())).toBe("update");
    expect(stack.resource(TYPE).outputs).toMatchObject({ apiKey: key, keyPrefix: expect.any(String) });
    expect(posts()).toHaveLength(1);
  });

  it.each(LOST)("ends with the key revoked when the reply to a delete is %s", async (_what, fault) => {
    await stack.up(TYPE, full());
    if (fault.kind === "hang") stack.attemptMs = 400;
    stack.emulator.fault({ vendor, method: "DELETE", fault });
    await stack.destroy(TYPE);
    expect(names()).toEqual(subject.ownKeys);
  });

  it("is gone when it was revoked outside, and does not crash when its account is gone", async () => {
    await stack.up(TYPE, full());
    subject.revokeOutside(stack, account, stack.resource(TYPE).id);
    expect(await stack.refresh(TYPE)).toBe("gone");
    await stack.up(TYPE, full());
    stack.emulator[vendor].remove(account);
    await stack.destroy(TYPE);
    await stack.up(subject.account, { name: "B" }, { name: "b" });
    account = stack.resource(subject.account, "b").id;
    await stack.up(TYPE, full());
    stack.emulator[vendor].remove(account);
    expect(await stack.refresh(TYPE)).toBe("gone");
  });

  it("names a key that an interrupted run may have left, and revokes nothing that somebody may have", async () => {
    const { id, key } = stack.emulator[vendor].addKey(account, { name: "backend" });
    await stack.up(TYPE, args());
    expect(stack.printed.join()).toMatch(new RegExp(`another key named "backend" \\(${id}\\)`));
    expect(works(key)).toBe(true);
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

  describe("rotation", () => {
    const HOUR = 3_600_000;
    const DAY = 24 * HOUR;
    const key = () => String(stack.resource(TYPE).outputs["apiKey"]);
    const use = (secret: string) => stack.emulator[vendor].useKey(secret);
    const calls = () => stack.writes().map(({ call }) => call);
    const outputs = () => stack.resource(TYPE).outputs;

    it("by keepers makes a new key in place; the one before works for 24 hours, and the next up ends it", async () => {
      await stack.up(TYPE, args({ keepers: { person: "ann" } }));
      const [id, before] = [stack.resource(TYPE).id, key()];
      use(before);
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, args({ keepers: { person: "bob" } }))).toBe("update");
      expect(calls()).toEqual([subject.create(account).call]);
      expect(stack.printed.join()).toMatch(
        /a new key is made, because keepers changed; the one before, .* stays valid/,
      );
      expect([works(before), works(key()), key() === before, stack.resource(TYPE).id === id]).toEqual([
        true,
        true,
        false,
        true,
      ]);
      expect(outputs()).toMatchObject({
        previousKeyId: id,
        previousRevokeAt: expect.stringMatching(/^2026-01-02T/),
      });
      stack.pass(23 * HOUR);
      expect(await stack.up(TYPE, args({ keepers: { person: "bob" } }))).toBe("same");
      stack.pass(2 * HOUR);
      expect(await stack.refresh(TYPE)).toBe("same");
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, args({ keepers: { person: "bob" } }))).toBe("update");
      expect(calls()).toEqual([subject.revoke(account, id)]);
      expect(stack.printed.join()).toMatch(/is revoked: its overlap ended at/);
      expect([works(before), works(key())]).toEqual([false, true]);
      expect(outputs()).not.toHaveProperty("previousKeyId");
      expect(await stack.preview(TYPE, args({ keepers: { person: "bob" } }))).toBe("same");
    });

    it("by age is due in preview and up, and never in refresh", async () => {
      const dated = args({ rotateAfterDays: 90 });
      await stack.up(TYPE, dated);
      const before = key();
      stack.pass(89 * DAY);
      expect(await stack.preview(TYPE, dated)).toBe("same");
      stack.pass(2 * DAY);
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.preview(TYPE, dated)).toBe("update");
      expect(stack.printed.join()).toMatch(/the key is 91 days old and rotateAfterDays is 90/);
      expect(await stack.up(TYPE, dated)).toBe("update");
      expect([works(before), works(key()), before === key()]).toEqual([true, true, false]);
      expect(await stack.preview(TYPE, dated)).toBe("same");
    });

    it("without an overlap is a replacement, so that the old key ends when the new one is saved", async () => {
      await stack.up(TYPE, args({ keepers: { n: 1 } }));
      const [id, before] = [stack.resource(TYPE).id, key()];
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, args({ keepers: { n: 2 }, overlapHours: 0 }))).toBe("replace");
      expect(calls()).toEqual([subject.create(account).call, subject.revoke(account, id)]);
      expect([works(before), works(key())]).toEqual([false, true]);
    });

    it("twice within the overlap keeps both keys before, each to its own end", async () => {
      await stack.up(TYPE, args({ keepers: { n: 1 } }));
      const [first] = [key(), use(key())];
      stack.pass(HOUR);
      await stack.up(TYPE, args({ keepers: { n: 2 } }));
      const [second] = [key(), use(key())];
      stack.pass(HOUR);
      await stack.up(TYPE, args({ keepers: { n: 3 } }));
      expect([first, second, key()].map(works)).toEqual([true, true, true]);
      stack.pass(23.5 * HOUR);
      expect(await stack.up(TYPE, args({ keepers: { n: 3 } }))).toBe("update");
      expect([first, second, key()].map(works)).toEqual([false, true, true]);
      expect(outputs()).not.toHaveProperty("earlierKeys");
      await stack.destroy(TYPE);
      expect(names()).toEqual(subject.ownKeys);
    });

    it("ends the key before sooner or later when the overlap is changed, and sends nothing until then", async () => {
      await stack.up(TYPE, args({ keepers: { n: 1 } }));
      const before = key();
      await stack.up(TYPE, args({ keepers: { n: 2 } }));
      stack.emulator.clearRequests();
      await stack.up(TYPE, args({ keepers: { n: 2 }, overlapHours: 48, rotateAfterDays: 9 }));
      expect(stack.emulator.requests).toEqual([]);
      stack.pass(25 * HOUR);
      expect(await stack.up(TYPE, args({ keepers: { n: 2 }, overlapHours: 48, rotateAfterDays: 9 }))).toBe(
        "same",
      );
      await stack.up(TYPE, args({ keepers: { n: 2 }, overlapHours: 1 }));
      expect(works(before)).toBe(false);
    });

    it.each(LOST)(
      "gives a working key in the same run when the reply is %s, and ends the lost one",
      async (_what, fault) => {
        await stack.up(TYPE, args({ keepers: { n: 1 } }));
        const before = key();
        use(before);
        if (fault.kind === "hang") stack.attemptMs = 400;
        stack.emulator.fault({ vendor, method: "POST", path: path(subject.create(account).call), fault });
        await stack.up(TYPE, args({ keepers: { n: 2 } }));
        expect([works(before), works(key())]).toEqual([true, true]);
        expect(names()).toEqual([...subject.ownKeys, "backend", "backend"].sort());
      },
    );

    it("that was killed after any call is finished by the next up, and never leaves no working key", async () => {
      for (const overlapHours of [24, 0]) {
        for (let call = 0; ; call++) {
          const name = `key ${overlapHours} ${call}`;
          const declared = (n: number) => args({ name, keepers: { n }, overlapHours });
          await stack.up(TYPE, declared(1), { name });
          const own = () => String(stack.resource(TYPE, name).outputs["apiKey"]);
          const before = own();
          if (overlapHours > 0) use(before);
          stack.pass(1_000);
          stack.emulator.clearRequests();
          const wasKilled = await stack.crash(call, () => stack.up(TYPE, declared(2), { name }));
          expect(works(own())).toBe(true);
          await stack.up(TYPE, declared(2), { name });
          expect([works(own()), works(before), own() === before]).toEqual([true, overlapHours > 0, false]);
          expect(names().filter((each) => each === name)).toHaveLength(overlapHours > 0 ? 2 : 1);
          expect(await stack.preview(TYPE, declared(2), { name })).toBe("same");
          if (!wasKilled) break;
        }
      }
    });

    it("whose new key is revoked outside goes on from the key before", async () => {
      await stack.up(TYPE, args({ keepers: { n: 1 } }));
      const before = key();
      await stack.up(TYPE, args({ keepers: { n: 2 } }));
      subject.revokeOutside(stack, account, String(outputs()["keyId"]));
      expect(await stack.refresh(TYPE)).toBe("changed");
      expect(await stack.up(TYPE, args({ keepers: { n: 2 } }))).toBe("update");
      expect([works(before), works(key())]).toEqual([true, true]);
      await stack.destroy(TYPE);
      expect(names()).toEqual(subject.ownKeys);
    });
  });

  it("ends a key that a killed run left on an account of the same program", async () => {
    await stack.operation(async () => {
      await stack.up(subject.account, { name: "Acme" });
      const { key } = stack.emulator[vendor].addKey(account, { name: "backend" });
      const { key: used } = stack.emulator[vendor].addKey(account, { name: "backend" });
      stack.emulator[vendor].useKey(used);
      await stack.up(TYPE, args());
      expect([works(key), works(used)]).toEqual([false, true]);
    });
  });

  it("says so when there is no such account", async () => {
    await expect(stack.up(TYPE, args({ subAccountId: "nope" }))).rejects.toThrow(subject.unknownAccount);
  });
}
