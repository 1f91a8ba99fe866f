import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule } from "../../emulator";
import { vendors } from "../../provider/vendors";
import { Stack, type TypeName, UNKNOWN } from "../support/stack";
import { handleOf, type KeySubject, type KeyVendor, keysOf, subjectOf } from "../vendors/index.mts";

const LOST: readonly [string, FaultRule["fault"]][] = [
  ["dropped", { kind: "drop", when: "after" }],
  ["not JSON", { kind: "garbage", when: "after" }],
  ["cut short", { kind: "truncate" }],
  ["a 500 after the effect", { kind: "status", when: "after", status: 500 }],
  ["a 429 after the effect", { kind: "status", when: "after", status: 429 }],
  ["missing", { kind: "hang", when: "after" }],
];

/** The rows of the matrix that every vendor's keys pass. */
export function apiKeyContract(vendor: KeyVendor): void {
  const { keys, ...ofVendor } = subjectOf(vendor);
  if (keys === undefined) throw new Error(`${vendor} has no keys`);
  const subject: KeySubject<KeyVendor> = keys;
  const TYPE: TypeName = `${vendor}.ApiKey`;
  const ACCOUNT: TypeName = `${vendor}.SubAccount`;
  const ownKeys = subject.ownName === undefined ? [] : [subject.ownName];
  const create = (id: string) => ({
    call: subject.create.replace("{id}", id),
    body: { name: "backend", ...subject.full, ...subject.body?.(id) },
  });
  const revoke = (id: string, keyId: string) => subject.revoke.replace("{id}", id).replace("{keyId}", keyId);
  const changes = Object.entries({ name: { name: "worker" }, ...subject.changes }).map(([what, change]) => {
    return { what, change };
  });
  const minimal = (name: string) => ({ name, ...ofVendor.required });
  let stack: Stack;
  let account: string;
  beforeEach(async () => {
    stack = await Stack.open();
    await stack.up(ACCOUNT, minimal("Acme"));
    account = stack.resource(ACCOUNT).id;
    stack.emulator.clearRequests();
  });
  afterEach(() => stack.close());

  const args = (more: object = {}) => ({ subAccountId: account, name: "backend", ...more });
  const full = () => args(subject.full);
  const working = () => {
    const found = handleOf(stack.emulator, vendor)
      .accounts()
      .find(({ id }) => id === account);
    return found === undefined ? [] : keysOf(vendor, found).filter(({ live }) => live);
  };
  const revokeOutside = (keyId: string) => subject.revokeOutside(stack.emulator[vendor], account, keyId);
  const names = () =>
    working()
      .map(({ name }) => name)
      .sort();
  const works = (key: unknown) => stack.emulator[vendor].keyWorks(String(key));
  const path = (call: string) => call.slice(call.indexOf(" ") + 1).replace(account, "{id}");
  const posts = () => stack.writes().filter(({ call }) => call === create(account).call);

  it("is made by one call with exactly what is declared, and gives the key, its id and time", async () => {
    await stack.up(TYPE, full());
    // The other one, once a run, asks whose the parent key is.
    expect(stack.emulator.requests).toHaveLength(2);
    expect(stack.writes()).toEqual([create(account)]);
    const { outputs } = stack.resource(TYPE);
    expect(works(outputs["apiKey"])).toBe(true);
    expect(outputs["keyId"]).toBe(stack.resource(TYPE).id);
    expect(outputs["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("has the prefix that the vendor lists after a refresh", async () => {
    await stack.up(TYPE, full());
    await stack.refresh(TYPE);
    const { apiKey, keyPrefix } = stack.resource(TYPE).outputs;
    expect(String(apiKey).startsWith(String(keyPrefix))).toBe(true);
    expect(await stack.refresh(TYPE)).toBe("same");
  });

  it("sends no write in a second up or after a refresh", async () => {
    await stack.up(TYPE, full());
    stack.emulator.clearRequests();
    expect(await stack.up(TYPE, full())).toBe("same");
    await stack.refresh(TYPE);
    expect(await stack.up(TYPE, full())).toBe("same");
    expect(stack.writes()).toEqual([]);
  });

  it.each(changes)(
    "rotates in place when $what changes, and the key before works until its time",
    async ({ what, change }) => {
      await stack.up(TYPE, full());
      const { id, outputs } = stack.resource(TYPE);
      const changed = { ...full(), ...change };
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, changed)).toBe("update");
      expect(stack.printed.join()).toMatch(
        `a new key is made, because ${what} changed; the one before, ${id}, stays`,
      );
      expect(stack.writes().map(({ call }) => call)).toEqual([create(account).call]);
      const now = stack.resource(TYPE);
      expect([works(outputs["apiKey"]), works(now.outputs["apiKey"]), now.id]).toEqual([true, true, id]);
      stack.pass(25 * 3_600_000);
      expect(await stack.up(TYPE, changed)).toBe("update");
      expect([works(outputs["apiKey"]), works(now.outputs["apiKey"])]).toEqual([false, true]);
    },
  );

  it("is replaced when it is to be another account's", async () => {
    await stack.up(TYPE, full());
    await stack.up(ACCOUNT, minimal("Beta"), { name: "beta" });
    const before = stack.resource(TYPE).outputs["apiKey"];
    const subAccountId = stack.resource(ACCOUNT, "beta").id;
    expect(await stack.up(TYPE, { ...full(), subAccountId })).toBe("replace");
    expect(works(before)).toBe(false);
    expect(stack.emulator[vendor].accountOfKey(String(stack.resource(TYPE).outputs["apiKey"]))).toBe(
      subAccountId,
    );
  });

  it.each(LOST)(
    "gives a working key in the same run when the reply is %s, and revokes the lost one",
    async (_what, fault) => {
      if (fault.kind === "hang") stack.attemptMs = 400;
      stack.emulator.fault({ vendor, method: "POST", path: path(create(account).call), fault });
      await stack.up(TYPE, full());
      expect(posts()).toHaveLength(2);
      expect(names()).toEqual([...ownKeys, "backend"].sort());
      expect(works(stack.resource(TYPE).outputs["apiKey"])).toBe(true);
    },
  );

  it("revokes no key that another resource is getting at the same time", async () => {
    stack.emulator.fault({
      vendor,
      method: "POST",
      path: path(create(account).call),
      fault: { kind: "drop", when: "after" },
    });
    await stack.operation(async () => {
      await Promise.all(
        ["one", "two", "three"].map((name) => stack.up(TYPE, args({ name: `key ${name}` }), { name })),
      );
    });
    expect(names()).toEqual([...ownKeys, "key one", "key three", "key two"].sort());
    for (const name of ["one", "two", "three"]) {
      expect(works(stack.resource(TYPE, name).outputs["apiKey"])).toBe(true);
    }
  });

  it.each(LOST)("ends with the key revoked when the reply to a delete is %s", async (_what, fault) => {
    await stack.up(TYPE, full());
    if (fault.kind === "hang") stack.attemptMs = 400;
    stack.emulator.fault({ vendor, method: "DELETE", fault });
    await stack.destroy(TYPE);
    expect(names()).toEqual(ownKeys);
  });

  it("is gone when it was revoked outside", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    revokeOutside(stack.resource(TYPE).id);
    expect(await stack.refresh(TYPE)).toBe("gone");
    await stack.up(TYPE, full());
    expect(works(stack.resource(TYPE).outputs["apiKey"])).toBe(true);
  });

  it("stays in the state while the parent key is another organization's", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    const env = { ...stack.env };
    const name = vendors[vendor].vendor.env.apiKey;
    stack.env[name] = stack.emulator.other[vendor].apiKey;
    await expect(stack.refresh(TYPE)).rejects.toThrow(/could not be told.*state keeps it/);
    await expect(stack.destroy(TYPE)).rejects.toThrow(
      /this parent key is of the organization .* Nothing was sent/,
    );
    Object.assign(stack.env, env);
    expect(await stack.refresh(TYPE)).not.toBe("gone");
  });

  it("is gone when its account is proven to be", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    stack.emulator[vendor].remove(account);
    expect(await stack.refresh(TYPE)).toBe("gone");
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
      expect(calls()).toEqual([create(account).call]);
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
      await stack.refresh(TYPE);
      expect(outputs()).toMatchObject({ previousKeyId: id });
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, args({ keepers: { person: "bob" } }))).toBe("update");
      expect(calls()).toEqual([revoke(account, id)]);
      expect(stack.printed.join()).toMatch(/is revoked: its overlap ended at/);
      expect([works(before), works(key())]).toEqual([false, true]);
      expect(outputs()).not.toHaveProperty("previousKeyId");
      expect(await stack.preview(TYPE, args({ keepers: { person: "bob" } }))).toBe("same");
    });

    it("by age is due in preview and up, and never in refresh", async () => {
      const dated = args({ rotateAfterDays: 90 });
      await stack.up(TYPE, dated);
      const before = key();
      await stack.refresh(TYPE);
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

    it("without an overlap leaves the key before to the next up, so that what depends on it has the new one", async () => {
      await stack.up(TYPE, args({ keepers: { n: 1 } }));
      const [id, before] = [stack.resource(TYPE).id, key()];
      const changed = args({ keepers: { n: 2 }, overlapHours: 0 });
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, changed)).toBe("update");
      expect(stack.printed.join()).toMatch(/the one before, .*, is revoked by the next `up`/);
      expect(calls()).toEqual([create(account).call]);
      expect([works(before), works(key())]).toEqual([true, true]);
      expect(await stack.up(TYPE, changed)).toBe("update");
      expect(calls().slice(1)).toEqual([revoke(account, id)]);
      expect([works(before), works(key())]).toEqual([false, true]);
      expect(await stack.preview(TYPE, changed)).toBe("same");
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
      expect(names()).toEqual(ownKeys);
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
        stack.emulator.fault({ vendor, method: "POST", path: path(create(account).call), fault });
        await stack.up(TYPE, args({ keepers: { n: 2 } }));
        expect([works(before), works(key())]).toEqual([true, true]);
        expect(names()).toEqual([...ownKeys, "backend", "backend"].sort());
        expect(stack.printed.join()).toMatch(/revoked the key .*: its reply was lost, so nobody has it/);
      },
    );

    it("that was killed after any call is finished by the next up, never without a working key, and told of", async () => {
      for (const overlapHours of [24, 0]) {
        for (let call = 0; ; call++) {
          const name = `key ${overlapHours} ${call}`;
          const declared = (n: number) => args({ name, keepers: { n }, overlapHours });
          await stack.up(TYPE, declared(1), { name });
          const own = () => String(stack.resource(TYPE, name).outputs["apiKey"]);
          const before = own();
          stack.pass(1_000);
          const wasKilled = await stack.crash(call, () => stack.up(TYPE, declared(2), { name }));
          expect(works(own())).toBe(true);
          await stack.up(TYPE, declared(2), { name });
          // Without a kill this is the next up after the rotation.
          const hasOverlap = overlapHours > 0 || wasKilled;
          expect([works(own()), works(before), own() === before]).toEqual([true, hasOverlap, false]);
          stack.pass(overlapHours * HOUR);
          await stack.up(TYPE, declared(2), { name });
          expect([works(own()), works(before)]).toEqual([true, false]);
          // What the killed run made may be delivered as far as anyone can tell: it works, and refresh tells of it.
          expect(names().filter((each) => each === name)).toHaveLength(wasKilled ? 2 : 1);
          stack.printed.length = 0;
          await stack.refresh(TYPE, name);
          const told =
            /has a working key \("key .*" \(\S+\)\) that no state of this run has.*subaccounts keys --unknown/;
          expect(told.test(stack.printed.join())).toBe(wasKilled);
          if (!wasKilled) break;
        }
      }
    });

    it("whose new key is revoked outside goes on from the key before", async () => {
      await stack.up(TYPE, args({ keepers: { n: 1 } }));
      const before = key();
      await stack.up(TYPE, args({ keepers: { n: 2 } }));
      stack.pass(60_000);
      revokeOutside(String(outputs()["keyId"]));
      expect(await stack.refresh(TYPE)).toBe("changed");
      expect(await stack.up(TYPE, args({ keepers: { n: 2 } }))).toBe("update");
      expect([works(before), works(key())]).toEqual([true, true]);
      await stack.destroy(TYPE);
      expect(names()).toEqual(ownKeys);
    });
  });

  it("says so when there is no such account", async () => {
    await expect(stack.up(TYPE, args({ subAccountId: "nope" }))).rejects.toThrow(
      subject.unknownAccount ?? /has no sub-account "nope"/,
    );
  });
}
